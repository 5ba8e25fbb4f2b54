"""The betting test: whether the default ratio of a book, by amounts, is below a tolerance, without any approximation.

A player bets the share lambda of his capital that less defaults than tolerated: loan i multiplies it by 1 - lambda Z_i,
Z_i = w_i (y_i - tolerance). Where the ratio that the risks of these loans give is at or above the tolerance and they
default independently, the expected capital stays at or below 1, however risk depends on exposure; so it reaches
1 / delta with a probability of at most delta (Markov), and its inverse is a p-value (Waudby-Smith and Ramdas 2024,
Journal of the Royal Statistical Society B 86). The mean over several lambda is such a capital too, and does not depend
on the order of the loans.

That needs a known largest exposure: without one no test keeps its level for all laws (Bahadur and Savage 1956). Lambda
reads exposures and PDs, never an outcome.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from decisions.weighted_binomial import book, check_tolerance
from policy.errors import MendableError

Floats = NDArray[np.float64]

STAKES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Multiples of the design's lambda that the capital is averaged over."""
MOST_LOST = 0.9
"""Largest share of the capital that the default of one loan of the largest exposure may cost."""


def p_value(
    pd_: ArrayLike,
    exposure: ArrayLike,
    defaulted: ArrayLike,
    tolerance: float,
    delta: float,
    largest_exposure: float,
) -> float:
    """1 / capital, at most 1, of loans with design PDs `pd_`, arrays of shape (loans,).

    `largest_exposure` [the currency of `exposure`] is what no loan of this kind may exceed, by policy; `delta` the
    level that lambda is best for.

    Raises
    ------
    MendableError
        When there is no loan, a PD or the tolerance is not inside (0, 1), or an exposure is above the largest.
    ValueError
        When the loans are not fit to use (see `decisions.weighted_binomial.book`).

    >>> round(p_value([0.1] * 30, [1.0] * 30, [0] * 30, 0.2, 0.1, 1.0), 4)
    0.0037
    """
    check_tolerance(tolerance)
    loans = book(exposure, defaulted)
    design = np.asarray(pd_, dtype=np.float64)
    if not loans.exposure.size or design.shape != loans.exposure.shape or not ((design > 0) & (design < 1)).all():
        message = (
            f"wanted a PD above 0 and below 1 for each of at least one loan; got {design} for {loans.exposure.size}"
        )
        raise MendableError(message)
    check_largest(loans.exposure, largest_exposure)
    lambdas = stakes(design, loans.exposure, tolerance, delta, largest_exposure)
    return tail(loans.exposure, loans.defaulted, tolerance, lambdas)


def check_largest(exposure: Floats, largest: float | None) -> float:
    """`largest`, when it is a positive number and no exposure is above it.

    Raises
    ------
    MendableError
        When it is none, or an exposure is above it.
    """
    if largest is None or not (np.isfinite(largest) and largest > 0):
        message = f"the strict mode wants the largest exposure that policy allows, a positive number; got {largest}"
        raise MendableError(message)
    over = exposure > largest
    if over.any():
        message = (
            f"the strict mode wants exposures (times their weights) of at most {largest:g}, the largest that policy "
            f"allows; got {float(exposure.max()):g}, and {int(over.sum())} of {exposure.size} loans are above it"
        )
        raise MendableError(message)
    return float(largest)


def stakes(pd_: Floats, exposure: Floats, tolerance: float, delta: float, largest: float) -> Floats:
    """The lambdas, shape (STAKES,): multiples of the one that design PDs call best, none that could lose everything.

    sqrt(2 ln(1 / delta) / (n Var Z)), with the variance of Z that exposures and PDs predict.
    """
    squares = float((exposure**2 * (pd_ * (1 - tolerance) ** 2 + (1 - pd_) * tolerance**2)).mean())
    variance = squares - float((exposure * (pd_ - tolerance)).mean()) ** 2
    best = np.sqrt(2 * np.log(1 / delta) / (exposure.size * variance))
    lambdas: Floats = np.minimum(best * np.array(STAKES), MOST_LOST / ((1 - tolerance) * largest))
    return lambdas


def tail(exposure: Floats, defaulted: NDArray[np.bool_], tolerance: float, lambdas: Floats) -> float:
    """P-value as `p_value` gives it, for loans already checked; shape (loans,), at least one."""
    z = exposure * (defaulted - tolerance)
    logs = np.array([float(np.log1p(-stake * z).sum()) for stake in lambdas])
    capital = float(logs.max()) + float(np.log(np.exp(logs - logs.max()).mean()))
    return float(np.exp(min(0.0, -capital)))


def upper_bound(exposure: Floats, defaulted: NDArray[np.bool_], delta: float, lambdas: Floats) -> float:
    """Ratio at which the capital of these lambdas reaches 1 / `delta` [fraction]; 1 where it does not below 1.

    With lambda fixed the capital rises with the ratio. It is looked for no lower than where the default of the largest
    loan would cost the whole capital: there the bound is that ratio, higher than it could be.
    """
    low = max(1e-12, 1 - 1 / (float(lambdas.max()) * float(exposure.max())) + 1e-9)
    high = 1 - 1e-9

    def excess(ratio: float) -> float:
        return tail(exposure, defaulted, ratio, lambdas) - delta

    if excess(high) > 0:
        return 1.0
    return low if excess(low) <= 0 else float(brentq(excess, low, high, xtol=1e-10))
