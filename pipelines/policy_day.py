"""The day whose policy is applied to a source: one day for its stages, size classes and tolerance."""

from dataclasses import dataclass
from datetime import date

from pipelines.params import section


@dataclass(frozen=True)
class PolicyParams:
    """Parameters of the section `policy`: the day, as YYYY-MM-DD."""

    policy_on: str


def policy_day(source: str) -> date:
    """Day whose policy is applied to the source."""
    return date.fromisoformat(section("policy", PolicyParams, source).policy_on)
