"""The tolerated NPL ratio of each size class of a source, by day, and the parameters it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from decisions.objectives import OBJECTIVES
from decisions.tolerance import Dated, Tolerance, dated_tolerances, tolerances
from pipelines.params import ParamsError, section
from pipelines.policy_day import policy_day
from policy.loader import figure
from policy.segments import SIZE_CLASSES

EVER = date(1901, 1, 1)
"""Day from which the one tolerance of a retrospective study is taken to be in force."""
RATIO = "overall_npl_"
"""How the names of figures of policy/tolerance.yaml begin that are an NPL ratio of all loans."""
DAYS = ("application", "policy")
"""Whose day the tolerance is looked up by: that of each application, or the one day of the policy."""


@dataclass(frozen=True)
class ThresholdParams:
    """Parameters of the step `threshold`.

    Level, grid, stress, figure of the overall NPL ratio, design of weights; `measure` names the zones, the master scale
    and the economics, `tolerance_on` (one of DAYS) whose day the tolerance is looked up by, `stock_flow` the figure of
    policy/stock_flow.yaml. `objective` orders the loans; `together` are size classes with one certificate; `looks` the
    certifications on the same loans among which delta is shared; the last three are of `pipelines.certificate_mode`.
    """

    delta: float
    grid: int
    start_stress: float
    overall_npl: str
    weights: str
    measure: str
    tolerance_on: str
    stock_flow: str
    objective: str
    together: list[list[str]]
    looks: int
    mode: str
    dependence_level: float
    largest_exposure: float | None = None

    def __post_init__(self) -> None:
        """Refuse a day, an objective, classes or a number that are none."""
        if self.tolerance_on not in DAYS:
            message = f"threshold: tolerance_on must be one of {', '.join(DAYS)}; got {self.tolerance_on!r}"
            raise ParamsError(message)
        if not (isinstance(self.delta, float) and 0 < self.delta < 0.5):
            message = f"threshold: delta must be the probability of an error, above 0 and below 0.5; got {self.delta!r}"
            raise ParamsError(message)
        if not self.overall_npl.startswith(RATIO):
            message = f"threshold: overall_npl must be a figure named {RATIO}…; got {self.overall_npl!r}"
            raise ParamsError(message)
        if self.objective not in OBJECTIVES:
            message = f"threshold: objective must be one of {', '.join(OBJECTIVES)}; got {self.objective!r}"
            raise ParamsError(message)
        lists = isinstance(self.together, list) and all(isinstance(group, list) for group in self.together)
        named = [name for group in self.together for name in group] if lists else [""]
        if len(set(named)) < len(named) or set(named) - set(SIZE_CLASSES):
            message = (
                f"threshold: together wants groups of different size classes among {', '.join(SIZE_CLASSES)}; "
                f"got {self.together}"
            )
            raise ParamsError(message)
        if type(self.looks) is not int or self.looks < 1:
            message = f"threshold: looks must be a whole number of at least 1; got {self.looks!r}"
            raise ParamsError(message)


def limits(source: str) -> Mapping[str, Tolerance]:
    """Tolerance of each size class on the day whose policy is applied to the source."""
    day = policy_day(source)
    return tolerances(figure("tolerance", section("threshold", ThresholdParams, source).overall_npl).on(day), day)


def dated_limits(source: str) -> tuple[Dated, ...]:
    """Tolerances by the day of the application; of a retrospective study the one of the policy's day, for all days."""
    params = section("threshold", ThresholdParams, source)
    if params.tolerance_on == "policy":
        return (Dated(EVER, limits(source)),)
    return dated_tolerances(figure("tolerance", params.overall_npl))
