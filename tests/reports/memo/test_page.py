"""Memos: which applications get one, and what they say."""

import pandas as pd
import pytest

from reports.memo.choice import chosen
from reports.memo.page import memos, shown
from reports.names import size_rule
from schemas.declarations import Text


def _decided(rows: list[tuple[str, str, str, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["application_id", "decision", "stage", "pd", "limit"])


def test_every_decision_and_stage_comes_before_a_second_of_any():
    rows = [
        (f"{d}{s}{n}", d, s, 0.05 * n, 0.1)
        for d in ("approve", "refer", "decline")
        for s in ("startup", "growth", "mature")
        for n in (1, 2)
    ]
    found = chosen(_decided(rows), 10)
    assert len(found) == 10
    assert [name[-1] for name in found] == ["2"] * 9 + ["1"]


def test_the_application_nearest_its_limit_comes_first_and_ties_go_to_the_smaller_identifier():
    rows = [
        ("b", "approve", "growth", 0.09, 0.1),
        ("a", "approve", "growth", 0.09, 0.1),
        ("c", "approve", "growth", 0.05, 0.1),
    ]
    assert chosen(_decided(rows), 3) == ["a", "b", "c"]


def test_an_application_without_limit_comes_last():
    rows = [("a", "refer", "growth", 0.09, float("nan")), ("b", "refer", "growth", 0.01, 0.1)]
    assert chosen(_decided(rows), 5) == ["b", "a"]


def test_a_memo_tells_decision_rule_and_limit_in_words(inputs):
    (memo,) = memos(inputs, ["b"])
    assert memo.decision == "approve"
    rule = "PD at or below the certified cut-off and the ceiling, and no rule against it."
    line = "the line (the lower of certified cut-off and ceiling)"
    assert memo.why.en == f"{rule} PD 6.00% is at or below {line}, 10.00%."
    assert memo.why.zh.endswith("违约概率6.00%，不高于准入线与单笔上限的较低者10.00%。")
    assert memo.fired == ()
    facts = {label.en: value if isinstance(value, str) else value.en for label, value in memo.facts}
    assert facts["Grade of the master scale"] == "G5 (satisfactory)"
    assert facts["Lifecycle stage"] == "growth — by rule: other existing business (proxy)"
    assert facts["Amount applied for"] == "USD 100"


def test_a_memo_tells_every_rule_that_fired_with_its_numbers(inputs):
    referred, declined = memos(inputs, ["d", "f"])
    assert referred.decision == "refer"
    assert referred.why.en == "An overdue debt is open. The committee decides."
    assert referred.why.zh == "存在未结清逾期。提交贷审会审议。"
    assert [line.en for line in referred.fired] == ["An overdue debt is open: Open overdue debts 2 (rule: at least 1)."]
    assert declined.why.en.endswith("Declined by rule.")


def test_a_pd_just_above_its_limit_is_told_in_so_many_digits_that_they_differ(inputs, changed):
    scores = inputs.scores.assign(pd=inputs.scores["pd"].mask(inputs.scores["application_id"] == "b", 0.023004))
    decisions = inputs.decisions.assign(
        rule=inputs.decisions["rule"].mask(inputs.decisions["application_id"] == "b", "above_cut_off"), limit=0.022996
    )
    (memo,) = memos(changed(scores=scores, decisions=decisions), ["b"])
    assert "PD 2.3004% is above" in memo.why.en
    assert memo.why.en.endswith("2.2996%.")


def test_a_memo_tells_the_pd_without_each_reason_and_with_it(inputs):
    (memo,) = memos(inputs, ["b"])
    # log-odds −1.75; without the reasons, of 0.5 and −0.25, they are −2.25 and −1.5
    assert memo.against[0].words.en == "raises the PD from 9.53% to 14.8%"
    assert memo.against[0].words.zh == "违约概率由9.53%升至14.8%"
    assert memo.in_favour[0].words.en == "lowers the PD from 18.2% to 14.8%"
    assert memo.in_favour[0].value.en == "not known"


def test_a_memo_lists_what_the_model_could_not_know(inputs):
    (memo,) = memos(inputs, ["d"])
    assert memo.unknown.en.startswith("Without a value, not known: Share guaranteed, Urban seat.")
    assert "Patents" in memo.unknown.en


def test_what_is_missing_is_told_apart(inputs, changed):
    features = inputs.features.assign(
        data_gap="statements (unique_key); conduct (not_delivered)", not_applicable="guaranteed_share"
    )
    (memo,) = memos(changed(features=features), ["d"])
    assert memo.unknown.en.startswith("Without a value, not applicable: Share guaranteed. Without a value, not known:")
    told = {label.en: value for label, value in memo.facts}
    assert "unique_key" in told["Gaps in the data"].en
    assert "not_delivered" in told["Gaps in the data"].zh
    assert "Gaps in the data" not in {label.en for label, _ in memos(inputs, ["d"])[0].facts}


def test_bars_share_one_scale_with_zero_in_the_middle(inputs):
    (memo,) = memos(inputs, ["a"])
    base, financing, firm = memo.bars  # the region's intercept is 0 and has no bar
    assert (base.value, base.width) == ("11.9%", "0")
    assert financing.value.en == "9.53% → 14.8%"
    assert (financing.left, financing.width, financing.tone) == ("50.0", "50.0", "raises")
    assert (firm.left, firm.width, firm.tone) == ("25.0", "25.0", "lowers")


def test_the_intercept_of_a_region_is_a_step_of_its_own(inputs, changed):
    (memo,) = memos(changed(domains=inputs.domains.assign(province_effect=-0.75)), ["a"])
    assert (memo.bars[1].label.en, memo.bars[1].value.en) == ("Region", "26.9% → 14.8%")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.5, "fraction", "50.0%"),
        (1.0, "flag", "yes"),
        (0.0, "flag", "no"),
        (5419.0, "code", "5419"),
        (25000.0, "money", "USD 25,000"),
        (12500.0, "CNY a person", "USD 12,500 per person"),
        (117.43, "days", "117 days"),
        (17.46, "months", "17.5 months"),
        (3.0, "persons", "3 persons"),
        (0.25, "ratio", "0.25"),
        (float("nan"), "persons", "–"),
    ],
)
def test_a_value_is_shown_with_its_unit(value, unit, expected):
    found = shown(value, unit, "USD")
    assert (found if isinstance(found, str) else found.en) == expected


def test_money_and_counts_are_written_as_each_language_writes_them():
    assert shown(10_210_000.0, "CNY", "CNY") == Text("CNY 10,210,000", "1,021万元")
    assert shown(12_500.0, "CNY a person", "CNY") == Text("CNY 12,500 per person", "1.25万元/人")
    assert shown(3.0, "persons", "CNY") == Text("3 persons", "3人")
    assert shown(117.43, "days", "CNY") == Text("117 days", "117天")


def test_the_decision_is_shown_as_a_recommendation(inputs):
    (memo,) = memos(inputs, ["b"])
    assert memo.decision_name == Text("System recommendation: approve", "系统建议：通过")


def test_the_rule_of_a_size_class_is_told_with_industry_and_indicators():
    scheme = "Size class by the statistical standard, sixteen industries"
    found = size_rule("statistical_2017: software: staff, revenue")
    assert found.en == f"{scheme}; read as software and IT services, by staff, revenue"
    assert size_rule("employees_only").en == "Size class from employees alone"
    assert size_rule("our_own").en == "our_own"


def test_innovation_points_are_marked_as_an_assumption(inputs, changed):
    (memo,) = memos(changed(domains=inputs.domains.assign(points=0.1)), ["a"])
    assert "assumption of this project" in memo.notes[0].en
    assert "本项目假设" in memo.notes[0].zh
    assert memos(inputs, ["a"])[0].notes == ()


def test_a_proxy_for_the_exposure_is_named(inputs, changed):
    (memo,) = memos(changed(source="us_firms"), ["a"])
    assert [label.en for label, _ in memo.facts][3:5] == [
        "Amount (proxy: total liabilities)",
        "Exposure (proxy: total liabilities)",
    ]
