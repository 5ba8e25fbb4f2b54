"""Whether PDs are at the right level, too low or too high alike: one-sided p-values doubled, at most 1.

The tests of the standards ask whether a PD is too low. A PD that is half as high again as the rate passes all of them
with a p-value of 1, though enterprises are refused or priced by it.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from models.validation.calibration_tests import jeffreys_p
from models.validation.year_effects import NormalTest, correlated_binomial_p, normal_test


def doubled(lower: float, upper: float) -> float:
    """Two-sided p-value of two one-sided ones: twice the smaller, at most 1.

    >>> doubled(0.01, 0.99), doubled(0.6, 0.7)
    (0.02, 1.0)
    """
    return min(1.0, 2 * min(lower, upper))


def jeffreys_two_sided(defaults: float, loans: float, pd_: float) -> float:
    """p-value that the PD is the default rate, from F_Beta(PD; D + 1/2, N - D + 1/2); counts may be effective ones.

    Raises
    ------
    ValueError
        As `calibration_tests.jeffreys_p`.

    >>> round(jeffreys_two_sided(15, 1000, 0.01), 6)      # twice the ECB's one-sided 0.063228
    0.126457
    """
    one = jeffreys_p(defaults, loans, pd_)
    return doubled(one, 1 - one)


def binomial_two_sided(defaults: int, loans: int, pd_: float, rho: float = 0.0) -> float:
    """p-value of the binomial test of BCBS 14, both sides; with an asset correlation `rho` by Vasicek's one factor.

    Raises
    ------
    ValueError
        As `year_effects.correlated_binomial_p`.

    >>> round(binomial_two_sided(0, 10, 0.1), 6)          # twice 0.9 ** 10
    0.697357
    """
    at_least = correlated_binomial_p(defaults, loans, pd_, rho)
    above = correlated_binomial_p(defaults + 1, loans, pd_, rho) if defaults < loans else 0.0
    return doubled(at_least, 1 - above)


def normal_two_sided(pds: ArrayLike, rates: ArrayLike) -> NormalTest:
    """Multi-year test of yearly mean PDs against yearly default rates, both sides; shape (years,).

    BCBS 14 takes z as normal. Its spread is estimated from the same few years, so that three years of gaps that happen
    to be alike give a z of 9; here it is Student's t with as many degrees as years less one.

    Raises
    ------
    ValueError
        As `year_effects.normal_test`.
    """
    z = normal_test(pds, rates).z
    return NormalTest(z, float(2 * student.sf(abs(z), np.size(pds) - 1)))


def holm(p_values: ArrayLike) -> np.ndarray:
    """p-values adjusted for their number so that one false rejection among all is as rare as asked (Holm 1979).

    Shape (tests,), in the order given; each at most 1. Scandinavian Journal of Statistics 6.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1)))
    adjusted = np.empty_like(p)
    adjusted[order] = stepped
    return adjusted
