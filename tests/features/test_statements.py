import pandas as pd
import pytest


def annual(year, known_on=None, **values):
    return {"period_end": f"{year}-12-31", "period": "annual", "known_on": known_on or f"{year + 1}-04-30", **values}


def quarter(day, known_on, **values):
    return {"period_end": day, "period": "quarterly", "known_on": known_on, **values}


def test_a_restatement_replaces_the_statement_once_it_is_known(known):
    rows = [
        annual(2020, revenue=100.0),
        annual(2020, "2021-06-30", revenue=90.0),
        annual(2020, "2021-07-01", revenue=1.0),
    ]
    assert known(statements=rows)["revenue"] == 90


def test_quarterly_statements_do_not_stand_for_years(known):
    rows = [annual(2019, revenue=100.0), quarter("2021-03-31", "2021-04-30", revenue=40.0)]
    found = known(statements=rows)
    assert found["revenue"] == 100
    assert found["statement_on"] == pd.Timestamp("2019-12-31")
    assert found["quarter_revenue"] == 40


def test_sums_and_growth_over_three_years(known):
    rows = [
        annual(2018, revenue=100.0, rd_expensed=10.0),
        annual(2019, revenue=150.0, rd_expensed=12.0, rd_capitalised=3.0),
        annual(2020, revenue=180.0, rd_expensed=20.0),
        annual(2017, revenue=999.0, rd_expensed=999.0),
    ]
    found = known(statements=rows)
    assert found["statement_years"] == 3
    assert found["rd_expense"] == 20
    assert found["rd_expense_prior"] == 15
    assert found["rd_expense_3y"] == 45
    assert found["revenue_3y"] == 430
    assert found["rd_expense_2y_mean"] == 17.5
    assert (found["rd_expense_lowest_3y"], found["rd_expense_highest_3y"]) == (10, 20)
    assert found["revenue_growth"] == pytest.approx(0.2)
    assert found["main_revenue_growth_2y"] == pytest.approx((0.2 + 0.5) / 2)


def test_fewer_than_three_years_sum_over_the_years_known(known):
    found = known(statements=[annual(2019, revenue=50.0, rd_expensed=5.0), annual(2020, revenue=70.0, rd_expensed=6.0)])
    assert (found["rd_expense_3y"], found["revenue_3y"], found["statement_years"]) == (11, 120, 2)
    assert pd.isna(found["main_revenue_growth_2y"])


def test_a_gap_between_years_ends_the_sum_and_gives_no_growth(known):
    found = known(statements=[annual(2018, revenue=50.0, rd_expensed=5.0), annual(2020, revenue=70.0, rd_expensed=6.0)])
    assert (found["revenue_3y"], found["statement_years"]) == (70, 1)
    assert pd.isna(found["revenue_prior"])
    assert pd.isna(found["revenue_growth"])


def test_rd_is_missing_where_neither_part_is_known_and_net_assets_are_what_is_left(known):
    found = known(statements=[annual(2020, revenue=70.0, assets=100.0, liabilities=130.0)])
    assert pd.isna(found["rd_expense"])
    assert pd.isna(found["rd_expense_3y"])
    assert found["net_assets"] == -30


def test_growth_is_missing_where_there_was_no_revenue_before(known):
    found = known(statements=[annual(2019, revenue=0.0), annual(2020, revenue=70.0)])
    assert pd.isna(found["revenue_growth"])


def test_a_quarter_is_compared_with_the_same_quarter_of_the_year_before(known):
    rows = [
        quarter("2020-03-31", "2020-04-30", revenue=30.0),
        quarter("2020-12-31", "2021-01-31", revenue=99.0),
        quarter("2021-03-31", "2021-04-30", revenue=36.0, assets=200.0, liabilities=80.0),
        quarter("2021-06-30", "2021-07-31", revenue=50.0),
    ]
    found = known(statements=rows)
    assert (found["quarter_revenue"], found["quarter_revenue_prior"]) == (36, 30)
    assert (found["quarter_assets"], found["quarter_liabilities"]) == (200, 80)
