"""A figure that is not known makes a sum or a maximum unknown; it never makes it smaller."""

import pandas as pd
import pytest


def years(**third):
    """Three annual statements with revenue 100 and R&D 10 a year; `third` changes the one of 2018."""
    rows = []
    for year in (2018, 2019, 2020):
        row = {"period": "annual", "period_end": f"{year}-12-31", "known_on": f"{year + 1}-05-01"}
        row |= {"revenue": 100.0, "rd_expensed": 10.0} | (third if year == 2018 else {})
        rows.append(row)
    return rows


def test_three_known_years_are_summed(featured):
    assert featured(statements=years())["rd_intensity_3y"] == pytest.approx(0.1)


@pytest.mark.parametrize("unknown", [{"rd_expensed": None}, {"revenue": None}])
def test_a_year_without_the_figure_leaves_the_ratio_of_three_years_unknown(known, featured, unknown):
    assert pd.isna(featured(statements=years(**unknown))["rd_intensity_3y"])
    found = known(statements=years(rd_expensed=None))
    assert pd.isna(found["rd_expense_3y"])
    assert pd.isna(found["rd_expense_lowest_3y"])
    assert pd.isna(found["rd_expense_highest_3y"])


def test_a_younger_enterprise_is_assessed_by_its_years(featured):
    assert featured(statements=years()[1:])["rd_intensity_3y"] == pytest.approx(0.1)


def test_what_is_only_capitalised_is_not_the_whole_of_rd(known):
    found = known(statements=[*years()[:2], {**years()[2], "rd_expensed": None, "rd_capitalised": 4.0}])
    assert pd.isna(found["rd_expense"])


CONDUCT = {"happened_on": "2021-01-01", "known_on": "2021-02-01"}


@pytest.mark.parametrize("quantity", ["days_past_due_1y", "overdue_amount_1y", "overdue_amount_3y"])
def test_an_overdue_debt_without_its_figure_is_not_a_smaller_one(known, quantity):
    whole = {"record_id": "1", "kind": "overdue", "days_past_due": 30, "amount": 100.0, **CONDUCT}
    assert known(conduct=[whole])[quantity] > 0
    assert pd.isna(known(conduct=[whole, {"record_id": "2", "kind": "overdue", **CONDUCT}])[quantity])


def test_an_open_enforcement_without_amount_leaves_the_sum_unknown(known):
    rows = [{"record_id": "1", "kind": "enforcement", "amount": 5.0, **CONDUCT}]
    assert known(conduct=rows)["enforcement_amount_open"] == 5
    assert pd.isna(
        known(conduct=[*rows, {"record_id": "2", "kind": "enforcement", **CONDUCT}])["enforcement_amount_open"]
    )


def test_a_lender_without_a_balance_is_a_lender_and_leaves_the_debt_unknown(known):
    day = {"reported_on": "2021-05-31", "known_on": "2021-06-30"}
    rows = [{"lender_id": "a", "balance": 10.0, "line": 20.0, **day}, {"lender_id": "b", **day}]
    one, two = known(borrowings=rows[:1]), known(borrowings=rows)
    assert (one["lenders"], one["borrowed"], one["largest_balance"]) == (1, 10, 10)
    assert two["lenders"] == 2
    assert pd.isna(two["borrowed"])
    assert pd.isna(two["largest_balance"])
    assert (two["credit_lines"], two["drawn_on_lines"], two["ever_borrowed"]) == (20, 10, 1)
    assert pd.isna(known(borrowings=rows[1:])["ever_borrowed"])


def test_a_delivered_register_without_a_row_is_a_zero_and_not_unknown(known):
    found = known(
        borrowings=[], conduct=[], equity_rounds=[], technology_contracts=[], equity_pledges=[], guarantees=[]
    )
    for quantity in ("borrowed", "ever_borrowed", "overdue_amount_3y", "equity_raised_total", "contract_turnover_1y"):
        assert found[quantity] == 0
    assert (found["shares_pledged"], found["covered"], found["covered_by_public"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("table", "row", "amount", "quantities"),
    [
        (
            "equity_rounds",
            {"closed_on": "2021-01-01", "investor_kind": "vc", "money_source": "government", "known_on": "2021-02-01"},
            "amount",
            ("equity_raised_total", "equity_raised_1y", "vc_raised_total", "equity_from_government"),
        ),
        (
            "technology_contracts",
            {"signed_on": "2021-01-01", "known_on": "2021-02-01"},
            "amount",
            ("contract_turnover_1y",),
        ),
        ("equity_pledges", {"pledged_on": "2021-01-01", "known_on": "2021-01-01"}, "share", ("shares_pledged",)),
    ],
)
def test_a_row_without_its_amount_leaves_the_sum_unknown(known, table, row, amount, quantities):
    key = {"equity_rounds": "round_id", "technology_contracts": "contract_id", "equity_pledges": "pledge_id"}[table]
    rows = [{key: "1", **row, amount: 0.5}, {key: "2", **row}]
    whole, part = known(**{table: rows[:1]}), known(**{table: rows})
    for quantity in quantities:
        assert whole[quantity] == 0.5
        assert pd.isna(part[quantity])


def test_a_guarantee_without_amount_leaves_the_cover_unknown(known):
    rows = [
        {"application_id": "1", "guarantor_kind": "guarantee_fund", "covered": 5.0, "known_on": "2021-01-01"},
        {"application_id": "1", "guarantor_kind": "owner", "known_on": "2021-01-01"},
    ]
    found = known(guarantees=rows)
    assert pd.isna(found["covered"])
    assert found["covered_by_public"] == 5
