"""Who asks, what for and how much in all, in words."""

import pandas as pd
import pytest

from reports.memo.applicant import name_of, who
from reports.memo.money import Money
from reports.memo.request import asks, what
from schemas.declarations import Text


def _told(lines) -> dict[str, str]:
    return {label.en: value if isinstance(value, str) else value.en for label, value in lines}


CNY = Money("CNY")


def test_the_applicant_is_named_with_industry_region_age_and_titles(case_of):
    case = case_of("a")
    assert name_of(case).zh == "示例<b>科技</b>有限公司"
    told = _told(who(case))
    assert told["Actual controller"] == "示例人 王某"
    assert told["Founded"] == "2001-05-01, 5.0 years before"
    assert told["Titles valid that day"] == "hi-tech enterprise (to 2006-12-31)"
    assert told["Stage"] == "startup — by rule: other existing business (proxy)"


def test_an_enterprise_without_a_name_is_told_by_its_identifier(case_of):
    assert name_of(case_of("b")) == Text("Enterprise b", "企业 b")
    told = _told(who(case_of("b")))
    assert (told["Actual controller"], told["Credit code"], told["Founded"]) == ("not known",) * 3
    assert told["Titles valid that day"] == "none known"
    assert _told(who(case_of("b", without="qualifications")))["Titles valid that day"] == "not known"


def test_what_is_asked_and_what_is_owed_in_all_stand_in_one_sentence(case_of):
    found = asks(case_of("a"), CNY)
    assert found.en == ("Asks CNY 3.2 m for research and development (R&D loan); owed to all lenders with it CNY 5.2 m")
    assert found.zh == "申请320万元，用于研发投入（研发贷）；连同本笔共520万元"


def test_the_total_is_the_sum_of_balances_and_the_amount_asked(case_of):
    told = _told(what(case_of("a"), CNY))
    assert told["Amount asked"] == "CNY 3.2 m, 12 months; counting in the NPL ratio CNY 3 m"
    assert told["Guarantees"] == "owner CNY 1.6 m (50%)"
    assert told["Owed here"] == "not told apart in the tables delivered"
    assert told["Owed to all lenders"] == "CNY 2 m at 2 lenders, reported 2006-03-31"
    assert told["In all with this loan"] == "CNY 5.2 m (registry balances and amount asked)"
    assert told["Earlier here"] == "1 granted, the last on 2005-05-01 for CNY 0.9 m"


def test_balances_here_and_elsewhere_are_told_apart_where_the_registry_does(case_of, tables):
    named = tables["borrowings"].replace({"lender_id": {"L2": "branch 44"}})
    told = _told(what(case_of("a", tables={"borrowings": named}), CNY))
    assert told["Owed here"] == "CNY 0.5 m"
    assert told["Owed elsewhere"] == "CNY 1.5 m at 1 lender, reported 2006-03-31"


def test_rejected_rows_of_the_registry_leave_the_total_unknown(case_of, inputs):
    features = inputs.features.assign(data_gap="borrowings (balance_range)")
    case = case_of("a", features=features)
    told = _told(what(case, CNY))
    assert told["Owed to all lenders"].startswith("not known: registry rows were rejected (those kept: CNY 2 m")
    assert "In all with this loan" not in told
    assert "owed to all lenders" not in asks(case, CNY).en


def test_without_the_registry_nothing_is_said_of_balances(case_of):
    told = _told(what(case_of("a", without="borrowings"), CNY))
    assert told["Owed to all lenders"] == "not known: no reports of the credit registry were delivered"


@pytest.mark.parametrize(
    ("name", "without", "collateral", "expected"),
    [
        ("a", "", None, "owner CNY 1.6 m (50%)"),
        ("b", "", None, "unsecured: no guarantor of any kind stands, no collateral is stated"),
        ("b", "", "a house", "no guarantor of any kind stands"),
        ("b", "guarantees", None, "not known: the table of guarantees was not delivered"),
    ],
)
def test_unsecured_is_said_only_where_no_guarantor_of_any_kind_stands(
    case_of, tables, name, without, collateral, expected
):
    applications = tables["applications"].assign(collateral=pd.Series([collateral] * 9, dtype="str"))
    told = _told(what(case_of(name, without=without, tables={"applications": applications}), CNY))
    assert told["Guarantees"] == expected
    assert told["Collateral"] == (collateral or "not stated")


def test_a_public_guarantee_of_the_application_counts_where_the_table_of_guarantees_has_no_row(case_of, tables):
    applications = tables["applications"].assign(guaranteed=60.0)
    told = _told(what(case_of("b", tables={"applications": applications}), CNY))
    assert told["Guarantees"] == "public agency CNY 0.00006 m (60%); others not known"


def test_rejected_titles_are_not_read_as_none(case_of, inputs):
    case = case_of("b", features=inputs.features.assign(data_gap="qualifications (kind_values)"))
    assert _told(who(case))["Titles valid that day"] == "not known: rows were rejected (those kept: none known)"


def test_rejected_guarantees_are_not_read_as_none(case_of, inputs):
    case = case_of("b", features=inputs.features.assign(data_gap="guarantees (covered_range)"))
    assert _told(what(case, CNY))["Guarantees"] == "not known: rows were rejected (those kept: none)"


def test_a_public_guarantee_without_a_table_of_guarantees_leaves_the_others_unknown(case_of, tables):
    applications = tables["applications"].assign(guaranteed=1.6e6)
    case = case_of("a", without="guarantees", tables={"applications": applications})
    assert _told(what(case, CNY))["Guarantees"] == "public agency CNY 1.6 m (50%); others not known"


def test_a_source_without_loans_says_that_its_amounts_are_a_proxy(case_of):
    case = case_of("a", source="us_firms")
    told = _told(what(case, Money("USD")))
    assert told["Amount (proxy: total liabilities)"] == "USD 3,200 k"
    assert told["Exposure (proxy: total liabilities)"] == "USD 3,000 k"
    assert told["In all with this loan"] == "the source holds no loans; amounts are a proxy"
    assert asks(case, Money("USD")).en == ("Stands for USD 3,200 k of liabilities (proxy: the source holds no loans)")


@pytest.mark.parametrize(
    ("source", "code", "expected"),
    [
        ("some_bank", "6513", "Software and information technology services (6513)"),
        ("some_bank", "I6513", "Software and information technology services (I6513)"),
        ("sba", "5419", "Professional, scientific and technical services (5419)"),
        ("some_bank", "98", "98"),
        ("some_bank", None, "not known"),
    ],
)
def test_an_industry_is_named_by_the_scheme_of_its_source(case_of, inputs, source, code, expected):
    features = inputs.features.assign(industry=pd.Series([code] * len(inputs.features), dtype="str"))
    assert _told(who(case_of("a", source=source, features=features)))["Industry"] == expected


def test_a_size_class_says_what_it_was_read_as(case_of, inputs):
    features = inputs.features.assign(size_rule="statistical_2017: software: staff, revenue")
    told = _told(who(case_of("a", features=features)))
    assert told["Size class"] == "micro — read as software and IT services, by staff, revenue"


def test_texts_of_the_bank_that_are_too_long_are_cut(case_of, tables):
    applications = tables["applications"].assign(purpose="to buy machines " * 20)
    told = _told(what(case_of("a", tables={"applications": applications}), CNY))
    assert len(told["Product, purpose"]) < 80
    assert told["Product, purpose"].endswith("…")
