"""The ways to a cut-off that are compared: ours by mode, and what else one would reach for, on the same grid and start.

A method gives the position of its cut-off on the grid, -1 for none. Ours are the parts of `decisions.certificate`, but
p-values are computed only up to the first failure; a test holds that `certify` says the same.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import binom

from benchmarks.thresholds_settings import Common
from benchmarks.thresholds_truth import Loans
from decisions import empirical_likelihood
from decisions.certificate import _ends, _start
from decisions.dependence import dependence
from decisions.modes import Mode, p_value_at
from decisions.sampling import Sample, sample
from policy.digits import rounded_number

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One repetition: certification loans, the cut-offs of the path, the start, the tolerance, the largest exposure."""

    loans: Sample
    ends: NDArray[np.int64]
    start: int | None
    tolerance: float
    delta: float
    largest: float
    known: dict[int, float] = field(default_factory=dict)

    @property
    def defaults(self) -> NDArray[np.int64]:
        """Defaulted loans at or below each cut-off."""
        return np.cumsum(self.loans.defaulted)[self.ends - 1]

    def weighted_binomial(self, end: int) -> float:
        """P-value of the first `end` loans, computed once for the modes that share it."""
        if end not in self.known:
            tail = p_value_at(Mode("weighted_binomial", self.delta), self.loans, self.tolerance)
            self.known[end] = rounded_number(tail(end))
        return self.known[end]


def case_of(drawn: Loans, common: Common, tolerance: float, largest: float) -> Case:
    """The repetition of these certification loans."""
    loans = sample(drawn.pd_, drawn.exposure, drawn.defaulted, np.ones(drawn.pd_.size), "inclusion")
    if loans is None:
        message = "a sample by inclusion always has odds"
        raise AssertionError(message)
    ends = _ends(loans, common.grid)
    start = _start(loans, ends, tolerance, Mode("weighted_binomial", common.delta), 0.0)
    return Case(loans, ends, start, tolerance, common.delta, largest)


def ours(case: Case, name: str) -> int:
    """Cut-off of our certificate in a mode."""
    mode = Mode(name, case.delta, case.largest)
    if name == "weighted_binomial":
        return _sequence(lambda position: case.weighted_binomial(int(case.ends[position])), case.start, case)
    start = _start(case.loans, case.ends, case.tolerance, mode, 0.0)
    if name == "strict":
        at = p_value_at(mode, case.loans, case.tolerance)
        return _sequence(lambda position: rounded_number(at(int(case.ends[position]))), start, case)
    exposure, defaulted = case.loans.exposure, case.loans.defaulted

    def larger(position: int) -> float:
        end = int(case.ends[position])
        other = rounded_number(empirical_likelihood.tail(exposure[:end], defaulted[:end], case.tolerance))
        return other if other > case.delta else max(other, case.weighted_binomial(end))

    return _sequence(larger, start, case)


def switched(known: Loans, level: float) -> str:
    """Mode that loans which certify nothing call for."""
    found = dependence(known.pd_, known.exposure, known.defaulted)
    return "robust" if found.p_value is None or found.p_value <= level else "weighted_binomial"


def naive_amounts(case: Case) -> int:
    """The highest cut-off whose observed ratio of amounts is within the tolerance."""
    bad = np.cumsum(case.loans.exposure * case.loans.defaulted)[case.ends - 1]
    return _highest(bad / np.cumsum(case.loans.exposure)[case.ends - 1] <= case.tolerance)


def naive_count(case: Case) -> int:
    """The highest cut-off whose observed default rate is within the tolerance."""
    return _highest(case.defaults / case.ends <= case.tolerance)


def sgr(case: Case) -> int:
    """Selection with guaranteed risk (Geifman and El-Yaniv 2017): bisection with Clopper-Pearson bounds, counts."""
    searches = int(np.ceil(np.log2(case.loans.exposure.size)))
    below = binom.cdf(case.defaults, case.ends, case.tolerance) <= case.delta / searches
    low, high, found = 0, case.ends.size - 1, -1
    for _ in range(searches):
        middle = (low + high + 1) // 2
        if below[middle]:
            found, low = middle, middle
        else:
            high = max(middle - 1, 0)
    return found


def exact_count(case: Case) -> int:
    """Learn then test with the exact binomial law of counts, fixed sequence."""
    return _tested(binom.cdf(case.defaults, case.ends, case.tolerance), case)


def wald(case: Case) -> int:
    """Learn then test with the normal law of the mean of Z, fixed sequence."""
    z = case.loans.exposure * (case.loans.defaulted - case.tolerance)
    total, squares = np.cumsum(z)[case.ends - 1], np.cumsum(z**2)[case.ends - 1]
    with np.errstate(divide="ignore", invalid="ignore"):  # loans all alike: no spread to divide by
        return _tested(ndtr(total / np.sqrt(squares - total**2 / case.ends)), case)


OTHERS: Mapping[str, Callable[[Case], int]] = {
    "naive amounts": naive_amounts,
    "naive count": naive_count,
    "Clopper-Pearson (SGR)": sgr,
    "exact count LTT": exact_count,
    "Wald": wald,
}


def mapie(case: Case) -> int:
    """MAPIE's controller of precision with its default correction (Holm) on the same grid; counts."""
    from mapie.risk_control import BinaryClassificationController

    cut_offs = case.loans.pd_[case.ends - 1]
    controller = BinaryClassificationController(
        lambda x: np.column_stack([x[:, 0], 1 - x[:, 0]]),
        "precision",
        1 - case.tolerance,
        confidence_level=1 - case.delta,
        list_predict_params=1 - cut_offs - 1e-12,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that nothing, or everything, is certified: a result here
        controller.calibrate(case.loans.pd_[:, None], (~case.loans.defaulted).astype(int))
    valid = np.asarray(controller.valid_predict_params)
    return int(np.searchsorted(cut_offs, 1 - valid.min() - 2e-12)) if valid.size else -1


def _highest(within: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(within)[-1]) if within.any() else -1


def _tested(p_values: Floats, case: Case) -> int:
    return _sequence(lambda position: float(p_values[position]), case.start, case)


def _sequence(p_value: Callable[[int], float], start: int | None, case: Case) -> int:
    """Last position that passed before the first failure, from the start upwards."""
    if start is None:
        return -1
    position = start
    while position < case.ends.size and p_value(position) <= case.delta:
        position += 1
    return position - 1 if position > start else -1
