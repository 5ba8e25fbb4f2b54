"""Whether realised defaults keep to the PDs: bets on the level, which may be looked at every day, and the slope.

For a loan of PD p the odds that are tolerated reach from p / (1 - p) / c to c p / (1 - p). A bet multiplies its capital
by the likelihood ratio of odds beyond one end against that end. While every loan's odds, given what came before, lie
within, the expectation of every factor is at most 1; so the mean of several such capitals, which starts at 1, ever
reaches 1 / alpha with a probability of at most alpha, whenever one looks (Ville 1939; Robbins 1970, Annals of
Mathematical Statistics 41). A capital loses in years with few defaults and would be late when a bad one comes; so a
part of the money is kept for bets that begin in each later month, and the mean of all is such a capital still. A bad
year that moves all loans together moves their odds: it is told, and is no false alarm.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_expit, logit, ndtri

from models.validation.cox import cox
from models.validation.labelled_sample import Floats, labelled_pds

BEYOND = (1.25, 1.5, 2.0, 3.0)
"""Odds that are bet on, in multiples of the tolerated ones, on each side."""
REACH = float(ndtri(0.975))
HUGE = 600.0
"""Logarithm of the largest capital that is told."""


class Slope(NamedTuple):
    """Slope of realised log-odds on those of the PDs, the value it was compared with, and whether it lies beyond.

    `upper` says whether the limit is the upper one.
    """

    value: float
    limit: float
    exceeded: bool
    upper: bool


def log_factors(defaulted: ArrayLike, pd_: ArrayLike, tolerance: float) -> Floats:
    """Logarithm of what these loans multiply every capital by, shape (2 x BEYOND,): odds too high, then too low.

    >>> log_factors([1], [0.1], 1.25)[0] > 0 > log_factors([1], [0.1], 1.25)[-1]
    np.True_
    """
    loans = labelled_pds(defaulted, pd_)
    at, sign = logit(loans.score), np.where(loans.bad, 1.0, -1.0)
    found = []
    for side in (1.0, -1.0):
        end = at + side * np.log(tolerance)
        base = log_expit(sign * end)
        found += [float((log_expit(sign * (end + side * np.log(r))) - base).sum()) for r in BEYOND]
    return np.array(found)


def capitals(factors: Floats, starts: int) -> Floats:
    """Capital after each month, shape (months,): `factors` are the `log_factors` of every month, shape (months, bets).

    The money is split into `starts` equal parts; part k is staked from month k on, and the parts of later months lie
    still.

    >>> capitals(np.zeros((3, 8)), 60).tolist()
    [1.0, 1.0, 1.0]
    """
    found, logs = [], np.zeros((0, factors.shape[1]))
    for row in factors:
        if len(logs) < starts:
            logs = np.vstack([logs, np.zeros_like(row)])
        logs = logs + row
        highest = max(float(logs.max()), 0.0)
        staked = np.exp(logs - highest).mean(axis=1).sum() + (starts - len(logs)) * np.exp(-highest)
        found.append(np.exp(min(highest, HUGE)) * staked / starts)
    return np.array(found)


def slope(defaulted: ArrayLike, pd_: ArrayLike, low: float, high: float, level: float) -> Slope:
    """Cox's slope of loans, beside the end of the tolerated range [low, high] it is nearer to, moved by the noise.

    With probability `level` at most a slope within the range lies beyond (Wald, both sides).

    Raises
    ------
    MendableError
        As `models.validation.cox.cox`.
    """
    found = cox(defaulted, pd_)
    reach = (found.slope_high - found.slope) / REACH * float(-ndtri(level / 2))
    upper = found.slope >= (low + high) / 2
    limit = high + reach if upper else low - reach
    return Slope(found.slope, limit, found.slope > limit if upper else found.slope < limit, upper)
