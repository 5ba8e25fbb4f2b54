"""The limits of policy that a watch is made with, fixed for its whole length."""

from dataclasses import dataclass, fields
from datetime import date

from models.monitoring.looks import Plan
from policy.loader import Figure, figure


@dataclass(frozen=True)
class Limits:
    """Figures of policy/monitoring.yaml by their names; meaning and unit stand there."""

    false_alarm: float
    watch_months: int
    index_tolerated: float
    reference_months: int
    least_applications: int
    missing_change: float
    rejected_share: float
    set_aside_share: float
    region_rise: float
    override_share: float
    decision_lag_months: int
    undecided_share: float
    outcome_lag_months: int
    level_tolerance: float
    slope_low: float
    slope_high: float
    slope_defaults: int

    @property
    def plan(self) -> Plan:
        """How the false-alarm probability is shared out."""
        return Plan(self.false_alarm, self.watch_months)


def limit_figures() -> list[Figure]:
    """The figures of policy that limits are read from, in the order of `Limits`."""
    return [figure("monitoring", known.name) for known in fields(Limits)]


def limits_on(day: date) -> Limits:
    """The limits in force on a day, the policy day of the run.

    Raises
    ------
    PolicyError
        When one is not in force yet.
    """
    return Limits(**{known.name: figure("monitoring", known.name).on(day) for known in fields(Limits)})
