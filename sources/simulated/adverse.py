"""Adverse records open on the day of an application: overdue debt, enforcement, list of abnormal operations."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sources.simulated.draws import Array, logistic, stream
from sources.simulated.faults import late

RATES = {"overdue": 0.020, "enforcement": 0.012, "abnormal_list": 0.020}
"""Share of applications with such a record open on the day (assumption of this project)."""

DRIVERS = {
    "overdue": "open_overdue_count",
    "enforcement": "open_enforcement_count",
    "abnormal_list": "is_abnormal",
}
"""Driver of default that each kind of record is."""


class Spell(NamedTuple):
    """Records of one kind, one application that has one per row: all begin before its day, and end after it."""

    application: Array  # row of the applications
    begun: Array  # day number
    ended: Array  # day number
    known: Array  # day number


def spells(seed: int, quality: Array, founded: Array, day: Array) -> Mapping[str, Spell]:
    """Records open on the day of applications by enterprises of this quality, weaker ones more often.

    Applications of one enterprise are more than a year apart and a record lasts less than a year from either side of
    the day, so it is open on the day of one application only.
    """
    found = {}
    for kind, rate in RATES.items():
        rng = stream(seed, f"open {kind}")
        hit = np.flatnonzero(rng.random(len(day)) < 2 * rate * logistic(-0.8 * quality))
        begun = np.maximum(day[hit] - np.floor(10 + rng.exponential(60.0, len(hit))).clip(10, 330), founded[hit])
        ended = day[hit] + 10 + rng.integers(0, 320, len(hit))
        known = np.minimum(begun + late(rng, len(hit), 20, 0.2, 3), day[hit])
        found[kind] = Spell(hit, begun, ended.astype(np.float64), np.maximum(known, begun))
    return found


def flags(found: Mapping[str, Spell], size: int) -> dict[str, Array]:
    """One driver a kind of record: 1 where one is open on the day of the application."""
    flagged = {}
    for kind, spell in found.items():
        flagged[DRIVERS[kind]] = np.zeros(size)
        flagged[DRIVERS[kind]][spell.application] = 1.0
    return flagged
