"""Knobs of the PD models, made from the `train` section of params.yaml."""

from dataclasses import dataclass

DOMAIN_CONSTRAINTS = ("never", "always", "within_one_error")
"""Whether only features of one domain may interact; the last: where the out-of-fold log-loss allows it."""


@dataclass(frozen=True)
class TrainParams:
    """Knobs of the boosters, the folds and the calibration; see params.yaml for what each does."""

    period_months: int
    periods: int
    leaves: int
    max_depth: int
    learning_rate: float
    max_trees: int
    patience: int
    rows_a_leaf: int
    l2: float
    feature_share: float
    row_share: float
    additive_learning_rate: float
    additive_feature_share: float
    domain_constraints: str
    validation_share: float
    folds: int
    lambda_steps: int
    share_temperature: float
    slope_ridge: float
    spline_defaults: int
    minimum_defaults: int
    seed: int
    threads: int
