import pandas as pd
import pytest

from features.catalogue import CATALOGUE
from features.declarations import IDENTITY
from features.peers import peer_grids, with_peer_ranks
from features.rule_quantities import names as rule_quantity_names
from features.table import FeatureParams, feature_tables, missing_report
from policy.loader import PolicyError
from tests.features.drawn import drawn_tables, saved

STANDARD = FeatureParams("default", "statistical_2017", "2024-12-31", "512MB")


def one(folder, params=STANDARD):
    return pd.concat(feature_tables(folder, params), ignore_index=True)


def enterprise(write_tables, **application):
    rows = [{"application_id": "1", "enterprise_id": "e", "as_of": "2021-06-30", "amount": 1e6, "exposure": 2e6}]
    return write_tables(
        applications=[rows[0] | application],
        enterprises=[{"enterprise_id": "e", "industry": "C3562", "founded_on": "2018-06-30", "province": "Anhui"}],
        headcount=[{"enterprise_id": "e", "period_end": "2020-12-31", "known_on": "2021-04-30", "staff": 60}],
        statements=[
            {
                **{"enterprise_id": "e", "period_end": "2020-12-31", "period": "annual", "known_on": "2021-04-30"},
                **{"revenue": 25e6, "assets": 40e6, "liabilities": 10e6},
            }
        ],
    )


def test_identity_then_features_with_the_rules_that_assigned_stage_and_size(write_tables):
    found = one(enterprise(write_tables))
    assert list(found.columns) == [*IDENTITY, *(f.name for f in CATALOGUE), *rule_quantity_names()]
    row = found.iloc[0]
    assert (row["stage"], row["stage_rule"]) == ("startup", "young_and_small")
    assert (row["size_class"], row["size_rule"]) == ("small", "statistical_2017: industry: staff, revenue")
    assert (row["exposure"], row["leverage"], row["province"]) == (2e6, 0.25, "Anhui")


def test_the_size_scheme_by_employees_needs_no_revenue(write_tables):
    found = one(enterprise(write_tables), FeatureParams("default", "employees_only", "2024-12-31", "512MB")).iloc[0]
    assert (found["size_class"], found["size_rule"]) == ("small", "employees_only")


def test_an_unknown_size_scheme_is_an_error(write_tables):
    params = FeatureParams("default", "by_feeling", "2024-12-31", "512MB")
    with pytest.raises(PolicyError, match=r"policy/size_class.yaml: wanted one of employees_only.*; got 'by_feeling'"):
        one(enterprise(write_tables), params)


def test_ranks_are_filled_in_a_second_pass(tmp_path):
    tables = drawn_tables(21, 400)
    days = pd.date_range("2021-01-01", periods=400, freq="D").astype("datetime64[us]")
    tables["applications"] = tables["applications"].assign(as_of=days)
    tables["statements"] = tables["statements"].assign(period="annual")
    table = one(saved(tables, tmp_path / "tables"))
    assert table["leverage_peer_rank"].isna().all()
    filled = with_peer_ranks(table, peer_grids(table))
    assert filled["leverage_peer_rank"].notna().sum() > 50
    assert list(filled.columns) == list(table.columns)


def test_the_missing_report_counts_shares(write_tables):
    report = missing_report(one(enterprise(write_tables)))
    assert report["leverage"] == 0
    assert report["valid_invention_count"] == 1
