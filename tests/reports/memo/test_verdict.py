"""What decides, in one sentence, and the rules that fired with the numbers a person needs."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from decisions.certificate import Certificate
from decisions.procedure import Issued
from decisions.suspension import Suspension
from reports.memo.case import Frame
from reports.memo.conditions import before
from reports.memo.money import Money
from reports.memo.verdict import fired, sentence, why
from reports.sources import notes
from tests.reports.conftest import with_fallback

CNY = Money("CNY")
CERTIFICATE = Certificate("micro", True, 0.10, 0.103, 0.1, "certified")
FRAME = Frame(notes("some_bank"), date(2014, 12, 31), date(2024, 12, 31), {})
COLUMNS = ["application_id", "rule", "effect", "state", "quantity", "condition", "value", "bound"]


def _fired(*rows) -> pd.DataFrame:
    return pd.DataFrame([("d", *row) for row in rows], columns=COLUMNS)


def test_a_suspended_certificate_is_told_with_its_day(case_of):
    open_ = (Suspension("micro", date(2006, 9, 30)),)
    case = case_of("b")
    assert (
        "suspended by its alarm since 2006-09-30†"
        in sentence(replace(case, frame=replace(case.frame, suspensions=open_))).en
    )
    ended = (Suspension("micro", date(2006, 9, 30), date(2007, 1, 2)), Suspension("small", date(2006, 1, 1)))
    told = sentence(replace(case, frame=replace(case.frame, suspensions=ended))).zh
    assert "曾于2006-09-30至2007-01-02因预警暂停" in told


def test_a_pd_that_is_a_fallback_is_told_as_an_upper_bound(case_of, inputs):
    known = with_fallback(inputs, "growth")
    found = sentence(case_of("b", models=known.models))
    assert "; the PD is an upper bound, not an estimate (fallback): the stage has 10 development defaults; " in found.en
    assert "；该违约概率为上限而非估计值（后备方法）：该阶段开发样本违约10笔；" in found.zh
    assert "fallback" not in sentence(case_of("a", models=known.models)).en


@pytest.mark.parametrize("rule", ["no_grant", "suspended", "no_tolerance"])
def test_where_nothing_is_in_force_no_line_and_no_tolerance_is_told(case_of, rule):
    case = case_of("b")
    found = sentence(replace(case, verdict={**case.verdict, "rule": rule})).en
    assert "no tolerance and no certificate of the class is in force for it" in found
    assert "cut-off" not in found.split(";")[1]


def test_pd_grade_line_tolerance_and_certificate_stand_in_one_sentence(case_of):
    found = sentence(case_of("b"))
    assert found.en == (
        "PD 6.00%†, grade G5 (satisfactory), "
        "at or below the line (the lower of certified cut-off and ceiling), 10.00%†; "
        "tolerated NPL ratio of all loans to the class (not of one loan) 10.30%; "
        "cut-off 10.00%† certified on 50 loans decided 2005-01-03 to 2005-12-30, "
        "wrongly passed with a probability of at most 10%."
    )
    assert found.zh.startswith(
        "违约概率6.00%†，等级G5（较好），不高于准入线与单笔违约概率上限的较低者10.00%†；该规模企业全部贷款（非单笔）的不良容忍度10.30%；"
    )


def test_a_class_without_a_certificate_says_why(case_of):
    assert "no cut-off certified: no loan with a known outcome" in sentence(case_of("f")).en


def test_a_pd_just_above_its_limit_is_told_in_so_many_digits_that_they_differ(case_of, inputs):
    at_b = inputs.scores["application_id"] == "b"
    scores = inputs.scores.assign(pd=inputs.scores["pd"].mask(at_b, 0.023004))
    at_b = inputs.decisions["application_id"] == "b"
    decisions = inputs.decisions.assign(rule=inputs.decisions["rule"].mask(at_b, "above_cut_off"), limit=0.022996)
    found = sentence(case_of("b", scores=scores, decisions=decisions)).en
    assert found.startswith("PD 2.3004%†, grade G5 (satisfactory), above the line")
    assert "2.2996%†" in found


def test_a_pd_that_was_compared_with_nothing_is_told_alone(case_of, inputs):
    decisions = inputs.decisions.assign(rule="no_tolerance", limit=float("nan"), tolerance=float("nan"))
    found = sentence(case_of("b", decisions=decisions)).en
    assert "compared with nothing; no tolerance and no certificate of the class is in force for it" in found


def test_the_rule_that_decided_is_told_as_a_sentence_and_every_fired_one_with_its_numbers(case_of):
    case = case_of("d")
    assert why(case).en == "An overdue debt is open. The committee decides."
    assert [line.en for line in fired(case, CNY)] == ["An overdue debt is open (2 records, rule: at least 1)"]


def test_numbers_that_say_no_more_than_the_rule_are_left_out(case_of):
    rows = _fired(
        ("data_gap", "refer", "met", "data_gaps", "at_least", "1", "1"),
        ("abnormal_listing", "refer", "met", "abnormal_listing", "at_least", "1", "1"),
        ("staff_missing", "refer", "unknown", "staff_missing", "at_least", "missing", "1"),
        ("many_lenders", "refer", "met", "lenders_after_loan", "above", "6", "4"),
        ("debt_over_assets", "refer", "met", "debt_after_over_assets", "above", "1.0004", "1"),
    )
    lines = [line.en for line in fired(case_of("d", fired=rows), CNY)]
    assert lines[0] == "gaps in the data of the applicant"
    assert lines[1] == "The enterprise is listed for abnormal operations"
    assert lines[2] == "After the loan the enterprise has many lenders (6 lenders, rule: above 4)"
    assert "100.04%, rule: above 100%" in lines[3]
    assert lines[-1].startswith("Not known, so unanswered: the last headcount gives no number of staff")
    assert not any("Tables with a data gap" in line or "Staff missing" in line for line in lines)


def test_the_rule_that_decided_is_not_told_twice(case_of, inputs):
    rows = _fired(("abnormal_listing", "refer", "met", "abnormal_listing", "at_least", "1", "1"))
    decisions = inputs.decisions.assign(rule="abnormal_listing")
    assert [line.en for line in fired(case_of("d", fired=rows, decisions=decisions), CNY)] == ["No other rule fired."]
    assert [line.en for line in fired(case_of("a"), CNY)] == ["No rule fired."]


def test_more_rules_than_the_page_holds_are_counted(case_of):
    names = ("open_overdue", "open_enforcement", "many_lenders", "stale_headcount", "stale_statements", "related_party")
    rows = _fired(*((name, "refer", "met", "is_related_party", "at_least", "1", "1") for name in names))
    lines = [line.en for line in fired(case_of("d", fired=rows), CNY)]
    assert len(lines) == 5
    assert lines[-1].startswith("and ")


def test_conditions_come_from_fired_rules_gaps_and_security_alone(case_of, inputs):
    assert before(case_of("c")) == ()
    features = inputs.features.assign(data_gap="headcount (no_row)")
    rows = _fired(("open_overdue", "refer", "met", "open_overdues", "at_least", "2", "1"))
    told = [line.en for line in before(case_of("d", fired=rows, features=features))]
    assert told == [
        "before a decision: gaps in the data mended and the application scored again",
        "clear up: An overdue debt is open",
    ]
    assert [line.en for line in before(case_of("a"))] == ["the security listed above in force"]


def test_a_certificate_counts_from_its_day():
    early, late = (Issued(day, {"micro": CERTIFICATE}) for day in (date(2001, 1, 1), date(2005, 1, 1)))
    frame = replace(FRAME, issued=(early, replace(late, certificates={})))
    assert frame.certificate(date(2000, 12, 31), "micro") is None
    assert frame.certificate(date(2004, 12, 31), "micro") is CERTIFICATE
    assert frame.certificate(date(2005, 1, 1), "micro") is None
