"""Whole tables blanked at random, so that the models learn what a table that is not delivered means."""

from collections.abc import Collection, Sequence
from functools import cache

import numpy as np
import pandas as pd

from features.declarations import Feature, Query
from features.queries import QUERIES
from schemas.tables import TABLES

ALWAYS = ("amount", "exposure")
"""Quantities of required columns: an application without them is rejected, so they are never missing."""


def tables_of(query: Query) -> frozenset[str]:
    """The tables whose absence leaves the quantities of a query unknown: `applications` where it reads no other."""
    return frozenset(query.tables) - {"applications"} or frozenset(query.tables)


@cache
def needed_tables(feature: Feature) -> frozenset[str]:
    """The tables a feature is computed from; empty where all its quantities are never missing."""
    of = {column: tables_of(query) for query in QUERIES for column in query.columns if column not in ALWAYS}
    return frozenset[str]().union(*(of.get(name, frozenset()) for name in feature.inputs))


def never_missing(feature: Feature) -> bool:
    """Whether the feature only reads quantities that are never missing, so that no model needs to know its absence."""
    return set(feature.inputs) <= set(ALWAYS)


def without(known: pd.DataFrame, blank: Collection[str] | pd.DataFrame) -> pd.DataFrame:
    """As-of quantities as they are where the tables named in `blank` are not delivered.

    `blank` names tables for all rows, or is a frame of flags with a column per table and the rows of `known`. What is
    never missing stays.
    """
    columns: dict[str, pd.Series] = {str(c): known[c] for c in known.columns}
    for query in QUERIES:
        gone = _gone(known, blank, tables_of(query))
        if gone.any():
            columns |= {c: _masked(known[c], gone) for c in query.columns if c in columns and c not in ALWAYS}
    return pd.DataFrame(columns, index=known.index)


def _masked(values: pd.Series, gone: np.ndarray) -> pd.Series:
    """The values, missing in the rows `gone`: what `Series.mask` gives, which is slower for numbers and days."""
    if values.dtype.kind not in "fM":
        return values.mask(gone)
    left = values.to_numpy(copy=True)
    left[gone] = np.nan if values.dtype.kind == "f" else np.datetime64("NaT")
    return pd.Series(left, index=values.index, name=values.name)


def _gone(known: pd.DataFrame, blank: Collection[str] | pd.DataFrame, tables: Collection[str]) -> np.ndarray:
    if isinstance(blank, pd.DataFrame):
        flags = [blank[name].to_numpy(dtype=bool) for name in blank.columns if name in tables]
        return np.asarray(np.logical_or.reduce([np.zeros(len(known), dtype=bool), *flags]))
    return np.full(len(known), any(table in blank for table in tables))


def drawn(applications: pd.Series, tables: Sequence[str], share: float, seed: int) -> pd.DataFrame:
    """Flags of the tables blanked in each row: each independently with probability `share`, whatever the outcome.

    The draw hangs on the identifier, the table and the seed alone, so that a row is blanked alike in any bucket.
    """
    ids = pd.util.hash_array(applications.to_numpy(dtype="object"), categorize=False)
    flags = {}
    for table in tables:
        salt = pd.util.hash_array(np.array([f"{seed}:{table}"], dtype="object"), categorize=False)[0]
        mixed = pd.util.hash_array(ids ^ salt, categorize=False)
        flags[table] = mixed.astype("float64") / 2.0**64 < share
    return pd.DataFrame(flags, index=applications.index)


def blankable() -> tuple[str, ...]:
    """Tables that features are computed from, in reading order."""
    read = frozenset[str]().union(*(tables_of(query) for query in QUERIES))
    return tuple(name for name in TABLES if name in read)
