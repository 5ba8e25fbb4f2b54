"""Nothing known or happened after the day of decision moves a feature."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.as_of import quantities
from features.queries import QUERIES
from features.table import FeatureParams, feature_tables
from schemas.tables import TABLES
from tests.features.drawn import drawn_table, drawn_tables, saved

PARAMS = FeatureParams("default", "statistical_2017", "2024-12-31", "512MB")
FIXED_IN_ADVANCE = {("patents", "expires_on")}
"""Days that are known before they come: the register states with a right when its protection will end."""
EVENTS = [name for name in TABLES if name not in ("enterprises", "applications", "outcomes")]


def happened(name: str) -> list[str]:
    """Columns with the day a row happened: of a bought right, the day it was bought as well."""
    lag = TABLES[name].lag
    return [lag.after, *(["acquired_on"] if name == "patents" else [])] if lag else []


def dates(name: str) -> list[str]:
    days = [column.name for column in TABLES[name].columns if column.dtype == "date" and column.name != "known_on"]
    return [day for day in days if (name, day) not in FIXED_IN_ADVANCE]


def as_of_of(name: str, tables: dict[str, pd.DataFrame]) -> pd.Series:
    key = "application_id" if name == "guarantees" else "enterprise_id"
    return tables[name][key].map(tables["applications"].set_index(key)["as_of"])


def hidden(name: str, tables: dict[str, pd.DataFrame]) -> pd.Series:
    """Rows that were not known, or had not happened, on the day of decision of their application."""
    as_of = as_of_of(name, tables)
    frame = tables[name]
    late = frame["known_on"] > as_of
    for column in happened(name):
        late |= frame[column] > as_of
    return late


def corrupted(name: str, tables: dict[str, pd.DataFrame], draw: np.random.Generator) -> pd.DataFrame:
    """The table with every later value changed: hidden rows redrawn, dropped or added, later days moved."""
    frame = tables[name].copy()
    as_of = as_of_of(name, tables)
    late = hidden(name, tables)
    other = drawn_table(name, len(frame), tables["applications"]["enterprise_id"].nunique(), draw)
    later = as_of + pd.to_timedelta(draw.integers(1, 900, len(frame)), unit="D")
    for column in dates(name):
        moved = (frame[column] > as_of) & ~late
        new = later.mask(pd.Series(draw.random(len(frame)) < 0.3)) if not required(name, column) else later
        frame[column] = frame[column].where(~moved, new)
    if name == "conduct":
        passed = (as_of - frame["happened_on"]).dt.days
        frame["days_past_due"] = frame["days_past_due"].mask(frame["days_past_due"] > passed, passed + 500)
    keys = [k for k in ("enterprise_id", "application_id", *TABLES[name].key) if k in frame and k != "known_on"]
    values = [c for c in frame.columns if c not in ("enterprise_id", "application_id") and c not in keys[1:]]
    frame.loc[late, values] = other.loc[late, values]
    frame.loc[late, "known_on"] = later[late]
    added = frame.assign(known_on=later)
    if len(keys) > 1 and keys[1].endswith("_id"):
        added[keys[1]] = "new-" + added[keys[1]]
    dropped = late & (draw.random(len(frame)) < 0.3)
    return pd.concat([frame[~dropped], added], ignore_index=True)


def required(name: str, column: str) -> bool:
    return TABLES[name].column(column).required


def features(folder: Path) -> pd.DataFrame:
    return pd.concat(feature_tables(folder, PARAMS), ignore_index=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_corrupting_everything_later_than_the_decision_changes_not_one_feature(tmp_path, seed):
    tables = drawn_tables(seed)
    draw = np.random.default_rng(seed + 100)
    changed = tables | {name: corrupted(name, tables, draw) for name in EVENTS}
    assert all(hidden(name, tables).sum() > 20 for name in EVENTS)
    before = features(saved(tables, tmp_path / "before"))
    after = features(saved(changed, tmp_path / "after"))
    assert before.notna().any().mean() > 0.8
    pd.testing.assert_frame_equal(before, after, check_exact=True)


@pytest.mark.parametrize("name", EVENTS)
def test_corrupting_what_was_known_does_change_a_feature(tmp_path, name):
    tables = drawn_tables(5)
    known = tables[name][~hidden(name, tables)]
    assert len(known)
    before = features(saved(tables, tmp_path / "before"))
    after = features(saved(tables | {name: tables[name].drop(known.index)}, tmp_path / "after"))
    assert not before.equals(after)


def truncated(name: str, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The table as it stood on the day: hidden rows gone, later days not yet written, days past due so far."""
    as_of = as_of_of(name, tables)
    frame = tables[name].copy()
    for column in dates(name):
        if column not in happened(name)[:1]:
            frame[column] = frame[column].where(frame[column] <= as_of)
    if name == "patents":
        frame["acquired_on"] = tables[name]["acquired_on"]
    if name == "conduct":
        frame["days_past_due"] = frame["days_past_due"].clip(upper=(as_of - frame["happened_on"]).dt.days)
    return frame[~hidden(name, tables)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), earlier=st.integers(0, 2500))
def test_an_earlier_day_of_decision_never_reveals_more(tmp_path_factory, seed, earlier):
    tables = drawn_tables(seed, 15)
    day = tables["applications"]["as_of"] - pd.Timedelta(days=earlier)
    tables["applications"] = tables["applications"].assign(as_of=day)
    then = tables | {name: truncated(name, tables) for name in EVENTS}
    folder = tmp_path_factory.mktemp("earlier")
    (now,) = quantities(saved(tables, folder / "full"), QUERIES)
    (stood,) = quantities(saved(then, folder / "then"), QUERIES)
    pd.testing.assert_frame_equal(now, stood, check_exact=True)
