"""A test of one group made at every look: records, with a last one for the months that are not looked at yet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.monitoring.looks import Look, looks
from models.monitoring.record import Record, Verdict
from policy.digits import rounded_number

Mask = NDArray[np.bool_]


class Told(NamedTuple):
    """What a test says of the rows of one look; the limit is a lower one where `upper` is false."""

    value: float
    limit: float
    exceeded: bool
    why: str = ""
    upper: bool = True


@dataclass(frozen=True)
class Months:
    """The months of a watch that have ended, in order."""

    ended: Sequence[pd.Period]

    def places(self, months: pd.Series) -> NDArray[np.int64]:
        """Place of each month among those of the watch; the number of them, or more, where it has not ended."""
        first = self.ended[0].ordinal
        return np.array([month.ordinal - first for month in months], dtype="int64")

    def season(self, look: Look) -> list[int]:
        """Calendar months (1 to 12) of a look."""
        return [month.month for month in self.ended[look.first : look.last + 1]]

    def counts(self, places: NDArray[np.int64]) -> list[int]:
        """How many rows lie in every month."""
        known = places[places < len(self.ended)]
        return [int(count) for count in np.bincount(known, minlength=len(self.ended))]

    def record(
        self,
        test: str,
        group: str,
        look: Look,
        size: int,
        told: Told | None,
        why: str = "",
        defaults: int | None = None,
        expected: float | None = None,
    ) -> Record:
        """The record of a look; without `told` nothing was tested, for the reason `why`."""
        first, last = self.ended[look.first], self.ended[look.last]
        verdict: Verdict = "not_tested" if told is None or told.why else "exceeded" if told.exceeded else "met"
        known = told is not None and not told.why
        return Record(
            test,
            group,
            str(first),
            str(last),
            f"{last.end_time:%Y-%m-%d}",
            rounded_number(told.value) if told is not None and known else None,
            rounded_number(told.limit) if told is not None and known else None,
            verdict,
            size,
            defaults,
            None if expected is None else rounded_number(expected),
            told.why if told is not None else why,
            "lower" if told is not None and not told.upper else "upper",
        )


def by_looks(
    test: str,
    group: str,
    months: Months,
    places: NDArray[np.int64],
    least: int,
    tell: Callable[[Mask, Look], Told],
    counted: NDArray[np.int64] | None = None,
) -> list[Record]:
    """One record per look at the rows whose months lie at `places`; `tell` is asked of a mask of the rows of a look.

    A look takes at least `least` rows, or rows of a month in `counted` where these are what counts (defaults).
    """
    held = months.counts(places if counted is None else counted)
    made = looks(held, least)
    found = []
    for look in made:
        mask = (places >= look.first) & (places <= look.last)
        found.append(months.record(test, group, look, int(mask.sum()), tell(mask, look)))
    left = made[-1].last + 1 if made else 0
    if left < len(months.ended):
        rest = Look(left, len(months.ended) - 1)
        size = int(((places >= left) & (places <= rest.last)).sum())
        found.append(months.record(test, group, rest, size, None, "too_few"))
    return found
