"""Whether a stability index is above what two samples of one population would give: its p-value and its limit.

PSI N M / (N + M) is about chi-square with B - 1 degrees when nothing has moved (N and M loans, B bins): Yurdakul and
Naranjo 2020, Statistical properties of the population stability index, Journal of Risk Model Validation 14. A limit of
0.10 is met by chance with thousands of loans and exceeded by chance with a hundred; this one goes with the size.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr
from scipy.stats import chi2

from models.validation.labelled_sample import effective_loans
from models.validation.stability import HALF_A_LOAN, psi


class Movement(NamedTuple):
    """Stability index [nats], its p-value when nothing has moved, the limit by sample size at a level, and its bins."""

    value: float
    p_value: float
    limit: float
    bins: int


class MissingRates(NamedTuple):
    """Share of missing values before and after [fraction], and the two-sided p-value that it is the same."""

    before: float
    after: float
    p_value: float


def psi_p(value: float, before: float, after: float, bins: int) -> float:
    """p-value of a stability index of two samples of `before` and `after` loans over `bins` bins; 1 with one bin.

    Raises
    ------
    ValueError
        When the index is negative, a sample holds no loan, or there is no bin.

    >>> round(psi_p(0.10, 100, 100, 10), 3), round(psi_p(0.10, 5000, 1000, 10), 3)
    (0.834, 0.0)
    """
    _check(value, before, after, bins)
    return float(chi2.sf(value * before * after / (before + after), bins - 1)) if bins > 1 else 1.0


def psi_limit(before: float, after: float, bins: int, level: float = 0.05) -> float:
    """Stability index that two samples of one population exceed with probability `level` [nats]; 0 with one bin.

    Raises
    ------
    ValueError
        When a sample holds no loan, there is no bin, or the level is not inside (0, 1).

    >>> round(psi_limit(100, 100, 10), 3), round(psi_limit(5000, 1000, 10), 3)
    (0.338, 0.02)
    """
    _check(0.0, before, after, bins)
    if not 0 < level < 1:
        message = f"level must be between 0 and 1, both excluded; got {level}"
        raise ValueError(message)
    return float((1 / before + 1 / after) * chi2.isf(level, bins - 1)) if bins > 1 else 0.0


def _check(value: float, before: float, after: float, bins: int) -> None:
    if not (value >= 0 and before > 0 and after > 0 and bins >= 1):
        message = (
            "wanted an index of at least 0, loans in both samples and at least one bin; "
            f"got {value}, {before} and {after} loans, {bins} bins"
        )
        raise ValueError(message)


def movement(
    before: ArrayLike,
    after: ArrayLike,
    bins: int = 10,
    before_weight: ArrayLike | None = None,
    after_weight: ArrayLike | None = None,
    level: float = 0.05,
) -> Movement:
    """Stability index of a number in two samples, beside chance; weighted samples count their effective size.

    Raises
    ------
    ValueError
        As `stability.psi` and `psi_limit`.
    """
    found = psi(before, after, bins, before_weight, after_weight)
    sizes = (_size(before, before_weight), _size(after, after_weight))
    return _beside_chance(found.value, sizes, len(found.table), level)


def category_movement(
    before: pd.Series,
    after: pd.Series,
    before_weight: pd.Series | None = None,
    after_weight: pd.Series | None = None,
    level: float = 0.05,
) -> Movement:
    """Stability index of a category in two samples, beside chance; missing is a category, an empty one half a loan.

    Raises
    ------
    ValueError
        When a sample holds no loan.
    """
    sizes = (_size(before, before_weight), _size(after, after_weight))
    _check(0.0, *sizes, 1)
    held = [
        weights.groupby(side.astype("object").where(side.notna(), None), dropna=False).sum() / weights.sum()
        for side, weights in ((before, _weights(before, before_weight)), (after, _weights(after, after_weight)))
    ]
    shares = pd.concat(held, axis=1, keys=["before", "after"]).fillna(0.0)
    e, a = (
        np.maximum(shares[side].to_numpy(), HALF_A_LOAN / len(of))
        for side, of in zip(shares, (before, after), strict=True)
    )
    return _beside_chance(float(((a - e) * np.log(a / e)).sum()), sizes, len(shares), level)


def missing_rates(
    before: pd.Series,
    after: pd.Series,
    weight_before: pd.Series | None = None,
    weight_after: pd.Series | None = None,
) -> MissingRates:
    """Share of missing values in two samples, by weight, and the two-sided z-test of both; 1 where none is missing.

    The test counts as many loans as a share drawn with these weights is worth (`effective_loans`).

    Raises
    ------
    ValueError
        When a sample is empty.
    """
    if not len(before) or not len(after):
        message = f"missing rates want two samples; got {len(before)} and {len(after)} values"
        raise ValueError(message)
    (first, size), (second, other) = _lacking(before, weight_before), _lacking(after, weight_after)
    pooled = (first * size + second * other) / (size + other)
    error = float(np.sqrt(max(pooled * (1 - pooled), 0.0) * (1 / size + 1 / other)))
    return MissingRates(first, second, float(2 * ndtr(-abs(second - first) / error)) if error > 0 else 1.0)


def _lacking(values: pd.Series, weight: pd.Series | None) -> tuple[float, float]:
    """Share of missing values by weight, and the equally weighted loans it is worth."""
    missing = values.isna().to_numpy().astype("float64")
    w = _weights(values, weight).to_numpy("float64")
    return float(np.average(missing, weights=w)), effective_loans(missing, w)


def _beside_chance(value: float, sizes: tuple[float, float], bins: int, level: float) -> Movement:
    return Movement(value, psi_p(value, *sizes, bins), psi_limit(*sizes, bins, level), bins)


def _weights(values: pd.Series, weight: pd.Series | None) -> pd.Series:
    return pd.Series(1.0, values.index) if weight is None else weight.astype("float64")


def _size(values: ArrayLike, weight: ArrayLike | None) -> float:
    """Loans of equal weight that the sample is worth: (sum w)^2 / sum w^2 (Kish 1965)."""
    if weight is None:
        return float(np.size(values))
    w = np.asarray(weight, dtype=np.float64)
    return float(w.sum() ** 2 / (w * w).sum()) if w.size else 0.0
