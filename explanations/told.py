"""The reasons of a feature table as arrays: filled stage by stage, read by batch, pipeline and page."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explanations.centres import Centres
from explanations.explained import Explained, values_of
from explanations.tellable import Tellable, tellable
from explanations.telling import ranked, spoken
from features.peer_quantiles import Places

MOST = 4
"""Most reasons given on each side; US Regulation B, comment 9(b)(2)-1: more than four are not likely to be helpful."""
SIDES = ("for", "against")
"""Sides of a reason: it lowers the PD, or raises it."""
SMALLEST = 0.02
"""A family that moves the odds by less than 2 % gives no reason [log-odds]; an assumption of this project."""
UNEXPECTED = "unexpected"
KINDS = (*SIDES, UNEXPECTED, UNEXPECTED)
"""First axis of the arrays: both sides, then what is unexpected of the sign of each."""
BLOCK = 1024
"""Rows that go through at once: what each family says of them stays in the caches."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Short = NDArray[np.int16]


@dataclass(frozen=True)
class Told:
    """Reasons of applications, shape (kinds, MOST, applications): strongest first, -1 and missing where there is none.

    `family` is the place in FAMILIES, `feature` that among COMPUTED; `value` is the feature's, in its unit, `peers`
    what its peers have, `of_division` whether they are of its division; `sums` the family's part [log-odds], not
    rounded. An unexpected family stands at its place among the reasons of its sign and such families.
    """

    family: Short
    feature: Short
    value: Floats
    peers: Floats
    of_division: NDArray[np.bool_]
    sums: Floats


def room(applications: int) -> Told:
    """Nothing told yet of so many applications."""
    shape = (len(KINDS), MOST, applications)
    none, missing = np.full(shape, -1, dtype="int16"), np.full(shape, np.nan)
    return Told(none, none.copy(), missing, missing.copy(), np.zeros(shape, dtype="bool"), missing.copy())


def tell_stage(into: Told, table: pd.DataFrame, known: Explained, centres: Centres, places: Places) -> None:
    """Write the reasons of the rows of one stage; `table` has all columns, `places` are those of its rows."""
    of = known.scored
    facts = tellable(of.model.features)
    values, others = of.values, facts.names[len(of.model.features) :]
    if others:
        values = np.vstack([values, values_of(table, others, of.rows)])
    own = Places(*(each[of.rows] for each in places))
    tell(into, of.rows, known.parts, values, facts, centres, own)


def tell(
    into: Told, rows: Whole, parts: Floats, values: Floats, facts: Tellable, centres: Centres, places: Places
) -> None:
    """Write the reasons of some applications to their places `rows`.

    `parts` are contributions and `values` the values of `facts.names`, shape (names, applications); contributions are
    there for those alone that contribute. `places` are those of these applications.
    """
    teller = np.empty((len(KINDS), MOST, len(rows)), dtype="int16")
    family, sums = np.empty_like(teller), np.empty(teller.shape)
    size = min(BLOCK, len(rows))
    total, who = np.empty((len(facts.first) - 1, size)), np.empty((len(facts.first) - 1, size), dtype="int16")
    slots = np.empty((len(KINDS), MOST))
    peers = np.asarray(places.own), np.asarray(places.alone)
    features = facts.first, facts.feature, facts.columns, facts.bounds, facts.free
    for start in range(0, len(rows), BLOCK):
        number = min(BLOCK, len(rows) - start)
        spoken(parts, values, start, number, *features, centres.values, *peers, total, who)
        goes = np.arange(start, start + number)
        ranked(total, who, number, SMALLEST, goes, slots, family, teller, sums)
    kind, slot, at = np.nonzero(teller >= 0)
    place, whose = teller[kind, slot, at].astype("int64"), (kind, slot, rows[at])
    feature = facts.feature[place]
    usual = centres.values[feature, places.own[at]]
    into.family[whose], into.feature[whose] = family[kind, slot, at], feature
    into.value[whose] = values[facts.columns[0, place], at]
    into.peers[whose] = np.where(np.isnan(usual), centres.values[feature, places.alone[at]], usual)
    into.of_division[whose] = centres.known[feature, places.own[at]]
    into.sums[whose] = sums[kind, slot, at]
