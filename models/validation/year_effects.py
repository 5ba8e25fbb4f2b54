"""Calibration tests that allow for bad years: defaults of one year share a factor, and rates differ between years.

With one stressed year the tests that assume independence reject a correct model far too often. Formulas of BCBS
working paper 14 (2005), Studies on the Validation of Internal Rating Systems; factor model of Vasicek 2002.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri
from scipy.stats import binom

NODES = 4001
"""Nodes of the common factor on [-9, 9]; the trapezoid rule is exact there to more digits than any count needs."""


class NormalTest(NamedTuple):
    """z of the multi-year normal test and its one-sided p-value; a small p-value says that PDs are understated."""

    z: float
    p_value: float


def correlated_binomial_p(defaults: int, loans: int, pd_: float, rho: float) -> float:
    """Probability of at least `defaults` among `loans` when the PD is right and asset correlation is `rho`.

    Raises
    ------
    ValueError
        When not 0 <= defaults <= loans, the PD is not inside (0, 1), or rho not in [0, 1).

    >>> round(correlated_binomial_p(1, 10, 0.1, 0.0), 6)     # 1 - 0.9 ** 10
    0.651322
    """
    if not (0 <= defaults <= loans and 0 < pd_ < 1 and 0 <= rho < 1):
        message = (
            "wanted 0 <= defaults <= loans, a PD between 0 and 1 and rho from 0 to below 1; "
            f"got {defaults} of {loans}, PD {pd_}, rho {rho}"
        )
        raise ValueError(message)
    if rho == 0:
        return float(binom.sf(defaults - 1, loans, pd_))
    factor = np.linspace(-9.0, 9.0, NODES)
    density = np.exp(-(factor**2) / 2)
    conditional = ndtr((ndtri(pd_) - np.sqrt(rho) * factor) / np.sqrt(1 - rho))
    return float(np.dot(binom.sf(defaults - 1, loans, conditional), density) / density.sum())


def correlated_binomial_k(loans: int, pd_: float, rho: float, confidence: float = 0.99) -> int:
    """Smallest number of defaults that rejects the PD at `confidence`; loans + 1 when none does.

    Raises
    ------
    ValueError
        When confidence is not inside (0, 1), or as `correlated_binomial_p`.

    >>> correlated_binomial_k(1000, 0.01, 0.05)
    35
    """
    if not 0 < confidence < 1:
        message = f"confidence must be between 0 and 1, both excluded; got {confidence}"
        raise ValueError(message)
    low, high = 0, loans + 1  # the tail at `low` is above 1 - confidence, that at `high` is not
    while high - low > 1:
        middle = (low + high) // 2
        if correlated_binomial_p(middle, loans, pd_, rho) <= 1 - confidence:
            high = middle
        else:
            low = middle
    return high


def default_correlation(pd_: float, rho: float) -> float:
    """Correlation of two default flags at asset correlation `rho`, from the variance of the conditional PD.

    Raises
    ------
    ValueError
        When the PD is not inside (0, 1) or rho not in [0, 1).
    """
    if not (0 < pd_ < 1 and 0 <= rho < 1):
        message = f"wanted a PD between 0 and 1 and rho from 0 to below 1; got {pd_} and {rho}"
        raise ValueError(message)
    factor = np.linspace(-9.0, 9.0, NODES)
    density = np.exp(-(factor**2) / 2) / np.exp(-(factor**2) / 2).sum()
    conditional = ndtr((ndtri(pd_) - np.sqrt(rho) * factor) / np.sqrt(1 - rho))
    return float((np.dot(conditional**2, density) - pd_**2) / (pd_ * (1 - pd_)))


def normal_test(pds: ArrayLike, rates: ArrayLike) -> NormalTest:
    """Multi-year test of yearly mean PDs against yearly default rates, shape (years,), by the spread of their gaps.

    Raises
    ------
    ValueError
        When there are fewer than two years, the lengths differ, or the gap is the same every year.
    """
    gaps = _years(rates) - _years(pds) if np.shape(rates) == np.shape(pds) else np.empty(0)
    if gaps.size < 2:
        message = f"wanted one PD and one rate for each of at least 2 years; got {np.shape(pds)} and {np.shape(rates)}"
        raise ValueError(message)
    spread = float(gaps.std(ddof=1))
    if not spread > 0:
        message = f"the normal test wants gaps that differ between years; got {gaps[0]} every year"
        raise ValueError(message)
    z = float(gaps.sum() / (np.sqrt(gaps.size) * spread))
    return NormalTest(z, float(ndtr(-z)))


def _years(values: ArrayLike) -> np.ndarray:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))
