"""The modes of the certificate: which test decides whether a cut-off keeps the ratio within the tolerance.

`weighted_binomial`: exposures fixed; default risk within the approved book must not rise steeply with exposure.
`robust`: the larger p-value of that test and the empirical-likelihood test; risk may rise with exposure.
`strict`: the betting test; holds for any number of loans and any dependence, wants the largest exposure of policy.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from decisions import betting, empirical_likelihood, weighted_binomial
from decisions.sampling import Sample
from policy.errors import MendableError

Floats = NDArray[np.float64]

MODES = ("weighted_binomial", "robust", "strict")


@dataclass(frozen=True)
class Mode:
    """A mode with the level it tests at, and the largest exposure of policy (used by `strict` alone).

    Raises
    ------
    MendableError
        When the mode is none of MODES.
    """

    name: str
    delta: float
    largest_exposure: float | None = None

    def __post_init__(self) -> None:
        """Refuse a mode that is none."""
        if self.name not in MODES:
            message = f"mode must be one of {', '.join(MODES)}; got {self.name!r}"
            raise MendableError(message)


def p_values(mode: Mode, loans: Sample, ends: NDArray[np.int64], tolerance: float) -> Floats:
    """P-value of every cut-off, shape (ends,): of the first `end` loans, against the tolerance of the sample.

    Raises
    ------
    MendableError
        When the mode is `strict` and an exposure is above the largest, or none is given.
    """
    one = p_value_at(mode, loans, tolerance)
    return np.array([one(int(end)) for end in ends])


def could_pass(mode: Mode, loans: Sample, ends: NDArray[np.int64], tolerance: float) -> NDArray[np.bool_]:
    """Whether each cut-off would pass if nobody defaulted, shape (ends,); reads no outcome.

    Raises
    ------
    MendableError
        As `p_values`.
    """
    nobody = replace(loans, defaulted=np.zeros(loans.defaulted.size, dtype=bool))
    return np.asarray(p_values(mode, nobody, ends, tolerance) <= mode.delta)


def p_value_at(mode: Mode, loans: Sample, tolerance: float) -> Callable[[int], float]:
    """P-value of the first `end` loans as a function of `end`; the loans are checked here, once."""
    exposure, defaulted = loans.exposure, loans.defaulted
    if mode.name == "strict":
        largest, design = betting.check_largest(exposure, mode.largest_exposure), loans.in_sample(loans.pd_)
        return lambda end: betting.tail(
            exposure[:end],
            defaulted[:end],
            tolerance,
            betting.stakes(design[:end], exposure[:end], tolerance, mode.delta, largest),
        )
    if mode.name == "robust":
        return lambda end: max(
            weighted_binomial.tail(exposure[:end], defaulted[:end], tolerance),
            empirical_likelihood.tail(exposure[:end], defaulted[:end], tolerance),
        )
    return lambda end: weighted_binomial.tail(exposure[:end], defaulted[:end], tolerance)


def upper_bound(mode: Mode, loans: Sample, end: int, tolerance: float) -> float:
    """Upper bound of the sample's ratio of the first `end` loans [fraction], by the test of the mode.

    1 where no ratio below can be excluded. `strict` keeps the lambdas of the tolerance that was tested, so that bound
    and test agree.
    """
    exposure, defaulted = loans.exposure[:end], loans.defaulted[:end]
    if mode.name == "strict":
        largest = betting.check_largest(loans.exposure, mode.largest_exposure)
        design = loans.in_sample(loans.pd_[:end])
        lambdas = betting.stakes(design, exposure, tolerance, mode.delta, largest)
        return betting.upper_bound(exposure, defaulted, mode.delta, lambdas)
    bound = weighted_binomial.upper_bound(exposure, defaulted, mode.delta)
    if mode.name == "robust":
        return max(bound, empirical_likelihood.upper_bound(exposure, defaulted, mode.delta))
    return bound


def upper_bounds(mode: Mode, loans: Sample, ends: NDArray[np.int64], tolerance: float) -> Floats:
    """Upper bound of the sample's ratio of the first `end` loans, for each of `ends`; shape (ends,)."""
    return np.array([upper_bound(mode, loans, int(end), tolerance) for end in ends], dtype=np.float64)
