"""What every challenger is given, and what it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from models.fitting.blend import Blend
from models.fitting.booster import Shape
from models.fitting.loans import Loans
from models.fitting.params import TrainParams


@dataclass(frozen=True)
class Setting:
    """What every challenger is given: development loans with their stage, shape and parameters of our boosters.

    `pooled` is our booster of all stages, `own` that of a stage's loans alone, where they have been fitted on these
    loans before.
    """

    development: Loans
    stage: np.ndarray
    shape: Shape
    params: TrainParams
    pooled: Blend | None = None
    own: Mapping[str, Blend] = field(default_factory=dict)

    def matured(self) -> Loans:
        """Development loans whose outcome is known: what a classifier can learn from."""
        return self.development.where(~np.isnan(self.development.defaulted))


Challenger = Callable[[Setting, pd.DataFrame, np.ndarray], np.ndarray]
"""(setting, features in rows, stage of each row) -> log-odds, one per row; missing where a stage cannot be fitted."""


def numbers(features: pd.DataFrame) -> np.ndarray:
    """Features as an array of numbers, for libraries that take no table."""
    return features.to_numpy(dtype="float64")


def scaled(data: Loans) -> np.ndarray:
    """Weights with a mean of 1."""
    return np.asarray(data.weight / data.weight.mean())
