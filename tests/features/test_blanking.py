"""Blanked rows are what the queries give where a table is not delivered."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.as_of import quantities
from features.blanking import ALWAYS, blankable, drawn, needed_tables, never_missing, without
from features.catalogue import CATALOGUE, by_name
from features.queries import QUERIES
from schemas.tables import TABLES

ROWS = {
    "enterprises": [{"enterprise_id": "e", "province": "A", "industry": "C3911", "founded_on": "2015-01-01"}],
    "statements": [
        {
            "enterprise_id": "e",
            "period": "annual",
            "period_end": "2020-12-31",
            "known_on": "2021-05-01",
            "revenue": 10.0,
            "assets": 20.0,
            "liabilities": 5.0,
        }
    ],
    "patents": [
        {
            "enterprise_id": "e",
            "patent_id": "p",
            "kind": "invention",
            "applied_on": "2018-01-01",
            "granted_on": "2020-01-01",
            "known_on": "2020-01-01",
        }
    ],
    "conduct": [],
    "borrowings": [],
}


@pytest.mark.parametrize("table", ["statements", "patents", "conduct", "borrowings"])
def test_a_blanked_table_gives_what_a_table_that_is_not_delivered_gives(write_tables, table):
    (whole,) = quantities(write_tables("whole", **ROWS), QUERIES, threads=1)
    left = {name: rows for name, rows in ROWS.items() if name != table}
    (absent,) = quantities(write_tables("left", **left), QUERIES, threads=1)
    pd.testing.assert_frame_equal(without(whole, [table]), absent)


def test_flags_blank_row_by_row(write_tables):
    (whole,) = quantities(write_tables("whole", **ROWS), QUERIES, threads=1)
    two = pd.concat([whole, whole], ignore_index=True)
    found = without(two, pd.DataFrame({"statements": [True, False], "patents": [False, True]}))
    assert found["revenue"].isna().tolist() == [True, False]
    assert found["valid_inventions"].isna().tolist() == [False, True]
    assert found["amount"].tolist() == two["amount"].tolist()


def test_every_table_that_features_read_can_be_blanked():
    assert set(blankable()) == set(TABLES) - {"outcomes"}


def test_features_say_which_tables_they_need():
    catalogue = by_name()
    assert needed_tables(catalogue["leverage"]) == {"statements"}
    assert needed_tables(catalogue["leverage_peer_rank"]) == {"statements"}
    assert needed_tables(catalogue["amount_over_revenue"]) == {"statements"}
    assert needed_tables(catalogue["conversion_rate"]) == {"patents", "technology_contracts"}
    assert needed_tables(catalogue["is_revolving"]) == {"applications"}
    assert [f.name for f in CATALOGUE if not needed_tables(f)] == [f.name for f in CATALOGUE if never_missing(f)]


def test_quantities_that_are_never_missing_come_from_required_columns():
    assert all(TABLES["applications"].column(name).required for name in ALWAYS)


@given(st.floats(0.01, 1e15), st.floats(0.01, 1e15))
def test_a_feature_that_is_exempt_is_never_missing(amount, exposure):
    known = pd.DataFrame({"amount": [amount], "exposure": [exposure]})
    exempt = [feature for feature in CATALOGUE if never_missing(feature)]
    assert exempt
    assert all(np.isfinite(feature.values(known)).all() for feature in exempt)


def test_draws_hang_on_the_row_alone_and_have_the_stated_share():
    ids = pd.Series([f"a{n}" for n in range(20_000)])
    found = drawn(ids, ["statements", "patents"], 0.3, seed=7)
    assert found.mean().tolist() == pytest.approx([0.3, 0.3], abs=0.01)
    assert np.corrcoef(found["statements"], found["patents"])[0, 1] == pytest.approx(0, abs=0.03)
    shuffled = ids.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(drawn(shuffled, ["statements", "patents"], 0.3, 7).sort_index(), found)
    assert (drawn(ids, ["statements"], 0.3, seed=8)["statements"] != found["statements"]).any()
    assert not drawn(ids, ["statements"], 0.0, seed=7).any(axis=None)
