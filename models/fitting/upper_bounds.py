"""Upper confidence bounds of PDs where defaults are few: most prudent estimation.

Pluto and Tasche 2005, Estimating probabilities of default for low default portfolios (short form: Thinking positively,
Risk 18, 72-78). The best class could be as bad as all classes together, the next one as bad as itself and all worse
ones, and so on: the bound of a class counts its own loans and those of every worse class.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq
from scipy.stats import beta, binom, norm

FURTHEST, POINTS = 9.0, 3601
"""Range of the common factor [standard deviations] and points of the trapezoidal rule over it."""
PROBITS = (-40.0, 40.0)
"""Between which the probit of a bound is looked for; at the ends the PD is 0 or 1 to the last digit."""


def upper_bound(defaults: int, loans: int, confidence: float, rho: float = 0.0) -> float:
    """The PD above which so few defaults among `loans` loans would be less likely than 1 - `confidence`.

    With `rho` 0 defaults are independent: the bound of Clopper and Pearson 1934 (The use of confidence or fiducial
    limits, Biometrika 26). Above, they have a common normal factor with asset correlation `rho` (Vasicek): in one bad
    year they come together, so that few defaults tell less.

    Raises
    ------
    ValueError
        When there are no loans, or not 0 to `loans` defaults.

    >>> round(upper_bound(0, 800, 0.90), 4)
    0.0029
    """
    if loans < 1 or not 0 <= defaults <= loans:
        message = f"an upper bound wants loans, and defaults among them; got {defaults} defaults of {loans} loans"
        raise ValueError(message)
    if defaults == loans:
        return 1.0
    if rho == 0:
        return float(beta.ppf(confidence, defaults + 1, loans - defaults))
    factor = np.linspace(-FURTHEST, FURTHEST, POINTS)
    density = norm.pdf(factor) * (factor[1] - factor[0])

    def excess(probit: float) -> float:
        conditional = norm.cdf((probit - np.sqrt(rho) * factor) / np.sqrt(1 - rho))
        return float(density @ binom.cdf(defaults, loans, conditional)) - (1 - confidence)

    return float(norm.cdf(brentq(excess, *PROBITS, xtol=1e-12)))


def prudent_bounds(
    defaults: Sequence[int], loans: Sequence[int], confidence: float, rho: float = 0.0
) -> tuple[float, ...]:
    """Upper bound of each class, best class first, never below that of a better one.

    A bad class without defaults beside better ones with some would get a lower bound than they: it gets theirs.

    >>> [round(bound, 4) for bound in prudent_bounds([0, 0, 0], [100, 400, 300], 0.90)]
    [0.0029, 0.0033, 0.0076]
    """
    at_least = [upper_bound(sum(defaults[best:]), sum(loans[best:]), confidence, rho) for best in range(len(loans))]
    return tuple(np.maximum.accumulate(at_least).tolist())
