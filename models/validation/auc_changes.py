"""How discrimination changes with time: against an earlier sample with both errors, and quarter by quarter."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from models.validation.discrimination import Discrimination


class AucTrend(NamedTuple):
    """Mean AUC of the periods, slope of a straight line per period and over all, and the mean less a penalty."""

    mean: float
    per_period: float
    change: float
    penalised: float
    periods: int


def auc_fall_p(initial: Discrimination, current: Discrimination) -> float:
    """p-value that the AUC has not fallen, with the errors of both samples; small means it fell.

    `discrimination.deterioration_p`, the ECB's test, counts the initial AUC as fixed and so finds a fall that is none
    too often where the initial sample is small.

    Raises
    ------
    ValueError
        When neither AUC has a standard error.
    """
    error = float(np.hypot(initial.standard_error, current.standard_error))
    if not error > 0:
        message = f"an AUC comparison wants a positive standard error; got {error}"
        raise ValueError(message)
    return float(ndtr(-(initial.auc - current.auc) / error))


def auc_trend(aucs: ArrayLike, penalty: float = 1.0, at: ArrayLike | None = None) -> AucTrend:
    """Mean of AUCs in the order of time, shape (periods,), less `penalty` times their decline by least squares.

    `at` are the numbers of the periods, rising, where some between them have no AUC. A rise is not rewarded. Raises
    ValueError with fewer than three periods, another number of places than of AUCs, or a negative penalty.

    >>> [round(each, 3) for each in auc_trend([0.8, 0.7, 0.6])[:4]]
    [0.7, -0.1, -0.2, 0.5]
    """
    found = np.asarray(aucs, dtype=np.float64)
    if found.ndim != 1 or found.size < 3 or not penalty >= 0:
        message = f"wanted AUCs of at least 3 periods and a penalty of at least 0; got {found.size} and {penalty}"
        raise ValueError(message)
    places = np.arange(found.size) if at is None else np.asarray(at, dtype=np.float64)
    if places.shape != found.shape or not (np.diff(places) > 0).all():
        message = f"wanted a rising number of a period for each AUC; got {places.tolist()} for {found.size}"
        raise ValueError(message)
    places = places - places[0]
    slope = float(np.polyfit(places, found, 1)[0])
    change, mean = slope * float(places[-1]), float(found.mean())
    return AucTrend(mean, slope, change, mean + penalty * min(0.0, change), int(found.size))
