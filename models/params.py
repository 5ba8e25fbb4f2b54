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

    def __post_init__(self) -> None:
        """Refuse shares outside (0, 1] and a temperature that is not above 0."""
        for name in ("feature_share", "row_share", "additive_feature_share"):
            if not 0 < getattr(self, name) <= 1:
                message = f"train: {name} must be above 0 and at most 1; got {getattr(self, name)!r}"
                raise ValueError(message)
        if not self.share_temperature > 0:
            message = f"train: share_temperature must be above 0; got {self.share_temperature!r}"
            raise ValueError(message)
