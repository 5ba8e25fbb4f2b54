"""Explicit adjustments of the PD, reported apart: shift to a central tendency, margin of conservatism."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, ndtr, ndtri
from scipy.stats import t as student


def central_tendency_shift(logit: np.ndarray, weight: np.ndarray, target: float) -> float:
    """Number a [log-odds] for which the weighted mean of sigma(logit + a) is `target`; keeps every rank.

    Raises
    ------
    ValueError
        When the target is not inside (0, 1).
    """
    if not 0 < target < 1:
        message = f"central tendency must be a PD between 0 and 1; got {target}"
        raise ValueError(message)
    return float(brentq(lambda a: np.average(expit(logit + a), weights=weight) - target, -30, 30, xtol=1e-12))


def margin_of_conservatism(yearly_rates: np.ndarray, level: float = 0.9) -> float | None:
    """Upper bound of the long-run default rate less its estimate [fraction]; None with fewer than three usable years.

    Student-t bound of the mean of probit(yearly rate) at `level`, taken back as Phi(m / sqrt(1 + s^2)) (category C of
    EBA GL/2017/16: general estimation error). Years in which nobody or everybody defaulted are left out.
    """
    rates = yearly_rates[(yearly_rates > 0) & (yearly_rates < 1)]
    if len(rates) < 3:
        return None
    scores = ndtri(rates)
    mean, spread = float(scores.mean()), float(scores.std(ddof=1))
    reach = float(student.ppf(level, len(rates) - 1)) * spread / np.sqrt(len(rates))
    back = np.sqrt(1 + spread**2)
    return float(ndtr((mean + reach) / back) - ndtr(mean / back))
