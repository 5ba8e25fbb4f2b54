"""The listed US enterprises: what the sample holds, and that nothing of its future is read."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.segments.stage import assigned_stage
from policy.loader import figure
from schemas.check import validated
from schemas.conform import conform
from schemas.tables import TABLES
from sources.us_firms import EXTRACTED_ON, tables

SAMPLE = Path(__file__).parents[2] / "data/samples/us_firms/firm_years.parquet"


@pytest.fixture(scope="module")
def found() -> dict[str, pd.DataFrame]:
    return tables(SAMPLE)


def test_the_sample_holds_77332_firm_years_of_8956_enterprises_and_608_failures(found):
    assert len(found["statements"]) == len(found["applications"]) == len(found["outcomes"]) == 77_332
    assert len(found["enterprises"]) == found["enterprises"]["enterprise_id"].nunique() == 8_956
    assert found["outcomes"]["defaulted"].sum() == 608


@pytest.mark.parametrize("name", ["enterprises", "statements", "applications", "outcomes"])
def test_every_table_conforms_and_its_key_is_unique(found, name):
    conformed = conform(found[name], TABLES[name])
    assert len(conformed) == len(found[name])
    assert not conformed.duplicated(list(TABLES[name].key)).any()
    required = [c.name for c in TABLES[name].columns if c.required]
    assert conformed[required].notna().all(axis=None)


def test_every_row_points_to_an_enterprise_of_the_sample(found):
    known = set(found["enterprises"]["enterprise_id"])
    assert set(found["applications"]["enterprise_id"]) == known
    assert set(found["statements"]["enterprise_id"]) == known


def test_money_is_in_usd_and_the_first_firm_year_reads_as_in_the_sample(found):
    first = found["statements"].query("enterprise_id == 'C_1'").sort_values("period_end").iloc[0]
    assert first["revenue"] == pytest.approx(1_024_333_000)
    assert first["assets"] == pytest.approx(740_998_000)
    assert first["costs"] == pytest.approx(935_302_000)
    assert first["interest_bearing_debt"] == pytest.approx(180_447_000)


def test_a_statement_is_known_on_30_april_and_decided_on_that_day(found):
    row = found["statements"].set_index(["enterprise_id", "period_end"]).loc[("C_1", pd.Timestamp("1999-12-31"))]
    application = found["applications"].set_index("application_id").loc["C_1-1999"]
    outcome = found["outcomes"].set_index("application_id").loc["C_1-1999"]
    assert row["known_on"] == application["as_of"] == pd.Timestamp("2000-04-30")
    assert outcome["window_ends_on"] == outcome["known_on"] == pd.Timestamp("2001-04-30")


def test_no_outcome_is_known_before_its_window_closes(found):
    assert (found["outcomes"]["known_on"] >= found["outcomes"]["window_ends_on"]).all()
    assert found["outcomes"]["defaulted_on"].isna().all()


def test_exposure_is_total_liabilities(found):
    assert found["applications"]["exposure"].to_numpy() == pytest.approx(found["statements"]["liabilities"].to_numpy())


def test_values_that_cannot_be_true_stay_for_validation_to_reject(found):
    assert (found["statements"]["revenue"] < 0).sum() == 12
    assert (found["statements"]["current_assets"] < 0).sum() == 6


def test_validation_rejects_25_statements_and_nothing_else(found):
    conformed = {name: conform(frame, TABLES[name]) for name, frame in found.items()}
    result = validated(conformed, EXTRACTED_ON)
    assert {q.table: q.rejected for q in result.quality} == {
        "enterprises": 0,
        "statements": 25,
        "applications": 0,
        "outcomes": 0,
    }


def test_the_firm_level_status_changes_nothing(tmp_path, found):
    raw = pd.read_parquet(SAMPLE)
    raw.assign(status="failed").to_parquet(tmp_path / "corrupted.parquet")
    for name, table in tables(tmp_path / "corrupted.parquet").items():
        pd.testing.assert_frame_equal(table, found[name])


def test_the_label_reaches_outcomes_and_nothing_else(tmp_path, found):
    raw = pd.read_parquet(SAMPLE)
    raw.assign(label_next_year=1 - raw["label_next_year"]).to_parquet(tmp_path / "flipped.parquet")
    flipped = tables(tmp_path / "flipped.parquet")
    assert flipped["outcomes"]["defaulted"].sum() == 77_332 - 608
    for name in ("enterprises", "statements", "applications"):
        pd.testing.assert_frame_equal(flipped[name], found[name])


def test_no_founding_date_is_invented(found):
    assert conform(found["enterprises"], TABLES["enterprises"])["founded_on"].isna().all()


def test_the_proxy_stage_reads_small_as_startup_then_fast_as_growth_and_the_rest_as_mature():
    rules = figure("stage", "us_firms_proxy").on(pd.Timestamp("2000-04-30").date())
    quantities = pd.DataFrame(
        {
            "revenue": [49_999_999.0, 50e6, 50e6, 50e6, 40e6, np.nan],
            "revenue_growth": [0.0, 0.20, 0.19, np.nan, 0.50, np.nan],
        }
    )
    assert assigned_stage(quantities, rules)["stage"].fillna("none").tolist() == [
        "startup",
        "growth",
        "mature",
        "mature",
        "startup",
        "none",
    ]
