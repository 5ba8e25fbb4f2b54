"""Days on which the certificate of a size class does not approve: after an alarm, or without a tolerance granted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

Why = Literal["suspended", "no_grant"]


@dataclass(frozen=True)
class Suspension:
    """The certificate of a size class does not hold from `since` on, until the day before `until`; open without one.

    `why` is `suspended` after an alarm, `no_grant` where the ledger of tolerances has no grant in force.
    """

    size_class: str
    since: date
    until: date | None = None
    why: Why = "suspended"


def suspended(suspensions: Sequence[Suspension], as_of: pd.Series, size_class: pd.Series, why: Why) -> pd.Series:
    """True for every application whose class does not approve on its own day, for the reason `why`."""
    found = pd.Series(False, index=as_of.index)
    for known in (each for each in suspensions if each.why == why):
        mine = (size_class == known.size_class) & (as_of >= pd.Timestamp(known.since))
        found |= mine if known.until is None else mine & (as_of < pd.Timestamp(known.until))
    return found.astype(bool)


def standing(suspensions: Sequence[Suspension]) -> tuple[str, ...]:
    """One sentence per suspension that nobody has ended."""
    return tuple(
        f"the certificate of {known.size_class} is suspended since {known.since}: applications of that day and later "
        "are referred (suspended) until it is renewed"
        for known in suspensions
        if known.until is None and known.why == "suspended"
    )
