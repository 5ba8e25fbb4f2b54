"""Parameters of the PD models, made from the `train` section of params.yaml."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from policy.errors import MendableError

MEMBERS = ("interacting", "free", "additive", "linear")
"""Kinds of members of a stack: three of trees, and a ridge logistic on binned features (models/fitting/kinds.py)."""
DOMAIN_CONSTRAINTS = ("never", "always", "within_one_error")
"""Whether only features of one domain may interact; the last: where the out-of-fold log-loss allows it."""

NO_FALLBACK, UPPER_BOUNDS = "none", "upper_bounds"
FALLBACKS = (NO_FALLBACK, UPPER_BOUNDS)
"""What a stage of few defaults gets: the pooled model as any other, or upper bounds of its PD (fallback.py)."""


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, ends included, but not `low` itself where the range is `open`."""

    low: float
    high: float = math.inf
    open: bool = False

    def holds(self, value: float) -> bool:
        """Whether a number is in the range."""
        return (value > self.low if self.open else value >= self.low) and value <= self.high

    def __str__(self) -> str:
        """The range in words."""
        low = f"above {self.low:g}" if self.open else f"of at least {self.low:g}"
        return low if math.isinf(self.high) else f"{low} and at most {self.high:g}"


SHARE, COUNT, NONE_OR_MORE = Range(0, 1, open=True), Range(1), Range(0)
RANGES: Mapping[str, Range] = {
    **dict.fromkeys(
        ("period_months", "periods", "num_iterations", "early_stopping_rounds", "min_data_in_leaf", "num_threads"),
        COUNT,
    ),
    **dict.fromkeys(("num_leaves", "folds", "lambda_steps"), Range(2)),
    "fallback_defaults": NONE_OR_MORE,
    "fallback_classes": Range(1, 20),
    "fallback_confidence": Range(0.5, 0.999),
    "fallback_rho": Range(0, 0.5),
    **dict.fromkeys(("learning_rate", "additive_learning_rate"), SHARE),
    **dict.fromkeys(("feature_fraction", "bagging_fraction", "additive_feature_fraction"), SHARE),
    **dict.fromkeys(
        (
            "lambda_l2",
            "slope_ridge",
            "spline_defaults",
            "minimum_defaults",
            "pooled_defaults",
            "seed",
            "prior_defaults",
        ),
        NONE_OR_MORE,
    ),
    "max_depth": Range(-1),
    "validation_share": Range(0, 0.9),
    "blanked_weight": Range(0, 1),
    "share_temperature": Range(0, open=True),
}
"""What each number of TrainParams may be; a depth of -1 is unlimited."""


@dataclass(frozen=True)
class BoosterParams:
    """Parameters of one booster of a given number of trees, named as LightGBM names them."""

    num_leaves: int
    max_depth: int
    learning_rate: float
    min_data_in_leaf: int
    lambda_l2: float
    feature_fraction: float
    bagging_fraction: float
    seed: int
    num_threads: int

    def __post_init__(self) -> None:
        """Refuse a parameter of the wrong kind or outside its range, by name."""
        for field in fields(self):
            if field.name not in RANGES:
                continue
            value, allowed = getattr(self, field.name), RANGES[field.name]
            kinds = int if field.type in (int, "int") else int | float
            if isinstance(value, bool) or not isinstance(value, kinds) or not allowed.holds(value):
                number = "a whole number" if kinds is int else "a number"
                message = f"train: {field.name} must be {number} {allowed}; got {value!r}"
                raise MendableError(message)


@dataclass(frozen=True)
class TrainParams(BoosterParams):
    """Those of the interacting booster, and what else the fits take: periods, number of trees, folds, calibration.

    params.yaml says what each does.
    """

    period_months: int
    periods: int
    num_iterations: int
    early_stopping_rounds: int
    additive_learning_rate: float
    additive_feature_fraction: float
    members: Sequence[str]
    linear_ridges: Sequence[float]
    domain_constraints: str
    validation_share: float
    folds: int
    lambda_steps: int
    share_temperature: float
    slope_ridge: float
    spline_defaults: int
    minimum_defaults: int
    pooled_defaults: int = 30
    blanked_weight: float = 0.0
    prior_defaults: float = 0.0
    fold_salt: str = ""
    fallback: str = NO_FALLBACK
    fallback_defaults: int = 30
    fallback_classes: int = 5
    fallback_confidence: float = 0.75
    fallback_rho: float = 0.12

    def __post_init__(self) -> None:
        """Refuse as `BoosterParams` does; members that are none or unknown, ridges that are not positive, a fallback.

        A fallback must be one of FALLBACKS, and begin no lower than training as usual ends.
        """
        super().__post_init__()
        if not self.members or set(self.members) - set(MEMBERS):
            message = f"train: members must be some of {', '.join(MEMBERS)}; got {list(self.members)}"
            raise MendableError(message)
        numbers = [r for r in self.linear_ridges if isinstance(r, int | float) and not isinstance(r, bool) and r > 0]
        if not numbers or len(numbers) < len(self.linear_ridges):
            message = f"train: linear_ridges must be numbers above 0; got {list(self.linear_ridges)}"
            raise MendableError(message)
        if self.fallback not in FALLBACKS:
            message = f"train: fallback must be one of {', '.join(FALLBACKS)}; got {self.fallback!r}"
            raise MendableError(message)
        if self.fallback != NO_FALLBACK and self.fallback_defaults < self.pooled_defaults:
            message = (
                f"train: with a fallback, fallback_defaults must be at least pooled_defaults ({self.pooled_defaults}), "
                f"so that no stage is left without either; got {self.fallback_defaults}"
            )
            raise MendableError(message)
