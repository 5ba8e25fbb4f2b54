"""Parameters of the stacks as params.yaml of the project has them; a test holds both equal."""

from collections.abc import Mapping
from typing import Any

from models.fitting.params import TrainParams

HOUSE: Mapping[str, Any] = {
    "members": ("interacting", "additive", "linear"),
    "num_leaves": 15,
    "max_depth": 5,
    "learning_rate": 0.05,
    "num_iterations": 600,
    "early_stopping_rounds": 30,
    "min_data_in_leaf": 50,
    "lambda_l2": 10.0,
    "feature_fraction": 1.0,
    "bagging_fraction": 1.0,
    "additive_learning_rate": 0.2,
    "additive_feature_fraction": 1.0,
    "linear_ridges": (300.0, 60.0, 12.0),
    "domain_constraints": "never",
    "validation_share": 0.15,
    "folds": 5,
    "lambda_steps": 21,
    "share_temperature": 4.0,
    "slope_ridge": 1.0,
    "prior_defaults": 20,
    "spline_defaults": 100,
    "minimum_defaults": 100,
}
"""Those that mean the same for arrays as for a run; loans have one period, as long as the window."""
MONTHS = 12
"""Length of the one period [months]; any number does, as no loan is observed for less."""


def parameters(changed: Mapping[str, Any]) -> TrainParams:
    """The parameters with some changed.

    Raises
    ------
    MendableError
        When one is of the wrong kind or outside its range.
    """
    return TrainParams(**{**HOUSE, "period_months": MONTHS, "periods": 1, **changed})
