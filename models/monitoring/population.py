"""Whether those who apply have moved: stability index against development, with a limit that goes with the sample size.

With true shares e and a, N loans before and M after, PSI times N M / (N + M) is about non-central chi-square, its
non-centrality the true index times that size (Yurdakul and Naranjo 2020, Journal of Risk Model Validation 14, for a
true index of 0). The limit is the value that an index at or below the tolerated one exceeds with the given probability:
hundreds of applications need a larger one than ten thousand. Months are compared with the same calendar months of
development, where these hold enough: the age of statements, for one, goes up and down with the year.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binom, chi2, ncx2

from models.monitoring.looks import MonitorError
from models.validation.labelled_sample import Floats, bin_of, quantile_edges
from models.validation.stability import HALF_A_LOAN

BINS = 10


@dataclass(frozen=True)
class Reference:
    """Development's values in bins: inner edges of numbers or names of categories, and values of every bin.

    `by_month`, shape (12, bins), counts them by calendar month. The last bin is that of missing values, of categories
    also of those that development did not have.
    """

    by_month: Floats
    edges: Floats | None = None
    names: tuple[Hashable, ...] = ()

    def counts(self, values: pd.Series, weight: Floats | None = None) -> Floats:
        """How many of the values fall into each bin, shape (bins,); with weights, the sums of these."""
        if self.edges is None:
            where = pd.Index(self.names).get_indexer(pd.Index(values.astype("object")))
            where = np.where(where < 0, len(self.names), where)
        else:
            numbers = values.to_numpy(dtype="float64", na_value=np.nan)
            where = np.where(np.isnan(numbers), self.edges.size + 1, bin_of(numbers, self.edges))
        return np.bincount(where, weight, minlength=self.by_month.shape[1]).astype("float64")

    def held(self, season: Collection[int], least: int) -> Floats:
        """Development's values in every bin, of the calendar months `season` (1 to 12) where these hold `least`."""
        of_season: Floats = self.by_month[[month - 1 for month in sorted(set(season))]].sum(axis=0)
        return of_season if of_season.sum() >= least else np.asarray(self.by_month.sum(axis=0))


def index(held: Floats, counts: Floats) -> tuple[float, int]:
    """Stability index of `counts` against those `held` before [nats], and the number of bins that hold anything.

    An empty bin counts half a value, as in `models.validation.stability.psi`.
    """
    shown = (held > 0) | (counts > 0)
    e, a = (np.where(of > 0, of, HALF_A_LOAN)[shown] / of.sum() for of in (held, counts))
    return float(((a - e) * np.log(a / e)).sum()), int(shown.sum())


def reference(values: pd.Series, month: pd.Series, weight: pd.Series | None = None) -> Reference:
    """Bins of development's values, each with its calendar `month` (1 to 12).

    Ten bins of about equal size for numbers, one per category for texts and flags. `weight` are the applications that
    each stands for; weighted values count as many as they are worth (Kish 1965), so that the limits are right.

    Raises
    ------
    MonitorError
        When there is no value.
    """
    if not len(values):
        message = f"wanted values of development to compare with; {values.name} has none"
        raise MonitorError(message)
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        present = values.dropna()
        names = tuple(sorted(present.unique().tolist(), key=str))
        return _held(Reference(np.zeros((12, len(names) + 1)), None, names), values, month, weight)
    known = values.dropna().to_numpy(dtype="float64")
    edges = quantile_edges(known, np.ones_like(known), BINS) if known.size else np.empty(0)
    return _held(Reference(np.zeros((12, edges.size + 2)), edges), values, month, weight)


def _held(bins: Reference, values: pd.Series, month: pd.Series, weight: pd.Series | None) -> Reference:
    of = month.to_numpy()
    each = np.ones(len(values)) if weight is None else weight.to_numpy(dtype="float64")
    worth = each * each.sum() / np.dot(each, each)
    by_month = np.array([bins.counts(values[of == number], worth[of == number]) for number in range(1, 13)])
    return Reference(by_month, bins.edges, bins.names)


def index_limit(before: float, after: float, bins: int, tolerated: float, level: float) -> float:
    """Index exceeded with probability `level` by `before` and `after` values when the true one is `tolerated`.

    >>> round(index_limit(5000, 200, 10, 0.1, 0.001), 2), round(index_limit(50000, 20000, 10, 0.1, 0.001), 2)
    (0.34, 0.12)
    """
    if bins < 2:
        return 0.0
    size = before * after / (before + after)
    if tolerated == 0:
        return float(chi2.isf(level, bins - 1) / size)
    return float(ncx2.isf(level, bins - 1, tolerated * size) / size)


def share_limit(tolerated: float, size: int, level: float) -> float:
    """Share that `size` independent cases exceed with a probability of at most `level`, each with the tolerated one.

    >>> share_limit(0.1, 200, 0.001)
    0.17
    """
    return float(binom.isf(level, size, tolerated) / size)


def lower_share_limit(tolerated: float, size: int, level: float) -> float:
    """Share that `size` independent cases fall below with a probability of at most `level`; 0 if there is none."""
    return float(max(binom.ppf(level, size, tolerated), 0.0) / size) if tolerated > 0 else 0.0
