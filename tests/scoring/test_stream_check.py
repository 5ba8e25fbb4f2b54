"""The check as a stream finds what the check in memory finds: rows, rules, counts, fit rows, gap rows, sentences."""

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.tables import TABLES
from tests.scoring.drawn_tables import drawn_table, write_tables
from tests.scoring.same_check import assert_same

DAY = pd.Timestamp("2022-06-30")
OTHERS = tuple(name for name in TABLES if name not in ("enterprises", "applications"))


@pytest.mark.parametrize("wild", [False, True])
@given(data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_checks_find_the_same_of_bad_tables(wild: bool, data: st.DataObject) -> None:
    names = ("enterprises", "applications", *data.draw(st.lists(st.sampled_from(OTHERS), max_size=2, unique=True)))
    tables = {name: data.draw(drawn_table(TABLES[name], wild), label=name) for name in names}
    day = data.draw(st.sampled_from([DAY, DAY, None]))
    with tempfile.TemporaryDirectory() as folder:
        write_tables(tables, Path(folder) / "tables")
        assert_same(Path(folder) / "tables", Path(folder) / "work", day)
