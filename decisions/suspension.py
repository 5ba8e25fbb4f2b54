"""Suspensions: days on which the certificate of a size class does not approve, because its alarm has fired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd


@dataclass(frozen=True)
class Suspension:
    """The certificate of a size class does not hold from `since` on, until the day before `until`; open without one."""

    size_class: str
    since: date
    until: date | None = None


def suspended(suspensions: Sequence[Suspension], as_of: pd.Series, size_class: pd.Series) -> pd.Series:
    """True for every application whose class is suspended on its own day."""
    found = pd.Series(False, index=as_of.index)
    for known in suspensions:
        mine = (size_class == known.size_class) & (as_of >= pd.Timestamp(known.since))
        found |= mine if known.until is None else mine & (as_of < pd.Timestamp(known.until))
    return found.astype(bool)


def standing(suspensions: Sequence[Suspension]) -> tuple[str, ...]:
    """One sentence per suspension that nobody has ended."""
    return tuple(
        f"the certificate of {known.size_class} is suspended since {known.since}: applications of that day and later "
        "are referred (suspended) until it is renewed"
        for known in suspensions
        if known.until is None
    )
