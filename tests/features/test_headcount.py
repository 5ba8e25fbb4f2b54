import pandas as pd
import pytest

from features.domains.talent import core_team_growth, core_team_turnover


def count(period_end, staff, known_on="2021-04-30", **more):
    return {"period_end": period_end, "known_on": known_on, "staff": staff, **more}


def test_the_last_count_known_on_the_day_stands(known):
    found = known(headcount=[count("2019-12-31", 10, "2020-04-30"), count("2020-12-31", 20), count("2020-06-30", 15)])
    assert found["staff"] == 20


def test_a_count_known_a_day_after_the_decision_is_not_seen(known):
    found = known(headcount=[count("2019-12-31", 10, "2020-04-30"), count("2020-12-31", 20, "2021-07-01")])
    assert found["staff"] == 10


def test_a_count_of_a_later_day_is_not_seen_even_where_it_claims_to_be_known(known):
    found = known(headcount=[count("2020-12-31", 20), count("2021-07-31", 99, "2021-06-01")])
    assert found["staff"] == 20


def test_of_two_counts_of_one_day_the_one_known_later_stands(known):
    found = known(headcount=[count("2020-12-31", 20, "2021-04-30"), count("2020-12-31", 18, "2021-05-31")])
    assert found["staff"] == 18


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_counts_known_on_one_day_the_larger_stands_in_any_order(known, order):
    found = known(headcount=[count("2020-12-31", 20), count("2020-12-31", 30)][::order])
    assert found["staff"] == 30


@pytest.mark.parametrize(
    ("before", "expected"), [("2019-12-31", 16.0), ("2020-01-31", 16.0), ("2020-02-01", None), ("2019-11-29", None)]
)
def test_the_count_before_is_335_to_396_days_older(known, before, expected):
    found = known(headcount=[count(before, 16, "2020-06-30"), count("2020-12-31", 20)])
    assert found["staff_prior"] == expected if expected else pd.isna(found["staff_prior"])


def test_the_count_before_is_the_one_known_last(known):
    rows = [count("2019-12-31", 16, "2020-04-30"), count("2019-12-31", 12, "2020-08-31"), count("2020-12-31", 20)]
    assert known(headcount=rows)["staff_prior"] == 12


def test_an_enterprise_without_a_count_has_no_staff_known(known):
    found = known(headcount=[])
    assert pd.isna(found["staff"])


def test_shares_of_staff(featured):
    row = count(
        "2020-12-31", 50, rd_staff=20, st_staff=25, postgraduates=5, bachelors=30, graduates_hired=4, core_team=8
    )
    rows = [row | {"core_joins": 1, "core_leaves": 3}, count("2019-12-31", 40, "2020-04-30", rd_staff=16)]
    found = featured(headcount=rows)
    assert found["rd_staff_share"] == 0.4
    assert found["st_staff_share"] == 0.5
    assert found["postgraduate_share"] == 0.1
    assert found["bachelor_share"] == 0.6
    assert found["graduates_share"] == 0.08
    assert found["core_team_share"] == 0.16
    assert found["staff_growth"] == 0.25
    assert found["rd_staff_growth"] == 0.25


def test_turnover_of_the_core_team_is_over_its_members_a_year_before():
    team, joins, leaves = pd.Series([8.0, 2.0]), pd.Series([1.0, 2.0]), pd.Series([3.0, 0.0])
    assert core_team_turnover(team, joins, leaves)[0] == 0.3
    assert core_team_growth(team, joins, leaves)[0] == -0.2
    assert pd.isna(core_team_turnover(team, joins, leaves)[1])
