"""The page for thresholds of the tiny run: sentences, steps, curves, lines, sensitivity, rules and the ledger."""

import re
from dataclasses import replace
from datetime import date

import pytest

from decisions.stock_flow import ramp_up, read_stock_flow
from policy.segments import SIZE_CLASSES
from reports.texts import both
from reports.thresholds import lines, rules, sensitivity, sentence
from reports.thresholds.curves import curves
from reports.thresholds.facts import facts, pooled, statements
from reports.thresholds.page import sections, thresholds_page
from reports.thresholds.waterfall import steps, table, waterfall
from reports.view import Grid, Paragraph

BALANCE = {
    "size_class": "micro",
    "state": "in_force",
    "grant": {"ratio": 0.045, "until": "2026-12-31", "approved_by": "minute 7"},
    "granted": 0.045,
    "suspended_since": None,
    "realised": 0.02,
    "consumed": 0.031,
    "exceeded": False,
    "room": 0.014,
    "room_amount": "unbounded",
    "looks": 1,
}


def cell(value) -> str:
    return value if isinstance(value, str) else value.en


def cells(grid: Grid, row: int) -> list[str]:
    return [cell(value) for value in grid.rows[row].cells]


def said(inputs, at: int = 0, **changes) -> str:
    """The sentence of one certificate, parts of which are changed."""
    found = inputs.thresholds
    name = list(found["certificates"])[at]
    certificates = {**found["certificates"], name: {**found["certificates"][name], **changes}}
    changed = {**found, "certificates": certificates}
    return sentence.sentence(changed, statements(changed)[at]).en


def together(inputs):
    """The tiny run with micro and small certified together."""
    found = inputs.thresholds
    both_classes = {name: {**found["certificates"][name], "classes": ["micro", "small"]} for name in ("micro", "small")}
    return {**found, "certificates": {**found["certificates"], **both_classes}}


def test_the_sentence_says_what_was_tested_what_it_allows_and_what_binds(inputs):
    told = said(inputs)
    assert told.startswith("For micro enterprises: tested on 50 loans decided from 2005-01-03 to 2005-12-30")
    assert "of which 2 defaulted, 5.00% of their amount. With 90% confidence" in told
    assert "at most 9.00%; tested was 9.30%, what a tolerated NPL ratio of 10.30% leaves (10.30% of defaults" in told
    assert "It allows approving up to a PD of 10.00%, never above the ceiling per loan: 60.0% of the amount" in told
    assert "What binds is the tolerance: the next cut-off failed the test." in told


def test_the_line_is_told_no_higher_than_the_ceiling_of_the_stage(inputs):
    told = said(inputs, lines={"startup": 0.5, "growth": 0.5, "mature": 0.05}, cut_off=0.5)
    assert "a PD of 20.00% (startup), 20.00% (growth), 5.00% (mature), never above" in told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": "certified_all"}, "What binds is the ceiling per loan of the policy, not the tolerance"),
        ({"certified": False, "reason": "start_failed", "wanted_loans": 400}, "about 400 loans below that cut-off"),
        ({"certified": False, "reason": "start_failed"}, "no number of loans would pass: 5.00% observed, 9.30% tested"),
        (
            {"certified": False, "reason": "too_few_loans", "observed_ratio": None, "wanted_loans": 24},
            "at 9.30% it takes 24 loans without a single default, there were 50",
        ),
        ({"certified": False, "reason": "one_outcome_only", "observed_ratio": None}, "only one kind of outcome"),
    ],
)
def test_what_binds_is_told_for_every_reason(inputs, changes, told):
    whole = said(inputs, **changes)
    assert told in whole
    assert ("goes to the committee" in whole) == (not changes.get("certified", True))


def test_under_the_objective_profit_the_economics_bind_where_a_line_is_at_break_even(inputs):
    found = {**inputs.thresholds, "objective": "profit"}
    high = {**found["certificates"]["micro"], "reason": "certified_all", "lines": {"mature": 0.9}}
    statement = replace(statements(found)[0], certificate=high)
    assert sentence.binds(found, statement) == both("committee.binds_economics")
    low = replace(statement, certificate={**high, "lines": {"mature": 1e-6}})
    assert sentence.binds(found, low) == both("committee.binds_ceiling")


def test_where_only_the_margin_keeps_a_line_back_the_sentence_says_what_it_would_have_done(inputs):
    found = inputs.thresholds
    plain = {**found["realised"]["all"], "approved_share_exposure": 0.4, "ratio_approved": 0.2}
    micro = {**found["certificates"]["micro"], "lines_without_margin": {"mature": 0.12}}
    changed = {
        **found,
        "certificates": {**found["certificates"], "micro": micro},
        "realised_without_margin": {"micro": plain},
    }
    told = sentence.sentence(changed, statements(changed)[0]).en
    assert "a PD of 12.00% would be certified: 40.0% of the later amounts would have been approved" in told
    assert "20.00% of them defaulted, more than the 10.30% allowed" in told
    same = {**micro, "lines_without_margin": micro["lines"]}
    changed["certificates"]["micro"] = same
    assert "the same line would be certified" in sentence.sentence(changed, statements(changed)[0]).en


def test_classes_certified_together_have_one_sentence(inputs):
    found = together(inputs)
    assert [s.classes for s in statements(found)] == [("micro", "small"), ("medium",), ("large",)]
    assert sentence.sentence(found, statements(found)[0]).zh.startswith("微型、小型企业：")


def test_shares_and_ratios_of_classes_together_are_those_of_their_amounts():
    one = {"amount": 300.0, "approved_share_exposure": 0.5, "ratio_approved": 0.02}
    other = {"amount": 100.0, "approved_share_exposure": 0.5, "ratio_approved": 0.06}
    assert pooled({"micro": one, "small": other}, ("micro", "small")) == (0.5, pytest.approx(0.03))
    nothing = {"amount": 100.0, "approved_share_exposure": 0.0, "ratio_approved": None}
    assert pooled({"micro": nothing}, ("micro", "small")) == (0.0, None)
    assert pooled({}, ("micro",)) == (None, None)


def test_it_is_told_where_the_certificates_stop_being_valid(inputs):
    told = [item.en for item in sentence.validity(inputs.thresholds)]
    assert any("correlation of 0.230" in item for item in told)
    assert told[-1] == "When the same loans are tested again: 1 of 1 certification(s) planned on them have been made."
    over = {**inputs.thresholds, "looks": {"made": 3, "planned": 1}, "stock_flow": {"rho": 0.0, "flag": "A"}}
    assert sentence.validity(over)[-1].en.startswith("Already weaker than stated: the same loans have certified 3")
    assert both("committee.valid_no_margin") in sentence.validity(over)


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("weighted_binomial", "rises steeply with the exposure"),
        ("robust", "is allowed for by the test"),
        ("strict", "above the largest one of the policy"),
    ],
)
def test_what_the_test_takes_for_granted_is_told(inputs, mode, told):
    certificates = {name: {**c, "mode": mode} for name, c in inputs.thresholds["certificates"].items()}
    items = sentence.validity({**inputs.thresholds, "certificates": certificates})
    assert [told in item.en for item in items].count(True) == 1


def test_the_steps_add_up_from_the_ratio_of_all_loans_to_the_level_tested(inputs):
    found = inputs.thresholds
    rows = steps(found, statements(found)[0])
    assert [row.key for row in rows] == ["overall", "uplift", "npl", "flow", "margin", "tested", "bound", "observed"]
    assert [row.shown for row in rows] == ["7.30%", "+3.00", "10.30%", "10.30%", "−1.00", "9.30%", "9.00%", "5.00%"]
    assert len(table(found, statements(found)[0]).rows) == len(rows)


def test_a_legacy_book_is_a_step_of_its_own_and_nothing_is_observed_where_nothing_was_tested(inputs):
    levels = {**inputs.thresholds["levels"]["large"], "new_loans": 0.12}
    found = {**inputs.thresholds, "levels": {**inputs.thresholds["levels"], "large": levels}}
    keys = [row.key for row in steps(found, statements(found)[-1])]
    assert "legacy" in keys
    assert keys[-1] == "tested"


def test_bars_lie_within_the_drawing(inputs):
    drawn = waterfall(inputs.thresholds, statements(inputs.thresholds)[0])
    assert all(bar.x >= 176 and bar.x + bar.width <= 412 and bar.y + 12 <= drawn.height for bar in drawn.bars)
    uplift = drawn.bars[1]
    assert (uplift.x, uplift.width) == (pytest.approx(176 + 236 * 0.073 / 0.2, abs=0.1), pytest.approx(35.4, abs=0.1))


def test_curves_show_what_was_tested_with_the_bound_the_level_and_the_ceilings(inputs):
    chart = curves(facts(inputs), statements(inputs.thresholds)[0])
    ratio, share = chart.panels
    assert [mark for _, _, mark in ratio.dots] == ["shown", "passed", "failed"]
    assert len(ratio.upper.split()) == 2
    assert share.level is None
    assert [mark for _, mark in ratio.marks] == ["ceiling", "line"]
    assert "ceiling per loan, 20.0%; green: certified cut-off 10.00%" in share.level_label.en
    assert curves(facts(inputs), statements(inputs.thresholds)[-1]) is None


def test_lines_and_objectives_are_shown(inputs):
    evidence, objectives = lines.blocks(inputs.thresholds)
    assert cells(evidence, 0) == ["micro", "growth", "10.00%", "50", "2", "5.00%", "60.0%", "1.00%"]
    assert [cells(objectives, row)[0] for row in (0, 1)] == ["volume", "profit"]


def test_the_sensitivity_marks_the_correlation_of_the_policy(inputs):
    (grid,) = sensitivity.grids(inputs.thresholds)
    assert cells(grid, 0) == ["final losses", "10.00%", "–"]
    used = {**inputs.thresholds, "stock_flow": {**inputs.thresholds["stock_flow"], "rho": 0.05}}
    assert [head.label.en for head in sensitivity.grids(used)[0].heads[1:]] == ["0.000", "0.050 (policy)"]


def test_a_young_programme_looks_better_than_it_is(inputs):
    known = {**vars(read_stock_flow("simulated_bank", date(2025, 1, 1)))}
    said_, grid = sensitivity.ramp({**inputs.thresholds, "stock_flow": known})
    assert "always looks good" in said_.text.en
    shares = ramp_up(0.103, (known["resolution_years"], known["lending_growth"]), sensitivity.AGES)
    assert cells(grid, 0) == ["micro", *(f"{10.3 * share:.2f}%" for share in shares), "10.30%"]
    assert len(grid.rows) == len(SIZE_CLASSES)
    (only,) = sensitivity.ramp(inputs.thresholds)
    assert "whole life of a loan" in only.text.en


def test_rules_are_told_with_their_meaning_by_count_and_by_amount(inputs):
    told = ["An overdue debt is open", "refer", "1", "10.0%", "0", "0.0%", "1", "10.0%"]
    assert cells(rules.fired(inputs.thresholds), 0) == told


def test_the_same_pd_is_told_for_every_class_with_the_reason(inputs):
    startup = rules.cross_class(inputs.cross_class)[0]
    assert startup.caption.en.endswith("stage startup")
    best, worst = cells(startup, 0), cells(startup, -1)
    assert best[:3] == ["0.60%", "G1", "approve: within the line 10.00%"]
    assert best[4] == "refer: no certified cut-off, refer band up to 40.00%"
    assert worst[2] == "decline: above the refer band 45.00%"


def test_a_run_says_that_no_ledger_was_given_and_a_balance_is_shown(inputs):
    (note,) = sections(facts(inputs))[-1].blocks
    assert isinstance(note, Paragraph)
    assert "No ledger was given" in note.text.en
    given = {"day": "2026-01-31", "known_on": "2026-02-01", "entries": 4, "digest": "ab" * 32}
    suspended = {**BALANCE, "suspended_since": "2026-01-15", "room_amount": 1200.0, "grant": None, "exceeded": True}
    classes = {"micro": BALANCE, "small": suspended}
    (grid,) = sections(replace(facts(inputs), ledger={**given, "size_classes": classes}))[-1].blocks
    granted = ["micro", "in force", "4.50%", "2026-12-31", "minute 7", "2.00%", "3.10%", "1.40", "without bound", "1"]
    assert cells(grid, 0) == granted
    assert cells(grid, 1)[1:5] == ["suspended since 2026-01-15", "–", "–", "–"]
    assert grid.rows[1].tone == "exceeded"


def test_the_page_is_offline_has_no_number_that_is_none_and_no_way_back_where_there_is_no_report(inputs):
    html = thresholds_page(facts(inputs), both("committee.run", folder="run"), back=None)
    assert "<script" not in html
    assert "href=" not in html
    shown = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S)
    assert re.findall(r"\b(?:nan|NaN|None|inf)\b", shown) == []


def test_a_run_in_which_nothing_was_tested_has_a_page(inputs):
    found = inputs.thresholds
    none = found["certificates"]["large"]
    certificates = {name: {**none, "size_class": name, "classes": [name]} for name in found["certificates"]}
    gone = {"evidence": [], "objectives": {}, "sensitivity": [], "swap_ins": {}, "tested_on": None}
    given = replace(facts(inputs), found={**found, "certificates": certificates, **gone}, path=inputs.path.iloc[:0])
    made = thresholds_page(given, both("committee.run", folder="run"))
    for key in ("curve.none", "committee.no_lines", "sensitivity.none", "region.nothing_certified"):
        assert both(key).zh in made
