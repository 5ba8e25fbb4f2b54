"""The tolerated NPL ratio of each size class of a source, by day, and the parameters it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from decisions.tolerance import Dated, Tolerance, dated_tolerances, tolerances
from pipelines.params import ParamsError, section
from pipelines.policy_day import policy_day
from policy.loader import figure

EVER = date(1901, 1, 1)
"""Day from which the one tolerance of a retrospective study is taken to be in force."""
DAYS = ("application", "policy")
"""Whose day the tolerance is looked up by: that of each application, or the one day of the policy."""


@dataclass(frozen=True)
class ThresholdParams:
    """Parameters of the step `threshold`.

    Level, grid, stress, figure of the overall NPL ratio, design of weights; `measure` names the zones and the master
    scale, `tolerance_on` (one of DAYS) whose day the tolerance is looked up by; the last three are of
    `pipelines.certificate_mode`.
    """

    delta: float
    grid: int
    start_stress: float
    overall_npl: str
    weights: str
    measure: str
    tolerance_on: str
    mode: str
    dependence_level: float
    largest_exposure: float | None = None

    def __post_init__(self) -> None:
        """Refuse a day that is none."""
        if self.tolerance_on not in DAYS:
            message = f"threshold: tolerance_on must be one of {', '.join(DAYS)}; got {self.tolerance_on!r}"
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
