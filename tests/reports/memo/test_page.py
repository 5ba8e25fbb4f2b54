"""Memos: which applications get one, and what they say."""

import re
from dataclasses import fields, is_dataclass, replace

import pandas as pd
import pytest

from features.catalogue import by_name
from reports.memo.choice import chosen
from reports.memo.money import Money
from reports.memo.page import memo_of, memos
from reports.memo.reasons import named
from reports.memo.values import shown, value_of
from reports.names import size_rule
from reports.page import memo_page
from schemas.declarations import Text
from scoring.plans import Plans


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


def test_a_memo_of_a_run_without_tables_still_tells_what_decides(inputs):
    (memo,) = memos(inputs, ["b"])
    assert memo.enterprise.en == "Enterprise b"
    assert memo.decision_name == Text("System recommendation: approve", "系统建议：通过")
    assert memo.why.en == "PD at or below the certified cut-off and the ceiling, and no rule against it."
    assert memo.asks.en == "Asks USD 0.1 k"
    assert memo.figures.heads == ()


def test_a_reason_tells_value_the_peers_and_the_pd_without_it_and_with_it(case_of):
    memo = memo_of(case_of("b"))
    # log-odds −1.75; without the reasons, of 0.5 and −0.25, they are −2.25 and −1.5
    (against,), (in_favour,) = memo.against, memo.in_favour
    assert against.label == Text("Guarantees", "担保")
    assert against.value.en == "Share guaranteed 50.0%; peers of 2005 75.0%"
    assert against.words.zh == "违约概率由9.53%升至14.8%"
    assert against.words.en == "PD 9.53% → 14.8%"
    assert in_favour.value.zh == "0.01万元；2005年同业0.2万元"
    assert in_favour.words.en == "PD 18.2% → 14.8%"
    assert memo.rest.en == "All other families together, without what is not known: PD 13.3% → 14.8%."


def test_what_the_model_reads_against_expectation_is_no_reason_but_to_be_checked(case_of, inputs):
    rows = inputs.reasons.assign(side=inputs.reasons["side"].replace({"against": "unexpected"}))
    memo = memo_of(case_of("b", reasons=rows))
    assert memo.against == ()
    assert memo.unexpected[0].en == (
        "The model reads Guarantees (Share guaranteed 50.0%; peers of 2005 75.0%) against expectation "
        "(PD 9.53% → 14.8%); check."
    )


def test_a_flag_is_told_beside_the_share_of_peers_that_have_it(case_of, inputs):
    rows = inputs.reasons.assign(
        family=inputs.reasons["family"].replace({"guarantee": "urban"}),
        feature=inputs.reasons["feature"].replace({"guaranteed_share": "is_urban"}),
        value=1.0,
        peers=0.8,
    )
    assert memo_of(case_of("b", reasons=rows)).against[0].value.en == "Urban seat yes; peers of 2005 80% of peers"


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


def test_main_figures_are_told_for_the_years_known_in_the_unit_of_the_page(case_of):
    memo = memo_of(case_of("a"))
    assert memo.money == Text("Amounts in millions of CNY (m).", "金额单位：人民币万元。")
    assert memo.figures.heads == ("2005-12-31", "2004-12-31", "2003-12-31")
    rows = {label.en: cells for label, cells in memo.figures.rows}
    assert [cell.zh for cell in rows["Revenue"]] == ["90", "100", "100"]
    assert [cell.en for cell in rows["Net profit"]] == ["−0.2", "−0.2", "−0.2"]
    assert rows["Assets"][0].en == "–"


def test_what_is_later_than_the_day_is_marked(case_of, inputs):
    assert memo_of(case_of("a")).later.en == (
        "† Later than the day: model and certificate as of 2014-12-31; policy in force on 2024-12-31."
    )
    facts = {**inputs.thresholds, "procedure": {**inputs.thresholds["procedure"], "policy_on": "2006-01-01"}}
    case = case_of("a", built_on="2006-01-01")
    early = replace(case, frame=replace(case.frame, policy_on=case.day))
    assert memo_of(early).later.zh == "† 本页内容均不晚于决策日。"
    assert facts["procedure"]["policy_on"] == "2006-01-01"


def test_plans_are_those_of_the_case_and_none_are_invented(case_of):
    case = case_of("a")
    assert memo_of(case).plans is None
    held = Plans("a", "refer", 0.1, None, ("data_gap", "not_certified"), "held", (), (), (), None)
    (line,) = memo_of(replace(case, plans=held)).plans
    assert line.en.startswith("No change of PD or amount changes the recommendation. What holds it: ")
    assert "no certified cut-off for the size class" in line.en


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.5, "fraction", "50.0%"),
        (1.0, "flag", "yes"),
        (0.0, "flag", "no"),
        (5419.0, "code", "5419"),
        (25000.0, "money", "USD 25 k"),
        (12500.0, "CNY a person", "USD 12,500 per person"),
        (117.43, "days", "117 days"),
        (17.46, "months", "17.5 months"),
        (3.0, "persons", "3 persons"),
        (0.25, "ratio", "0.25"),
        (float("nan"), "persons", "–"),
    ],
)
def test_a_value_is_shown_with_its_unit(value, unit, expected):
    found = shown(value, unit, Money("USD"))
    assert (found if isinstance(found, str) else found.en) == expected


def test_money_and_counts_are_written_as_each_language_writes_them():
    assert shown(10_210_000.0, "CNY", Money("CNY")) == Text("CNY 10.21 m", "1,021万元")
    assert shown(12_500.0, "CNY a person", Money("CNY")) == Text("CNY 12,500 per person", "12,500元/人")
    assert shown(12_500.0, "money", Money("EUR")) == Text("EUR 12.5 k", "12.5千EUR")
    assert shown(3.0, "persons", Money("CNY")) == Text("3 persons", "3人")


def test_a_value_at_its_cap_is_told_in_words():
    feature = by_name()["months_since_record"]
    assert feature.at_high is not None
    assert value_of(feature, feature.high, Money("CNY")) == feature.at_high
    assert value_of(feature, 12.0, Money("CNY")) == Text("12 months", "12个月")


def test_the_rule_of_a_size_class_is_told_with_industry_and_indicators():
    scheme = "Size class by the statistical standard, sixteen industries"
    found = size_rule("statistical_2017: software: staff, revenue")
    assert found.en == f"{scheme}; read as software and IT services, by staff, revenue"
    assert size_rule("employees_only").en == "Size class from employees alone"
    assert size_rule("our_own").en == "our_own"


def _texts(part: object) -> list[str]:
    if isinstance(part, str):
        return [part]
    if is_dataclass(part):
        return [text for f in fields(part) for text in _texts(getattr(part, f.name))]
    return [text for each in part for text in _texts(each)] if isinstance(part, tuple) else []


def test_no_text_of_a_memo_holds_a_code_or_a_broken_number(case_of, inputs):
    gaps = "headcount (no_row); conduct (kind_values,happened_on_required); patents (not_delivered)"
    for name in "abcdef":
        memo = memo_of(case_of(name, features=inputs.features.assign(data_gap=gaps)))
        for text in _texts(memo):
            assert re.findall(r"\b[a-z0-9]+_[a-z_0-9]+\b|\bnan\b|None", text) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_shows_the_memo_in_one_language_and_names_of_the_bank_as_text(case_of, inputs, language):
    html = memo_page(inputs, memo_of(case_of("a")), language)
    assert "示例&lt;b&gt;科技&lt;/b&gt;有限公司" in html
    assert ("申请320万元" in html) is (language == "zh")
    assert ("Asks CNY 3.2 m" in html) is (language == "en")


def test_a_family_that_is_not_for_the_customer_is_marked():
    assert named("borrowing").en == "Borrowing at all lenders (bank only)"
    assert named("leverage").zh == "负债水平"
