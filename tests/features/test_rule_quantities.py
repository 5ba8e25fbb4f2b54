"""What the rules of policy compare, worked by hand from small tables, as known on 2021-06-30."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.as_of import quantities
from features.catalogue import CATALOGUE
from features.declarations import IDENTITY
from features.gaps import with_gaps
from features.queries import QUERIES, quantity_names
from features.rule_quantities import RULE_QUANTITIES, names, rule_quantities
from schemas.gaps import COLUMNS

DAY = "2021-06-30"
MINE = {"application_id": "1", "enterprise_id": "e", "as_of": DAY, "amount": 1e6, "exposure": 1e6, "lender": "L1"}
GAP = {"table": "conduct", "enterprise_id": "e", "application_id": None, "known_on": None, "rules": "amount_range"}
Rows = Sequence[Mapping[str, Any]]


@pytest.fixture
def ruled(write_tables: Callable[..., Path]) -> Callable[..., pd.Series]:
    """Rule quantities of application 1; `rejected` are gap rows of tables whose other rows are fit."""

    def run(rejected: Rows = (), **tables: Rows) -> pd.Series:
        owned = {
            name: [{"enterprise_id": "e", **row} if name != "guarantees" else row for row in rows]
            for name, rows in ({"applications": [MINE]} | tables).items()
        }
        known = pd.concat(quantities(write_tables(**owned), QUERIES, threads=1), ignore_index=True)
        gaps = pd.DataFrame(list(rejected), columns=list(COLUMNS)).astype({"known_on": "datetime64[us]"})
        found = rule_quantities(known, with_gaps(known, gaps, ()) if len(gaps) else known.assign(data_gap=""))
        return found.loc[known.index[known["application_id"] == "1"][0]]

    return run


def record(kind: str, number: str = "1", **more: Any) -> dict[str, Any]:
    return {"record_id": number, "kind": kind, "happened_on": "2021-01-01", "known_on": "2021-02-01", **more}


def balance(lender: str, day: str, balance: float | None) -> dict[str, Any]:
    return {"lender_id": lender, "reported_on": day, "known_on": day, "balance": balance}


def statement(**more: Any) -> dict[str, Any]:
    told = {"period_end": "2020-12-31", "period": "annual", "known_on": "2021-04-30"}
    return told | {"revenue": 8e6, "assets": 10e6, "liabilities": 4e6} | more


def right(number: str, kind: str = "invention", applied_on: str = "2010-01-01", **more: Any) -> dict[str, Any]:
    told = {"patent_id": number, "kind": kind, "applied_on": applied_on, "granted_on": "2012-01-01"}
    return told | {"known_on": "2012-01-01"} | more


def test_open_records_are_counted_and_closed_ones_are_not(ruled) -> None:
    kinds = ("overdue", "enforcement", "dishonest_debtor", "abnormal_list", "serious_breach")
    found = ruled(conduct=[record(kind, kind) for kind in kinds])
    columns = [
        "open_overdues",
        "open_enforcements",
        "open_dishonest_records",
        "abnormal_listing",
        "open_serious_breach",
    ]
    assert found[columns].tolist() == [1, 1, 1, 1, 1]
    closed = ruled(conduct=[record(kind, kind, resolved_on="2021-03-01") for kind in kinds])
    assert closed[columns].tolist() == [0, 0, 0, 0, 1]  # a serious breach counts for two years
    assert ruled(conduct=[])[columns].tolist() == [0, 0, 0, 0, 0]


def test_without_the_table_of_conduct_no_record_is_known_or_known_to_be_absent(ruled) -> None:
    found = ruled()
    assert found[["open_overdues", "open_dishonest_records", "open_serious_breach"]].isna().all()


@pytest.mark.parametrize(
    ("amounts", "liabilities", "expected"),
    [
        ([600_000.0], 4e6, 0.1),
        ([600_000.0, None], 4e6, 0.1),  # what is known is a lower bound
        ([None], 4e6, 0.0),
        ([1.0], 10e6, np.inf),
        ([], 12e6, 0.0),
    ],
)
def test_enforcement_is_compared_with_net_assets_by_what_is_known_of_it(ruled, amounts, liabilities, expected) -> None:
    rows = [record("enforcement", str(n), amount=amount) for n, amount in enumerate(amounts)]
    found = ruled(conduct=rows, statements=[statement(liabilities=liabilities)])
    assert found["enforcement_over_net_assets"] == pytest.approx(expected)


def test_without_a_statement_only_no_enforcement_can_be_compared(ruled) -> None:
    assert pd.isna(ruled(conduct=[record("enforcement", amount=5.0)], statements=[])["enforcement_over_net_assets"])
    assert ruled(conduct=[], statements=[])["enforcement_over_net_assets"] == 0


def test_lenders_after_the_loan_count_our_own_bank_once(ruled) -> None:
    others = [balance("L2", "2021-04-30", 1e6), balance("L3", "2019-12-31", 5e5), balance("L3", "2021-04-30", 5e5)]
    found = ruled(borrowings=others)
    assert (found["lenders_after_loan"], found["new_lenders_12m"]) == (3, 1)
    own = ruled(borrowings=[*others, balance("L1", "2021-04-30", 1e5)])
    assert (own["lenders_after_loan"], own["new_lenders_12m"]) == (3, 1)
    assert ruled(borrowings=[])["lenders_after_loan"] == 1


def test_all_debt_after_the_loan_adds_the_other_applications_of_twelve_months_that_were_not_refused(ruled) -> None:
    others = [
        {"application_id": "2", "as_of": DAY, "amount": 2e6, "accepted": False},  # same day: not decided yet
        {"application_id": "3", "as_of": "2021-05-01", "amount": 3e6},
        {"application_id": "4", "as_of": "2021-05-01", "amount": 5e6, "accepted": False},
        {"application_id": "5", "as_of": "2020-07-01", "amount": 7e6},
        {"application_id": "6", "as_of": "2020-06-30", "amount": 9e6},  # twelve months ago, to the day
        {"application_id": "7", "as_of": "2021-07-01", "amount": 11e6},  # later
    ]
    rows = [MINE, *({**MINE, **other} for other in others)]
    found = ruled(applications=rows, borrowings=[balance("L2", "2021-04-30", 4e6)], statements=[statement()])
    assert found["debt_after_over_revenue"] == pytest.approx((4e6 + 1e6 + 2e6 + 3e6 + 7e6) / 8e6)
    assert found["debt_after_over_assets"] == pytest.approx((4e6 + 1e6 + 2e6 + 3e6 + 7e6) / 10e6)


@pytest.mark.parametrize(
    ("lender", "day", "held"),
    [
        ("L1", "2021-04-30", True),
        ("L1", "2021-03-31", False),  # less than three months after the other application
        ("L2", "2021-04-30", False),  # another lender says nothing of it
        (None, "2021-04-30", False),
    ],
)
def test_an_application_counts_until_its_lender_reported_three_months_after_it(ruled, lender, day, held) -> None:
    other = {**MINE, "application_id": "2", "as_of": "2021-01-15", "amount": 3e6, "lender": lender}
    found = ruled(applications=[MINE, other], borrowings=[balance("L1", day, 3e6)], statements=[statement()])
    assert found["debt_after_over_assets"] == pytest.approx((3e6 + 1e6 + (0 if held else 3e6)) / 10e6)


def test_a_report_too_old_to_stand_for_a_balance_holds_no_application(ruled) -> None:
    other = {**MINE, "application_id": "2", "as_of": "2020-07-15", "amount": 3e6}
    found = ruled(applications=[MINE, other], borrowings=[balance("L1", "2020-11-30", 3e6)], statements=[statement()])
    assert found["debt_after_over_assets"] == pytest.approx((0 + 1e6 + 3e6) / 10e6)


def test_the_larger_of_amount_and_exposure_is_what_rules_compare(ruled) -> None:
    own = {**MINE, "product": "rd_loan", "amount": 1.0, "exposure": 1e6}
    other = {**own, "application_id": "2", "exposure": 2e6}
    found = ruled(
        applications=[own, other],
        borrowings=[],
        statements=[statement(rd_deduction_tax=93_750.0)],
        qualifications=[],
        technology_contracts=[{"contract_id": "c", "amount": 4e6, "signed_on": "2021-01-01", "known_on": "2021-03-01"}],
    )
    assert found["debt_after_over_assets"] == pytest.approx(0.3)
    assert found["amount_over_rd"] == pytest.approx(6.0)
    assert found["amount_over_contracts"] == pytest.approx(0.75)


def test_a_rejected_application_leaves_what_is_compared_with_the_sums_unknown_and_nothing_else(ruled) -> None:
    gap = {"table": "applications", "enterprise_id": "e", "known_on": "2021-06-01", "rules": "amount_range"}
    given = {"borrowings": [], "statements": [statement(rd_deduction_tax=93_750.0)], "qualifications": []}
    before, found = ruled(**given), ruled(rejected=[gap], **given)
    lost = ["debt_after_over_revenue", "debt_after_over_assets", "amount_over_rd"]
    assert before[lost].notna().all()
    assert found[lost].isna().all()
    pd.testing.assert_series_equal(found.drop(lost), before.drop(lost))


@pytest.mark.parametrize(
    ("rows", "months"),
    [
        ([balance("L2", "2020-10-31", 4e6)], 7.95),
        ([balance("L2", "2020-10-31", None)], 7.95),  # a balance nobody knows may be open
        ([balance("L2", "2020-12-31", 4e6), balance("L3", "2021-05-31", 0.0)], 0.99),
        ([balance("L2", "2020-06-30", 4e6), balance("L3", "2021-01-31", 0.0)], 0.0),  # seven months before the last
        ([balance("L2", "2020-07-31", 4e6), balance("L2", "2020-10-31", 0.0)], 0.0),
        ([balance("L2", "2020-10-31", 0.0)], 0.0),
        ([], 0.0),
    ],
)
def test_reports_of_the_credit_registry_that_end_with_an_open_balance_have_an_age(ruled, rows, months) -> None:
    assert ruled(borrowings=rows)["registry_report_age_months"] == pytest.approx(months, abs=0.01)


def test_without_the_table_nobody_knows_when_the_registry_last_reported(ruled) -> None:
    assert pd.isna(ruled()["registry_report_age_months"])


def test_quarterly_statements_do_not_make_an_annual_one_younger(ruled) -> None:
    old = statement(period_end="2019-12-31", known_on="2020-04-30")
    quarter = statement(period="quarterly", period_end="2021-03-31", known_on="2021-04-30")
    found = ruled(statements=[old, quarter])
    assert found["statement_age_months"] == pytest.approx(3, abs=0.05)
    assert found["annual_statement_age_months"] == pytest.approx(18, abs=0.05)
    assert pd.isna(ruled(statements=[quarter])["annual_statement_age_months"])


def test_debt_over_no_revenue_is_without_bound_and_over_unknown_revenue_unknown(ruled) -> None:
    none = ruled(borrowings=[], statements=[statement(revenue=0.0)])
    assert none["debt_after_over_revenue"] == np.inf
    assert pd.isna(ruled(borrowings=[], statements=[statement(revenue=None)])["debt_after_over_revenue"])
    assert pd.isna(
        ruled(borrowings=[balance("L2", "2021-04-30", None)], statements=[statement()])["debt_after_over_assets"]
    )


def test_a_headcount_has_an_age_and_says_whether_it_counts_the_staff(ruled) -> None:
    counted = {"period_end": "2020-12-31", "known_on": "2021-04-30", "core_team": 3.0}
    found = ruled(headcount=[{**counted, "staff": 20.0}])
    assert found["headcount_age_months"] == pytest.approx(6, abs=0.1)
    assert found["staff_missing"] == 0
    assert ruled(headcount=[counted])["staff_missing"] == 1
    assert ruled(headcount=[])[["headcount_age_months", "staff_missing"]].isna().all()


def test_main_figures_that_the_last_annual_statement_leaves_out_are_counted(ruled) -> None:
    assert ruled(statements=[statement(profit=1.0)])["main_figures_missing"] == 0
    assert ruled(statements=[statement()])["main_figures_missing"] == 1
    assert (
        ruled(statements=[statement(revenue=None, assets=None, liabilities=None, costs=1.0)])["main_figures_missing"]
        == 4
    )
    assert pd.isna(ruled(statements=[])["main_figures_missing"])


def test_rights_that_are_pledged_ended_or_expired_cannot_be_pledged(ruled) -> None:
    rows = [
        right("free"),
        right("pledged", pledged_on="2020-01-01"),
        right("released", pledged_on="2020-01-01", released_on="2021-01-01"),
        right("ended", ended_on="2020-01-01"),
        right("expired", expires_on="2021-06-29"),
    ]
    assert ruled(patents=rows)["rights_to_pledge"] == 2
    assert ruled(patents=[])["rights_to_pledge"] == 0


@pytest.mark.parametrize(
    ("rows", "years"),
    [
        ([right("a", "invention", "2010-06-30")], 9.0),  # 20 years from filing: to 2030-06-30
        ([right("a", "utility", "2015-06-30")], 4.0),
        ([right("a", "design", "2020-06-30")], 9.0),  # filed before June 2021: 10 years
        ([right("a", "design", "2021-06-15", granted_on=DAY, known_on=DAY)], 15 - 15 / 365.25),
        ([right("a", "invention", "2010-06-30", expires_on="2025-06-30")], 4.0),
        ([right("a", "utility", "2012-06-30"), right("b", "invention", "2010-06-30")], 9.0),
        ([right("a", "utility", "2011-12-31")], 0.5),
    ],
)
def test_the_longest_protected_right_is_compared_with_the_term(ruled, rows, years) -> None:
    found = ruled(applications=[{**MINE, "term_months": 24.0}], patents=rows)
    assert found["protection_beyond_loan_months"] == pytest.approx(12 * years - 24, abs=0.15)


def test_without_a_term_or_a_right_nothing_is_said_of_its_protection(ruled) -> None:
    assert pd.isna(ruled(patents=[right("a")])["protection_beyond_loan_months"])
    assert pd.isna(ruled(applications=[{**MINE, "term_months": 12.0}], patents=[])["protection_beyond_loan_months"])


def test_an_rd_loan_is_compared_with_the_rd_that_the_tax_saved_implies(ruled) -> None:
    """Before 2023: 75 % of R&D deducted once more at 25 %: 93,750 saved are 500,000 of R&D."""
    own = {**MINE, "product": "rd_loan"}
    found = ruled(applications=[own], statements=[statement(rd_deduction_tax=93_750.0)], qualifications=[])
    assert found["amount_over_rd"] == pytest.approx(2.0)
    twice = [own, {**own, "application_id": "2"}, {**own, "application_id": "3", "product": "other"}]
    added = ruled(applications=twice, statements=[statement(rd_deduction_tax=93_750.0)], qualifications=[])
    assert added["amount_over_rd"] == pytest.approx(4.0)
    none = ruled(applications=[own], statements=[statement(rd_deduction_tax=0.0)], qualifications=[])
    assert none["amount_over_rd"] == np.inf
    assert pd.isna(ruled(applications=[own], statements=[statement()], qualifications=[])["amount_over_rd"])


@pytest.mark.parametrize(
    ("title", "rate"),
    [
        ({"granted_on": "2018-12-01", "expires_on": "2021-12-01"}, 0.15),
        ({"granted_on": "2018-12-01", "expires_on": "2020-12-31"}, 0.15),  # in force to the last day of the year
        ({"granted_on": "2017-12-01", "expires_on": "2020-12-01"}, 0.25),
        ({"granted_on": "2021-01-15", "expires_on": "2024-01-15"}, 0.25),  # today's title, not that of the year
        ({"granted_on": "2018-12-01", "known_on": "2021-07-01"}, 0.25),
    ],
)
def test_the_rd_that_tax_implies_follows_the_title_of_the_year_of_the_statement(ruled, title, rate) -> None:
    held = {"qualification_id": "q", "kind": "hitech_enterprise", "known_on": title["granted_on"], **title}
    own = {**MINE, "product": "rd_loan"}
    found = ruled(applications=[own], statements=[statement(rd_deduction_tax=75_000.0)], qualifications=[held])
    assert found["amount_over_rd"] == pytest.approx(1e6 / (75_000 / (0.75 * rate)))


def test_a_contract_loan_is_compared_with_the_contracts_of_twelve_months(ruled) -> None:
    signed = {"contract_id": "c", "amount": 4e6, "signed_on": "2021-01-01", "known_on": "2021-03-01"}
    assert ruled(technology_contracts=[signed])["amount_over_contracts"] == pytest.approx(0.25)
    assert ruled(technology_contracts=[])["amount_over_contracts"] == np.inf


def test_investments_of_the_own_group_are_counted_where_any_says_whether_it_is_one(ruled) -> None:
    def round_(number: str, group: bool | None) -> dict[str, Any]:
        return {"round_id": number, "closed_on": "2020-01-01", "known_on": "2020-02-01", "bank_group": group}

    assert ruled(equity_rounds=[round_("1", True), round_("2", None)])["group_investments"] == 1
    assert ruled(equity_rounds=[round_("1", False)])["group_investments"] == 0
    assert pd.isna(ruled(equity_rounds=[round_("1", None)])["group_investments"])
    assert ruled(equity_rounds=[])["group_investments"] == 0


def test_a_rejected_row_hides_what_is_not_there_and_never_what_is(ruled) -> None:
    """Otherwise a rejected record would turn a refusal for a serious breach into a referral."""
    clean = ruled(rejected=[GAP], conduct=[record("penalty")])
    assert pd.isna(clean["open_serious_breach"])
    assert clean["data_gaps"] == 1
    caught = ruled(rejected=[GAP], conduct=[record("serious_breach")])
    assert (caught["open_serious_breach"], caught["data_gaps"]) == (1, 1)


def test_ages_products_and_flags(ruled) -> None:
    enterprise = {"founded_on": "2016-06-30"}
    quarter = statement(period="quarterly", period_end="2021-03-31", known_on="2021-04-30")
    own = {**MINE, "product": "rd_loan", "related_party": True}
    found = ruled(applications=[own], enterprises=[enterprise], statements=[statement(), quarter])
    assert found["enterprise_age_months"] == pytest.approx(60, abs=0.1)
    assert found["statement_age_months"] == pytest.approx(3, abs=0.05)
    assert (found["product"], found["is_related_party"]) == ("rd_loan", 1)
    for spelling in ("RD_Loan ", "rd\u00a0loan", "ｒｄ＿ｌｏａｎ", "rd\u2013loan"):
        assert ruled(applications=[{**own, "product": spelling}], enterprises=[enterprise])["product"] == "rd_loan"
    unsaid = ruled()
    assert pd.isna(unsaid["product"])
    assert pd.isna(unsaid["is_related_party"])


def test_no_quantity_has_the_name_of_a_feature_or_an_identity_column_and_all_take_quantities_that_exist() -> None:
    assert not set(names()) & {*IDENTITY, *(feature.name for feature in CATALOGUE)}
    assert len(set(names())) == len(names())
    taken = {name for quantity in RULE_QUANTITIES for name in quantity.inputs}
    assert taken <= {*quantity_names(), "data_gap"}


@pytest.mark.parametrize("spelling", ["ＲＤ－Loan", "rd\u00a0loan", " rd\u2013loan\u3000", "RD__LOAN"])
def test_other_applications_are_added_up_whatever_the_spelling_of_the_product(
    write_tables: Callable[..., Path], spelling: str
) -> None:
    asked = [
        {**MINE, "product": "rd_loan"},
        {**MINE, "application_id": "2", "product": spelling, "amount": 9e6, "exposure": 9e6},
    ]
    tables = write_tables(applications=[{"enterprise_id": "e", **row} for row in asked])
    found = pd.concat(quantities(tables, QUERIES, threads=1)).set_index("application_id")
    assert found.loc["1", "other_amount_of_product"] == 9e6


def test_codes_are_read_without_spaces_around_them_and_in_half_width(write_tables: Callable[..., Path]) -> None:
    tables = write_tables(
        applications=[{"enterprise_id": "e", **MINE, "lender_province": "３１ "}],
        enterprises=[{"enterprise_id": "e", "province": " 31\u3000", "industry": "C４０１１ "}],
    )
    found = pd.concat(quantities(tables, QUERIES, threads=1)).iloc[0]
    assert (found["province"], found["industry"], found["lender_here"]) == ("31", "C4011", 1)
