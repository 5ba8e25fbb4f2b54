"""Rules, zones and the master scale as documents: what is refused, and what a run cannot answer."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from decisions.grades import grades, read_scale
from decisions.rules import NEEDED, products_named, read_rules, unchecked
from decisions.zones import read_zones
from features.rule_quantities import REGION, RULE_QUANTITIES
from policy.conditions import state, states
from policy.loader import PolicyError, figures
from tests.decisions.applicants import DAY, applicants

HEAD = "meaning: {en: e, zh: 中}, unit: rule, source: a source of the bank, flag: B, values: "
GAP = f"data_gap: {{{HEAD}{{2024-01-05: {{effect: refer, when: {{data_gaps: {{at_least: 1}}}}}}}}}}\n"
REGION_RULE = f"out_of_accepted_region: {{{HEAD}{{2024-01-05: {{effect: refer, when: {{{REGION}: {{below: 1}}}}}}}}}}\n"


def written(folder: Path, document: str, text: str) -> Path:
    (folder / f"{document}.yaml").write_text(text, encoding="utf8")
    return folder


def rule(values: str) -> str:
    return f"x: {{{HEAD}{{2024-01-05: {values}}}}}\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (rule("{effect: stop, when: {a: {above: 1}}}"), "effect must be one of decline, refer, lower; got 'stop'"),
        (rule("{effect: refer}"), "wanted at least one condition under `when`"),
        (rule("{effect: lower, when: {a: {above: 1}}}"), "the effect lower, and it alone, has a ceiling"),
        (rule("{effect: refer, ceiling: 0.1, when: {a: {above: 1}}}"), "the effect lower, and it alone, has a ceiling"),
        (rule("{effect: lower, ceiling: 2, when: {a: {above: 1}}}"), "has a ceiling, a PD; got 2"),
    ],
)
def test_a_rule_that_says_too_little_is_refused(tmp_path, text, sentence):
    with pytest.raises(PolicyError, match=sentence):
        read_rules(DAY, written(tmp_path, "rules", GAP + REGION_RULE + text))


def test_the_rules_a_certificate_rests_on_must_stay(tmp_path):
    with pytest.raises(PolicyError, match="wanted the rule out_of_accepted_region to refer or decline"):
        read_rules(DAY, written(tmp_path, "rules", GAP))
    assert NEEDED == ("data_gap", "out_of_accepted_region")


def test_a_rule_begins_on_its_day_and_ends_where_it_is_withdrawn(tmp_path):
    dated = f"x: {{{HEAD}{{2025-01-01: {{effect: refer, when: {{a: {{above: 1}}}}}}, 2026-01-01: null}}}}\n"
    folder = written(tmp_path, "rules", GAP + REGION_RULE + dated)
    days = (date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert ["x" in [r.code for r in read_rules(day, folder)] for day in days] == [False, True, True, False]


def test_every_quantity_of_the_shipped_rules_is_computed_and_every_refusal_stands_on_a_lower_bound():
    """A refusal on a quantity that a rejected row can hide would turn into less when a row is rejected."""
    known = {quantity.name: quantity for quantity in RULE_QUANTITIES}
    for found in read_rules(DAY):
        assert set(found.when) <= {*known, REGION}, found.code
        if found.effect == "decline":
            assert all(known[name].floor for name in found.when), found.code
            assert {word for condition in found.when.values() for word in condition} <= {"at_least", "above"}


def test_every_quantity_is_compared_by_a_rule_and_has_a_label_in_both_languages():
    used = {name for found in read_rules(DAY) for name in found.when}
    assert used == {quantity.name for quantity in RULE_QUANTITIES} | {REGION}
    assert all(quantity.label.en and quantity.label.zh for quantity in RULE_QUANTITIES)


def test_a_rule_that_no_application_can_answer_is_not_checked_and_one_that_some_can_is():
    rows = applicants({"open_overdues": None, "amount_over_rd": None}, {"amount_over_rd": None})
    assert unchecked(rows, read_rules(DAY)) == ("rd_loan_above_rd",)


def test_conditions_are_met_not_met_or_unknown():
    values = pd.Series([1.0, 2.0, np.nan])
    assert state(values, {"above": 1}).tolist() == pytest.approx([0, 1, np.nan], nan_ok=True)
    assert state(values, {"above": 0, "at_most": 1}).tolist() == pytest.approx([1, 0, np.nan], nan_ok=True)
    assert state(values, {"missing": True}).tolist() == [0, 0, 1]
    frame = pd.DataFrame({"a": values, "b": [0.0, np.nan, 0.0]})
    found = states(frame, {"a": {"above": 1}, "b": {"above": 0}}, "rule x")
    assert found.tolist() == pytest.approx([0, np.nan, 0], nan_ok=True)
    with pytest.raises(PolicyError, match="a condition must use one of at_least, above"):
        state(values, {"over": 1})


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("{approve_up_to: 0.3, decline_above: 0.2}", "wanted 0 < approve_up_to <= decline_above <= 1"),
        ("{approve_up_to: 0.3}", "wanted approve_up_to and decline_above of micro, small, medium, large"),
    ],
)
def test_zones_that_are_none_are_refused(tmp_path, pair, sentence):
    sizes = f"{{micro: {pair}, small: {pair}, medium: {pair}, large: {pair}}}"
    text = f"z: {{{HEAD}{{2024-01-05: {{startup: {sizes}, growth: {sizes}, mature: {sizes}}}}}}}"
    with pytest.raises(PolicyError, match=sentence):
        read_zones("z", DAY, written(tmp_path, "zones", text))


def test_a_stage_without_zones_is_refused(tmp_path):
    with pytest.raises(PolicyError, match="wanted zones of the stages startup, growth, mature; got startup"):
        read_zones("z", DAY, written(tmp_path, "zones", f"z: {{{HEAD}{{2024-01-05: {{startup: {{}}}}}}}}"))


@pytest.mark.parametrize("name", list(figures("master_scale")))
def test_a_master_scale_has_at_least_seven_grades_and_covers_every_pd(name):
    scale = read_scale(name, DAY)
    pds = pd.Series([0.0, *(grade.below for grade in scale[:-1]), 1.0, np.nan])
    assert len(scale) >= 7
    assert grades(pds, scale).tolist()[:-1] == [*(grade.code for grade in scale), scale[-1].code]
    assert pd.isna(grades(pds, scale).iloc[-1])
    assert all(grade.en and grade.zh for grade in scale)


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [
        ([0.1, 0.2, None], "wanted at least 7 grades of what has not defaulted; got 3"),
        ([0.1, 0.2, 0.3, 0.25, 0.5, 0.6, None], "wanted rising PDs under `below`"),
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], "wanted rising PDs under `below`, and none for the last grade"),
    ],
)
def test_a_scale_that_is_none_is_refused(tmp_path, bounds, sentence):
    rows = ", ".join(
        f"{{grade: N{n}, en: e, zh: 中{'' if b is None else f', below: {b}'}}}" for n, b in enumerate(bounds)
    )
    with pytest.raises(PolicyError, match=sentence):
        read_scale("s", DAY, written(tmp_path, "master_scale", f"s: {{{HEAD}{{2024-01-05: [{rows}]}}}}"))


def test_the_products_that_rules_name_are_listed_once() -> None:
    named = products_named(read_rules(date(2025, 1, 1)))
    assert named == ("ip_pledge_loan", "rd_loan", "contract_loan", "loan_with_investment")
