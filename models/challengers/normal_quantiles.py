"""Columns turned into normal quantiles, so that a linear model meets neither long tails nor holes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri


@dataclass(frozen=True)
class NormalQuantiles:
    """Known values of each column, rising, and the normal quantile of each."""

    known: tuple[tuple[np.ndarray, np.ndarray], ...]

    def __call__(self, features: pd.DataFrame) -> np.ndarray:
        """Normal quantiles, one column per feature; values between known ones lie between theirs, a missing one is 0.

        0 is the quantile of the median. A value beyond the known ones gets the quantile of the nearest.
        """
        found = np.zeros(features.shape)
        for at, (values, quantiles) in enumerate(self.known):
            column = features.iloc[:, at].to_numpy(dtype="float64")
            there = ~np.isnan(column)
            if len(values):
                found[there, at] = np.interp(column[there], values, quantiles)
        return found


def normal_quantiles(features: pd.DataFrame) -> NormalQuantiles:
    """The quantiles of the columns by the rank of their values; equal values share the middle of their ranks.

    >>> normal_quantiles(pd.DataFrame({"a": [1.0, 2.0, 3.0]}))(pd.DataFrame({"a": [2.0, float("nan")]})).tolist()
    [[0.0], [0.0]]
    """
    return NormalQuantiles(tuple(_quantiles(features[name].to_numpy(dtype="float64")) for name in features.columns))


def _quantiles(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / max(1, counts.sum())
    return values, ndtri(middle)
