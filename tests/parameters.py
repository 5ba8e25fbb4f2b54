"""Small parameters of the PD models for tests: quick to fit, one period as long as the window, no spline."""

from models.fitting.params import TrainParams

SMALL = TrainParams(
    period_months=12,
    periods=1,
    num_leaves=7,
    max_depth=3,
    learning_rate=0.1,
    num_iterations=60,
    early_stopping_rounds=20,
    min_data_in_leaf=20,
    lambda_l2=1.0,
    feature_fraction=1.0,
    bagging_fraction=1.0,
    additive_learning_rate=0.2,
    additive_feature_fraction=1.0,
    members=("interacting", "additive", "linear"),
    linear_ridges=(10.0,),
    domain_constraints="never",
    validation_share=0.2,
    folds=4,
    lambda_steps=5,
    share_temperature=4.0,
    slope_ridge=1.0,
    spline_defaults=10**6,
    minimum_defaults=20,
    seed=7,
    num_threads=2,
)
