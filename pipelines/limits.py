"""The tolerated NPL ratio of each size class of a source, and the parameters it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from decisions.tolerance import Tolerance, tolerances
from pipelines.params import section
from pipelines.policy_day import policy_day
from policy.loader import figure


@dataclass(frozen=True)
class ThresholdParams:
    """Parameters of the step `threshold`: level, grid, stress, figure of the overall NPL ratio, design of weights."""

    delta: float
    grid: int
    start_stress: float
    overall_npl: str
    weights: str


def limits(source: str) -> Mapping[str, Tolerance]:
    """Tolerance of each size class on the day whose policy is applied to the source."""
    day = policy_day(source)
    return tolerances(figure("tolerance", section("threshold", ThresholdParams, source).overall_npl).on(day), day)
