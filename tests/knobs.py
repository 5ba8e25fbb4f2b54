"""Small knobs of the PD models for tests: quick to fit, one period as long as the window, no spline."""

from models.params import TrainParams

SMALL = TrainParams(
    period_months=12,
    periods=1,
    leaves=7,
    max_depth=3,
    learning_rate=0.1,
    max_trees=60,
    patience=20,
    rows_a_leaf=20,
    l2=1.0,
    feature_share=1.0,
    row_share=1.0,
    additive_learning_rate=0.2,
    additive_feature_share=0.5,
    domain_constraints="never",
    validation_share=0.2,
    folds=4,
    lambda_steps=5,
    share_temperature=4.0,
    slope_ridge=1.0,
    spline_defaults=10**6,
    minimum_defaults=20,
    seed=7,
    threads=2,
)
