"""The weighted-binomial test: whether the default ratio of a book, by amounts, is below a tolerance.

Given the exposures w of the approved loans, let T = sum of w_i B_i with B_i independent Bernoulli(tolerance). The
p-value is P(T <= observed defaulted exposure): small when so little defaulted that the tolerance is hardly the truth.
Saddlepoint formula of Lugannani and Rice (1980), Advances in Applied Probability 12; exact for equal exposures and
for a book without defaults. Assumes that default risk within the approved book does not rise steeply with exposure.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtr
from scipy.stats import binom

from policy.errors import MendableError

Floats = NDArray[np.float64]

NEARLY_EQUAL = 0.01
"""Exposures whose spread is at most this share of their mean are one ticket size: the binomial law itself applies."""
COMMON_TICKET = 0.8
"""When one exposure makes up at least this share of the loans, T is nearly on a lattice: continuity correction."""
WHOLE_BELOW = 2.0**53
"""Whole numbers below this are exact as floats; beyond it no lattice is looked for."""
NEAR_MEAN = 1e-4
"""Signed root below which 1/r - 1/u loses its digits and its limit, skewness / 6, is used."""


class Book(NamedTuple):
    """Checked exposures [any one currency], default flags, and their sums."""

    exposure: Floats
    defaulted: NDArray[np.bool_]


def book(exposure: ArrayLike, defaulted: ArrayLike) -> Book:
    """Exposures and default flags as arrays of one length, shape (loans,).

    Raises
    ------
    ValueError
        When the lengths differ, an exposure is not a positive finite number, or a flag is not 0 or 1.
    """
    amounts = np.asarray(exposure, dtype=np.float64)
    flags = np.asarray(defaulted, dtype=np.float64)
    if amounts.ndim != 1 or amounts.shape != flags.shape:
        message = f"wanted one exposure and one default flag a loan; got shapes {amounts.shape} and {flags.shape}"
        raise ValueError(message)
    bad = ~(np.isfinite(amounts) & (amounts > 0))
    if bad.any():
        message = f"exposure must be a positive number; got {amounts[bad][0]} at position {int(bad.argmax())}"
        raise ValueError(message)
    odd = (flags != 0) & (flags != 1)
    if odd.any():
        message = f"defaulted must be 0 or 1; got {flags[odd][0]} at position {int(odd.argmax())}"
        raise ValueError(message)
    return Book(amounts, flags.astype(bool))


def p_value(exposure: ArrayLike, defaulted: ArrayLike, tolerance: float) -> float:
    """Probability, in a book whose true ratio is `tolerance`, of at most the observed defaulted exposure; in [0, 1].

    Raises
    ------
    ValueError
        When there is no loan, the tolerance is not inside (0, 1), or the loans are not fit to use (see `book`).

    >>> round(p_value([1.0, 1.0, 1.0], [0, 0, 0], 0.1), 3)
    0.729
    >>> p_value([1.0, 2.0], [1, 1], 0.1)
    1.0
    """
    check_tolerance(tolerance)
    loans = book(exposure, defaulted)
    if not loans.exposure.size:
        message = "the weighted-binomial test wants at least one loan; got none"
        raise ValueError(message)
    return tail(loans.exposure, loans.defaulted, tolerance)


def check_tolerance(tolerance: float) -> None:
    """Nothing; the tolerance is inside (0, 1).

    Raises
    ------
    MendableError
        When it is not.
    """
    if not 0 < tolerance < 1:
        message = f"tolerance must be a fraction between 0 and 1, both excluded; got {tolerance}"
        raise MendableError(message)


def tail(exposure: Floats, defaulted: NDArray[np.bool_], tolerance: float) -> float:
    """P-value as `p_value` gives it, for loans already checked; shape (loans,), at least one."""
    count, loans = int(defaulted.sum()), exposure.size
    if count in (0, loans):
        return 1.0 if count else float((1 - tolerance) ** loans)
    if np.ptp(exposure) <= NEARLY_EQUAL * exposure.mean():
        return float(binom.cdf(count, loans, tolerance))
    unit = float(exposure.mean())
    weights = exposure / unit
    observed = float(weights[defaulted].sum())
    # Defaulting nothing, or one loan no larger than the observed sum, are parts of the event: an exact floor.
    one = int(np.count_nonzero(weights <= observed)) * tolerance / (1 - tolerance)
    floor = (1 - tolerance) ** loans * (1 + one)
    corrected = min(_continuity(exposure, float(exposure[defaulted].sum())) / unit, (1 - 1e-9) * float(weights.sum()))
    return float(min(1.0, max(floor, _lugannani_rice(weights, corrected, tolerance))))


def _continuity(exposure: Floats, observed: float) -> float:
    """Observed sum, moved up to the middle of its cell when T takes only values on a lattice; never lowered.

    Whole amounts are multiples of their greatest common divisor; a book of nearly one ticket on multiples of it.
    """
    whole = bool((exposure == np.rint(exposure)).all()) and exposure.max() < WHOLE_BELOW
    span = float(np.gcd.reduce(exposure.astype(np.int64))) if whole else 0.0
    # An exposure that most loans have is their median: no need to sort the loans of every cut-off.
    ticket = float(np.partition(exposure, exposure.size // 2)[exposure.size // 2])
    if np.count_nonzero(exposure == ticket) < COMMON_TICKET * exposure.size:
        return observed + span / 2
    return max(observed + span / 2, float(np.floor(observed / ticket + 1e-9) + 0.5) * ticket)


def _lugannani_rice(weights: Floats, observed: float, tolerance: float) -> float:
    s = _saddlepoint(weights, observed, tolerance)
    tilted = expit(logit(tolerance) + s * weights)
    variance = float(np.dot(weights**2, tilted * (1 - tilted)))
    signed = np.sign(s) * np.sqrt(max(0.0, 2 * (s * observed - _cumulant(weights, s, tolerance))))
    density = np.exp(-(signed**2) / 2) / np.sqrt(2 * np.pi)
    if abs(signed) < NEAR_MEAN:
        third = float(np.dot(weights**3, tilted * (1 - tilted) * (1 - 2 * tilted)))
        return float(ndtr(signed) + density * third / variance**1.5 / 6)
    return float(ndtr(signed) + density * (1 / signed - 1 / (s * np.sqrt(variance))))


def _cumulant(weights: Floats, s: float, tolerance: float) -> float:
    """K(s) = sum of log(1 - tolerance + tolerance exp(s w)), by the form that neither overflows nor cancels."""
    x = s * weights
    if s <= 0:
        return float(np.log1p(tolerance * np.expm1(x)).sum())
    return float((x + np.log1p((1 - tolerance) * np.expm1(-x))).sum())


def _saddlepoint(weights: Floats, observed: float, tolerance: float) -> float:
    """Root s of K'(s) = observed, 0 < observed < sum, by Newton on log K' (nearly linear in s) inside a bracket."""
    base, mean = logit(tolerance), tolerance * float(weights.sum())
    low, high = (-np.inf, 0.0) if observed < mean else (0.0, np.inf)
    s, squares = 0.0, weights**2
    for _ in range(200):
        tilted = expit(base + s * weights)
        first = float(np.dot(weights, tilted))
        if abs(first - observed) <= 1e-13 * mean:
            break
        low, high = (s, high) if first < observed else (low, s)
        second = float(np.dot(squares, tilted * (1 - tilted)))
        step = np.log(observed / first) * first / second if first > 0 and second > 0 else np.nan
        trial = s + step
        if not low < trial < high:
            trial = (low + high) / 2 if np.isfinite(low) and np.isfinite(high) else 2 * s + np.sign(observed - mean)
        if abs(trial - s) <= 1e-14 * abs(s):
            break
        s = trial
    return float(s)


def upper_bound(exposure: ArrayLike, defaulted: ArrayLike, delta: float) -> float:
    """Upper confidence bound of the default ratio at level 1 - `delta` [fraction]: where the p-value falls to delta.

    Raises
    ------
    ValueError
        When delta is not inside (0, 1), there is no loan, or the loans are not fit to use (see `book`).

    >>> round(upper_bound([1.0] * 22, [0] * 22, 0.1), 4)     # 1 - 0.1 ** (1 / 22)
    0.0994
    """
    if not 0 < delta < 1:
        message = f"delta must be a fraction between 0 and 1, both excluded; got {delta}"
        raise ValueError(message)
    loans = book(exposure, defaulted)
    if not loans.exposure.size:
        message = "an upper bound wants at least one loan; got none"
        raise ValueError(message)
    if loans.defaulted.all():
        return 1.0
    low, high = 1e-12, 1 - 1e-9

    def excess(ratio: float) -> float:
        return tail(loans.exposure, loans.defaulted, ratio) - delta

    return high if excess(high) > 0 else float(brentq(excess, low, high, xtol=1e-10))
