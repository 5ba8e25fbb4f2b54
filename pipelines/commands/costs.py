"""What missing tables and columns cost: the features that go missing with them, found by trying."""

from collections.abc import Iterable

import pandas as pd

from features.catalogue import COMPUTED
from features.table import FeatureParams, feature_tables
from policy.folders import temporary
from schemas.conform import conform, write_table
from schemas.gaps import no_gaps, write_gaps
from schemas.tables import TABLES
from sources.simulated.portfolio import SimulatedParams, tables

TRIAL = SimulatedParams(applications=400, seed=1, rho=0.02)
SCHEMES = FeatureParams("default", "statistical_2017", "2025-12-31", "1GB")


def lost_features(missing: Iterable[tuple[str, str]]) -> list[str]:
    """Features that a bank without these (table, column) pairs cannot have, in the order of the catalogue.

    A small simulated portfolio is given the same gaps: a feature that varies without them, and is missing or constant
    with them, is lost. A feature that needs a table which every source of the portfolio lacks is lost with its table.
    """
    gaps: dict[str, set[str]] = {}
    for table, column in missing:
        gaps.setdefault(table, set()).add(column)
    whole = {name: conform(frame, TABLES[name]) for name, frame in tables(TRIAL).items()}
    gone = {name for name, columns in gaps.items() if columns >= {c.name for c in TABLES[name].columns}}
    cut = {
        name: conform(frame.drop(columns=sorted(gaps.get(name, set()) - _needed(name))), TABLES[name])
        for name, frame in whole.items()
        if name not in gone or not TABLES[name].optional
    }
    before, after = _varying(whole), _varying(cut)
    return [feature.name for feature in COMPUTED if feature.name in before and feature.name not in after]


def _needed(table: str) -> set[str]:
    """Columns a table cannot be without: they stay, so that the rest can be tried."""
    return {c.name for c in TABLES[table].columns if c.required or c.name in TABLES[table].key}


def _varying(given: dict[str, pd.DataFrame]) -> set[str]:
    with temporary() as folder:
        for name, frame in given.items():
            write_table(frame, name, folder)
        write_gaps(no_gaps(), folder)
        found = pd.concat(feature_tables(folder, SCHEMES), ignore_index=True)
    return {feature.name for feature in COMPUTED if found[feature.name].nunique() > 1}
