"""Whether default risk rises with exposure beyond what the score knows: the switch between modes of the certificate.

The weighted-binomial test takes default risk within the approved book not to rise steeply with exposure. Here that is
tested on loans that certify nothing: logistic regression of default on the log-odds of the PD and on log exposure in
standard deviations of its size class, each class with a level of its own. Score test of the last coefficient (Rao 1948,
Mathematical Proceedings of the Cambridge Philosophical Society 44), one-sided: only risk that rises breaks the promise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtr

from decisions.weighted_binomial import book
from policy.digits import rounded_number
from policy.errors import MendableError

Floats = NDArray[np.float64]

REASONS = (
    "tested",  # the score test was made
    "too_few_loans",  # fewer defaulted or other loans than LEAST in classes that have both
    "equal_exposures",  # no exposure differs within its class from what level and PD say already
    "separated",  # the PD tells defaulted from other loans without an error: no coefficient can be estimated
)
LEAST = 10
"""Defaulted loans, and others, below which the law of the score test is not trusted."""
STEPS, CLOSE = 100, 1e-10


@dataclass(frozen=True)
class Dependence:
    """Result of the test: `log_odds` per standard deviation of log exposure, `z`, and the one-sided `p_value`.

    Missing where `reason` is not `tested`. `loans` and `defaults` count rows; `log_odds` is the estimate of maximum
    likelihood, or the first step towards it where that does not settle.
    """

    reason: str
    loans: int
    defaults: int
    log_odds: float | None = None
    z: float | None = None
    p_value: float | None = None


def dependence(
    pd_: ArrayLike, exposure: ArrayLike, defaulted: ArrayLike, size_class: ArrayLike | None = None
) -> Dependence:
    """Test on loans with PDs, exposures, default flags and size classes, arrays of shape (loans,); one class without.

    A sample drawn by outcome is used without weights: they would move the levels alone (Prentice and Pyke 1979).

    Raises
    ------
    MendableError
        When a PD is not inside (0, 1).
    ValueError
        When the loans are not fit to use (see `decisions.weighted_binomial.book`).
    """
    loans = book(exposure, defaulted)
    known = np.asarray(pd_, dtype=np.float64)
    if known.shape != loans.exposure.shape or not ((known > 0) & (known < 1)).all():
        message = f"wanted a PD above 0 and below 1 for each of {loans.exposure.size} loans; got {known}"
        raise MendableError(message)
    names = np.zeros(known.size, dtype=np.int64) if size_class is None else np.asarray(size_class)
    member = names[:, None] == np.unique(names)[None, :]
    # A class in which nobody or everybody defaulted has no level, and says nothing.
    both = member[loans.defaulted].any(axis=0) & member[~loans.defaulted].any(axis=0)
    used = member[:, both].any(axis=1)
    counts = (int(used.sum()), int(loans.defaulted[used].sum()))
    if min(counts[1], counts[0] - counts[1]) < LEAST:
        return Dependence("too_few_loans", *counts)
    levels = member[used][:, both].astype(np.float64)
    size = _standardised(np.log(loans.exposure[used]), levels)
    score = _standardised(logit(known[used]), levels)
    columns = np.column_stack([levels, score]) if score.any() else levels
    return _tested(columns, size, loans.defaulted[used].astype(np.float64), counts)


def _standardised(values: Floats, levels: Floats) -> Floats:
    """Values less the mean of their class, over the standard deviation within classes; 0 where nothing differs."""
    centred = values - levels @ (levels.T @ values / levels.sum(axis=0))
    spread = float(np.sqrt((centred**2).mean()))
    return centred / spread if spread > 1e-9 else np.zeros(values.size)


def _tested(known: Floats, size: Floats, defaulted: Floats, counts: tuple[int, int]) -> Dependence:
    """Score test of the coefficient of `size` beside the columns `known`, and its estimate."""
    coefficients = _fitted(known, defaulted)
    if not np.isfinite(coefficients).all():
        return Dependence("separated", *counts)
    residual, variance = _residual(known, coefficients, defaulted)
    # Variance of the score once the coefficients of the known columns have been estimated.
    weighted = known * variance[:, None]
    crossed = weighted.T @ size
    information = float(size**2 @ variance - crossed @ np.linalg.lstsq(weighted.T @ known, crossed)[0])
    if information <= CLOSE * counts[0]:
        return Dependence("equal_exposures", *counts)
    score = float(size @ residual)
    z = score / np.sqrt(information)
    both = np.column_stack([known, size])
    estimate = float(_fitted(both, defaulted)[-1])
    if not np.isfinite(estimate):
        estimate = score / information
    return Dependence("tested", *counts, rounded_number(estimate), rounded_number(z), rounded_number(float(ndtr(-z))))


def _residual(columns: Floats, coefficients: Floats, defaulted: Floats) -> tuple[Floats, Floats]:
    fitted = expit(columns @ coefficients)
    return defaulted - fitted, fitted * (1 - fitted)


def _fitted(columns: Floats, defaulted: Floats) -> Floats:
    """Coefficients of maximum likelihood, by Newton steps of at most one unit; NaN where they do not settle."""
    found = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        residual, variance = _residual(columns, found, defaulted)
        step = np.linalg.lstsq((columns * variance[:, None]).T @ columns, columns.T @ residual)[0]
        found = found + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < CLOSE:
            return found
    return np.full(columns.shape[1], np.nan)
