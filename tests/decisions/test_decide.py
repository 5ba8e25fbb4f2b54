"""Decisions by hand-worked tables: rules, zones, certificates by day; and what must never happen."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.certificate import Certificate
from decisions.cross_class import cross_class
from decisions.decide import DECIDED, OUTCOMES, could_approve, decide
from decisions.procedure import Issued, opened
from policy.loader import PolicyError
from policy.segments import SIZE_CLASSES, STAGES
from tests.decisions.applicants import CERTIFICATES, CLEAN, applicants, decided, shipped

SEVERITY = {"approve": 0, "refer": 1, "decline": 2}


@pytest.mark.parametrize(
    ("pd_", "size_class", "decision", "rule", "limit"),
    [
        (0.050, "small", "approve", "within_cut_off", 0.05),
        (0.051, "small", "refer", "above_cut_off", 0.05),
        (0.070, "micro", "approve", "within_cut_off", 0.07),
        (0.071, "micro", "refer", "above_ceiling", 0.07),
        (0.101, "micro", "refer", "above_ceiling", 0.07),
        (0.200, "micro", "refer", "above_ceiling", 0.07),
        (0.201, "micro", "decline", "above_refer_band", 0.20),
        (0.001, "large", "refer", "not_certified", 0.12),
        (0.120, "large", "refer", "not_certified", 0.12),
        (0.121, "large", "decline", "above_refer_band", 0.12),
        (np.nan, "small", "refer", "no_pd", np.nan),
        (0.010, np.nan, "refer", "unknown_size_class", np.nan),
        (0.010, "tiny", "refer", "unknown_size_class", np.nan),
    ],
)
def test_zones_of_the_pd(pd_, size_class, decision, rule, limit):
    row = decided(pd=pd_, size_class=size_class)
    assert (row["decision"], row["rule"]) == (decision, rule)
    assert row["limit"] == pytest.approx(limit, nan_ok=True)


@pytest.mark.parametrize(
    ("change", "decision", "rule"),
    [
        ({"open_serious_breach": 1}, "decline", "serious_breach"),
        ({"open_dishonest_records": 1}, "decline", "dishonest_debtor"),
        ({"enforcement_over_net_assets": 0.100001, "open_enforcements": 1}, "decline", "large_enforcement"),
        ({"enforcement_over_net_assets": 0.10, "open_enforcements": 1}, "refer", "open_enforcement"),
        ({"enforcement_over_net_assets": np.inf, "open_enforcements": 1}, "decline", "large_enforcement"),
        ({"data_gaps": 1}, "refer", "data_gap"),
        ({"in_accepted_region": 0}, "refer", "out_of_accepted_region"),
        ({"open_overdues": 1}, "refer", "open_overdue"),
        ({"open_enforcements": 2}, "refer", "open_enforcement"),
        ({"abnormal_listing": 1}, "refer", "abnormal_listing"),
        ({"statement_age_months": 24.1}, "refer", "stale_statements"),
        ({"statement_age_months": 24.1, "enterprise_age_months": 12}, "approve", "within_cut_off"),
        ({"annual_statement_age_months": 17.1}, "refer", "stale_annual_statement"),
        ({"annual_statement_age_months": 17.1, "enterprise_age_months": 12}, "approve", "within_cut_off"),
        ({"annual_statement_age_months": None}, "refer", "unknown_stale_annual_statement"),
        ({"annual_statement_age_months": None, "enterprise_age_months": 12}, "approve", "within_cut_off"),
        ({"headcount_age_months": 17.1}, "refer", "stale_headcount"),
        ({"headcount_age_months": None, "enterprise_age_months": 12}, "approve", "within_cut_off"),
        ({"main_figures_missing": 1}, "refer", "main_figures_missing"),
        ({"staff_missing": 1}, "refer", "staff_missing"),
        ({"registry_report_age_months": 6.1}, "refer", "stale_registry"),
        ({"registry_report_age_months": 6.0}, "approve", "within_cut_off"),
        ({"lenders_after_loan": 5}, "refer", "many_lenders"),
        ({"lenders_after_loan": 4}, "approve", "within_cut_off"),
        ({"lenders_after_loan": 3, "debt_after_over_revenue": 1.01}, "refer", "debt_over_revenue"),
        ({"lenders_after_loan": 2, "debt_after_over_revenue": 1.01}, "approve", "within_cut_off"),
        ({"lenders_after_loan": 3, "debt_after_over_assets": 1.01}, "refer", "debt_over_assets"),
        ({"new_lenders_12m": 2, "pd": 0.02}, "approve", "within_cut_off"),
        ({"new_lenders_12m": 2, "pd": 0.021}, "refer", "new_lenders"),
        ({"new_lenders_12m": 1, "pd": 0.021}, "approve", "within_cut_off"),
        ({"product": "ip_pledge_loan", "rights_to_pledge": 0}, "refer", "pledge_without_right"),
        ({"product": "ip_pledge_loan", "protection_beyond_loan_months": -0.1}, "refer", "pledge_ends_early"),
        ({"product": "ip_pledge_loan"}, "approve", "within_cut_off"),
        ({"rights_to_pledge": 0}, "approve", "within_cut_off"),
        ({"product": "rd_loan", "amount_over_rd": 1.001}, "refer", "rd_loan_above_rd"),
        ({"product": "rd_loan", "amount_over_rd": 1.0}, "approve", "within_cut_off"),
        ({"amount_over_rd": 9.0}, "approve", "within_cut_off"),
        ({"product": "contract_loan", "amount_over_contracts": 2.0}, "refer", "contract_loan_above_contracts"),
        ({"product": "loan_with_investment", "group_investments": 1}, "refer", "group_investor"),
        ({"product": "loan_with_investment"}, "approve", "within_cut_off"),
        ({"is_related_party": 1}, "refer", "related_party"),
    ],
)
def test_each_rule_of_the_shipped_policy(change, decision, rule):
    row = decided(**change)
    assert (row["decision"], row["rule"]) == (decision, rule)


@pytest.mark.parametrize(
    ("change", "decision", "rule", "fired"),
    [
        ({"open_overdues": 1, "open_serious_breach": 1}, "decline", "serious_breach", "serious_breach; open_overdue"),
        ({"open_overdues": 1, "pd": 0.21}, "decline", "above_refer_band", "open_overdue"),
        ({"open_overdues": 1, "abnormal_listing": 1}, "refer", "open_overdue", "open_overdue; abnormal_listing"),
        ({"data_gaps": 1, "open_serious_breach": 1}, "decline", "serious_breach", "serious_breach; data_gap"),
        ({"data_gaps": 1, "pd": 0.21}, "decline", "above_refer_band", "data_gap"),
        ({"new_lenders_12m": 3, "open_overdues": 1}, "refer", "open_overdue", "open_overdue; new_lenders"),
        ({"pd": np.nan, "open_serious_breach": 1}, "decline", "serious_breach", "serious_breach"),
    ],
)
def test_the_most_severe_rule_decides_and_every_rule_that_fired_is_told(change, decision, rule, fired):
    row = decided(**change)
    assert (row["decision"], row["rule"], row["fired"]) == (decision, rule, fired)


@pytest.mark.parametrize(
    ("missing", "product", "rule"),
    [
        (["open_serious_breach"], "working_capital_loan", "unknown_serious_breach"),
        (["open_overdues"], "working_capital_loan", "unknown_open_overdue"),
        (["amount_over_rd"], "rd_loan", "unknown_rd_loan_above_rd"),
        (["amount_over_rd"], "working_capital_loan", "within_cut_off"),
        (["product", "rights_to_pledge"], None, "unknown_pledge_without_right"),
        (["new_lenders_12m"], "working_capital_loan", "unknown_new_lenders"),
        (["debt_after_over_revenue"], "working_capital_loan", "within_cut_off"),
    ],
)
def test_a_rule_that_cannot_be_answered_refers_and_one_that_is_settled_otherwise_does_not(missing, product, rule):
    row = decided(**{"product": product, **dict.fromkeys(missing)})
    assert row["rule"] == rule
    assert row["decision"] == ("refer" if rule.startswith("unknown_") else "approve")


def test_the_numbers_compared_are_told_in_so_many_digits_that_they_differ():
    row = decided(lenders_after_loan=3, debt_after_over_revenue=1.0000003, open_overdues=2)
    assert row["compared"] == (
        "open_overdue: open_overdues 2, at_least 1; "
        "debt_over_revenue: lenders_after_loan 3, at_least 3; "
        "debt_over_revenue: debt_after_over_revenue 1.0000003, above 1"
    )
    assert decided(open_overdues=None)["compared"] == "unknown_open_overdue: open_overdues missing, at_least 1"


def test_an_applicant_nothing_speaks_against_has_no_rule_fired_and_a_grade():
    row = decided()
    assert list(row.index) == list(DECIDED)
    assert (row["decision"], row["fired"], row["compared"], row["grade"]) == ("approve", "", "", "G4")


def test_each_application_is_compared_with_the_tolerance_in_force_on_its_own_day():
    later = {"small": Certificate("small", True, 0.03, 0.040, 0.1, "certified")}
    both = replace(
        shipped(), issued=(Issued(date(2024, 1, 5), CERTIFICATES), Issued(date(2025, 1, 1), {**CERTIFICATES, **later}))
    )
    days = ["2024-01-04", "2024-01-05", "2024-12-31", "2025-01-01"]
    rows = applicants(*({"pd": 0.04, "as_of": pd.Timestamp(day)} for day in days))
    found = decide(rows, both).rows
    assert found["rule"].tolist() == ["no_tolerance", "within_cut_off", "within_cut_off", "above_cut_off"]
    assert found["tolerance"].tolist() == pytest.approx([np.nan, 0.045, 0.045, 0.040], nan_ok=True)
    assert found["decision"].tolist() == ["refer", "approve", "approve", "refer"]


def test_without_a_certificate_nobody_is_declined_for_the_ratio_of_a_portfolio():
    """The old rule declined a large enterprise at a PD of 2.30 % because the tolerance of its class was 2 %."""
    rows = applicants(*({"pd": p, "size_class": "large"} for p in (0.0199, 0.0201, 0.0230, 0.10)))
    assert decide(rows, shipped()).rows["decision"].unique().tolist() == ["refer"]


def test_a_micro_enterprise_is_not_approved_at_a_pd_far_above_its_ceiling_however_high_the_cut_off():
    """The old rule approved a micro enterprise at a PD of 15.4 % and declined a large one at 2.30 %."""
    high = {**CERTIFICATES, "micro": Certificate("micro", True, 0.51, 0.045, 0.1, "certified_all")}
    procedure = replace(shipped(), issued=(Issued(date(2024, 1, 5), high),))
    row = decide(applicants({"pd": 0.154, "size_class": "micro"}), procedure).rows.iloc[0]
    assert (row["decision"], row["rule"], row["limit"]) == ("refer", "above_ceiling", 0.07)


def test_decisions_keep_the_index_and_every_outcome_is_declared():
    rows = applicants({"pd": 0.01}, {"pd": 0.5}, {"pd": None}).set_index(pd.Index(["a", "b", "c"]))
    found = decide(rows, shipped()).rows
    assert found.index.equals(rows.index)
    assert [OUTCOMES[rule] for rule in found["rule"]] == found["decision"].tolist()


def test_what_could_be_approved_is_what_is_approved_under_a_cut_off_that_never_binds():
    changes = [
        {"pd": p, "size_class": s, "stage": t} for p in (0.01, 0.05, 0.09, None) for s in SIZE_CLASSES for t in STAGES
    ]
    changes += [{"open_overdues": 1}, {"open_overdues": None}, {"new_lenders_12m": 3, "pd": 0.03}, {"size_class": None}]
    rows = applicants(*changes)
    never = {s: Certificate(s, True, 0.99, 0.5, 0.1, "certified_all") for s in SIZE_CLASSES}
    approved = decide(rows, replace(shipped(), issued=(Issued(date(2024, 1, 5), never),))).rows["decision"] == "approve"
    assert could_approve(rows, shipped()).tolist() == approved.tolist()
    assert 0 < approved.sum() < len(rows)


def test_the_same_pd_is_shown_for_every_class_with_what_it_gets():
    found = cross_class(shipped(), date(2025, 12, 31))
    assert len(found) == 10 * len(STAGES) * len(SIZE_CLASSES)
    row = found[(found["grade"] == "G4") & (found["stage"] == "growth")].set_index("size_class")
    assert row["decision"].to_dict() == {"micro": "approve", "small": "approve", "medium": "refer", "large": "refer"}
    assert row["rule"]["large"] == "not_certified"


RECORDS = [
    *("data_gaps", "open_serious_breach", "open_dishonest_records", "open_overdues", "open_enforcements"),
    *("enforcement_over_net_assets", "abnormal_listing", "lenders_after_loan", "new_lenders_12m"),
    *("debt_after_over_revenue", "debt_after_over_assets", "amount_over_rd", "amount_over_contracts"),
    *("group_investments", "is_related_party"),
]
COUNTS = st.fixed_dictionaries({name: st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0, None]) for name in RECORDS})
PRODUCTS = st.sampled_from(["rd_loan", "ip_pledge_loan", "contract_loan", "loan_with_investment", "other"])


@settings(max_examples=60, deadline=None)
@given(COUNTS, PRODUCTS, st.sampled_from(RECORDS), st.floats(0, 1), st.sampled_from(SIZE_CLASSES))
def test_one_record_more_never_gives_a_better_decision(counts, product, more, pd_, size_class):
    base = {**counts, "product": product, "pd": pd_, "size_class": size_class}
    worse = {**base, more: None if base[more] is None else base[more] + 1}
    first, second = decide(applicants(base, worse), shipped()).rows["decision"].map(SEVERITY)
    assert second >= first


@settings(max_examples=60, deadline=None)
@given(COUNTS, PRODUCTS, st.lists(st.floats(0, 1), min_size=2, max_size=6), st.sampled_from([*SIZE_CLASSES, "tiny"]))
def test_a_worse_pd_never_gives_a_better_decision(counts, product, pds, size_class):
    rows = applicants(*({**counts, "product": product, "pd": p, "size_class": size_class} for p in sorted(pds)))
    assert decide(rows, shipped()).rows["decision"].map(SEVERITY).is_monotonic_increasing


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([k for k in CLEAN if k not in ("pd", "stage", "size_class", "as_of")]), min_size=1))
def test_what_is_not_known_never_gives_an_approval_that_knowing_it_would_not(missing):
    bad = {"open_overdues": 1.0, "amount_over_rd": 2.0, "product": "rd_loan"}
    known, unknown = decide(applicants(bad, {**bad, **dict.fromkeys(missing)}), shipped()).rows["decision"]
    assert (known, unknown) == ("refer", "refer") or SEVERITY[unknown] >= SEVERITY[known]


def test_a_rule_that_the_run_could_not_answer_decides_where_it_is_met_and_is_not_met_where_unknown():
    silent = replace(shipped(), not_checked=("open_overdue", "serious_breach"))
    rows = applicants({"open_overdues": 1}, {"open_serious_breach": 1}, {"open_overdues": None}, {})
    found = decide(rows, silent).rows
    assert found["rule"].tolist() == ["open_overdue", "serious_breach", "within_cut_off", "within_cut_off"]
    assert found["fired"].tolist() == ["open_overdue", "serious_breach", "", ""]
    assert could_approve(rows, silent).tolist() == [False, False, True, True]
    assert decide(rows, shipped()).rows["rule"].tolist()[2] == "unknown_open_overdue"
    assert {rule.code for rule in silent.rules} - {rule.code for rule in silent.checked} == set(silent.not_checked)


def test_the_facts_of_a_procedure_make_it_again():
    assert opened(shipped().facts()) == shipped()


def test_a_pd_that_is_none_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match=r"PD must be between 0 and 1; got 1.1 for application 0"):
        decide(applicants({"pd": 1.1}), shipped())


def test_a_table_without_a_quantity_of_a_rule_is_refused_with_a_sentence():
    with pytest.raises(PolicyError, match="rule open_overdue: no such quantity: open_overdues"):
        decide(applicants({}).drop(columns="open_overdues"), shipped())
