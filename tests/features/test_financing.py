import pandas as pd
import pytest


def investment(number, amount, closed_on="2021-01-01", kind="vc", source="unknown", known_on="2021-02-01"):
    row = {"round_id": number, "amount": amount, "closed_on": closed_on, "investor_kind": kind, "money_source": source}
    return row | {"known_on": known_on}


def test_equity_raised_by_window_and_by_investor(known):
    rows = [
        investment("1", 10.0, "2021-01-01", "vc", "government"),
        investment("2", 20.0, "2021-01-01", "pe", "bank"),
        investment("3", 40.0, "2020-06-30", "vc", "insurance"),
        investment("4", 80.0, "2019-06-30", "government_fund", "unknown"),
        investment("5", 160.0, "2018-06-30", "angel", "wealthy_individuals"),
        investment("6", 999.0, "2021-06-30", known_on="2021-07-30"),
    ]
    found = known(equity_rounds=rows)
    assert [found[f"equity_raised_{w}"] for w in ("1y", "2y", "3y", "total")] == [30, 70, 150, 310]
    assert found["vc_raised_total"] == 50
    assert found["rounds_total"] == 4
    assert found["last_round_on"] == pd.Timestamp("2021-01-01")
    assert found["equity_looked_through"] == 230
    assert found["equity_from_government"] == 10
    assert found["equity_from_bank_insurance"] == 60


def test_amounts_that_no_investment_gives_are_missing_and_no_investment_is_zero(known):
    found = known(equity_rounds=[investment("1", None, "2019-01-01")])
    assert pd.isna(found["equity_raised_total"])
    assert found["equity_raised_1y"] == 0
    assert known(equity_rounds=[])["equity_raised_total"] == 0


def test_open_pledges_of_shares_add_up(known):
    pledges = [
        {"pledge_id": "1", "pledged_on": "2020-01-01", "share": 0.2},
        {"pledge_id": "2", "pledged_on": "2020-01-01", "share": 0.1, "released_on": "2021-06-30"},
        {"pledge_id": "3", "pledged_on": "2020-01-01", "share": 0.15, "released_on": "2021-07-01"},
        {"pledge_id": "4", "pledged_on": "2021-07-01", "share": 0.5},
    ]
    found = known(equity_pledges=pledges)
    assert found["shares_pledged"] == pytest.approx(0.35)
    assert found["share_pledges_open"] == 2


def report(lender, reported_on, balance, line=0.0, known_on=None):
    row = {"lender_id": lender, "reported_on": reported_on, "balance": balance, "line": line}
    return row | {"known_on": known_on or pd.Timestamp(reported_on) + pd.DateOffset(months=1)}


def test_the_last_report_of_each_lender_stands(known):
    rows = [
        report("a", "2021-04-30", 90.0, 200.0),
        report("a", "2021-05-31", 100.0, 200.0, known_on="2021-06-30"),
        report("a", "2021-06-30", 500.0, 500.0),
        report("b", "2021-03-31", 50.0),
        report("c", "2020-12-30", 70.0),
        report("d", "2021-05-31", 0.0, 0.0, known_on="2021-06-30"),
    ]
    found = known(borrowings=rows)
    assert found["lenders"] == 2
    assert found["borrowed"] == 150
    assert found["credit_lines"] == 200
    assert found["drawn_on_lines"] == 100
    assert found["largest_balance"] == 100
    assert found["ever_borrowed"] == 1


def test_borrowings_a_year_before_are_of_the_same_months(known):
    rows = [report("a", "2020-06-30", 80.0), report("a", "2020-07-31", 999.0), report("a", "2019-12-30", 999.0)]
    found = known(borrowings=rows)
    assert found["borrowed_year_before"] == 80
    assert found["lenders_year_before"] == 1
    assert found["borrowed"] == 0


def test_of_two_reports_of_one_day_the_one_known_later_stands(known):
    rows = [
        report("a", "2021-04-30", 90.0, known_on="2021-05-31"),
        report("a", "2021-04-30", 60.0, known_on="2021-06-15"),
    ]
    assert known(borrowings=rows)["borrowed"] == 60


def test_a_line_never_drawn_is_not_a_loan(known):
    found = known(borrowings=[report("a", "2021-04-30", 0.0, 100.0)])
    assert (found["ever_borrowed"], found["lenders"]) == (0, 1)
    assert known(borrowings=[])["ever_borrowed"] == 0


def test_guarantees_belong_to_the_application_and_the_states_own_are_public(known):
    rows = [
        {"guarantor_kind": "government_agency", "covered": 300.0},
        {"guarantor_kind": "guarantee_fund", "covered": 200.0},
        {"guarantor_kind": "owner", "covered": 100.0},
        {"guarantor_kind": "insurance", "covered": 999.0, "known_on": "2021-07-01"},
        {"guarantor_kind": "owner", "covered": 999.0, "application_id": "2"},
    ]
    found = known(guarantees=[{"application_id": "1", "known_on": "2021-06-01"} | row for row in rows])
    assert (found["covered"], found["covered_by_public"], found["guarantors"]) == (600, 500, 3)
