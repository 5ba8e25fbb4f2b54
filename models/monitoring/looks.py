"""How a false-alarm probability is shared out over tests, groups and monthly looks, so that a watch does not cry wolf.

A test at 5 % that is made every month for five years is met by chance in most books. Here the probability holds for all
looks of all tests together: every look spends a part of it that was fixed before the first one, evenly over the months
of the watch (Lan and DeMets 1983, Biometrika 70, with the uniform spending function), and the sum of the parts bounds
the probability of any false alarm (Bonferroni). Months with too few applications are looked at together with those
after them, and spend the parts of all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from policy.errors import MendableError

TOPICS = ("population", "mix", "features", "missing", "shares", "level", "slope")
"""Kinds of tests that the false-alarm probability is shared between, each the same part."""


class MonitorError(MendableError):
    """What a monitor is given cannot be used."""


class Look(NamedTuple):
    """Months `first` to `last` (places in a list, both inclusive), looked at together."""

    first: int
    last: int

    @property
    def months(self) -> int:
        """How many months the look covers."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Plan:
    """What is fixed before the first look: false-alarm probability of the whole watch, and its length [months]."""

    false_alarm: float
    months: int

    def __post_init__(self) -> None:
        """Refuse figures that no watch can be planned with."""
        if not 0 < self.false_alarm < 1 or self.months < 1:
            message = f"wanted a false-alarm probability between 0 and 1, and at least one month; got {self}"
            raise MonitorError(message)

    def of_group(self, groups: int) -> float:
        """False-alarm probability of one of the `groups` of a topic over the whole watch."""
        return self.false_alarm / len(TOPICS) / groups

    def of_look(self, groups: int, look: Look) -> float:
        """Level of one look at one of the `groups` of a topic.

        >>> round(Plan(0.07, 60).of_look(2, Look(3, 5)), 6)
        0.00025
        """
        return self.of_group(groups) * look.months / self.months


def looks(counts: Sequence[int], least: int) -> list[Look]:
    """Runs of months with at least `least` counted in each, in order; a rest that is too few makes none.

    >>> looks([5, 1, 4, 2], 5)
    [Look(first=0, last=0), Look(first=1, last=2)]
    """
    found, first, held = list[Look](), 0, 0
    for month, count in enumerate(counts):
        held += count
        if held >= least:
            found.append(Look(first, month))
            first, held = month + 1, 0
    return found


def ended_months(first: pd.Timestamp, until: pd.Timestamp) -> list[pd.Period]:
    """Calendar months from that of `first` on that had ended on the day `until`.

    >>> [str(month) for month in ended_months(pd.Timestamp("2025-01-20"), pd.Timestamp("2025-03-30"))]
    ['2025-01', '2025-02']
    """
    start, here = first.to_period("M"), until.to_period("M")
    last = here if until.normalize() == here.end_time.normalize() else here - 1
    return list(pd.period_range(start, last, freq="M"))
