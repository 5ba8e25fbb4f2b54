"""The sections of the report on the tiny run: the words follow from the numbers."""

import pandas as pd
import pytest

from reports.sections import (
    calibration,
    cover,
    groups,
    headline,
    levels,
    model_quality,
    parts,
    quality,
    thresholds,
    unused,
    versions,
)
from reports.sections.outcome_delay import outcome_delay
from reports.sections.tally import TallyError, tally
from reports.summary import summary
from reports.view import Grid, Paragraph


def _grids(section) -> list[Grid]:
    return [block for block in section.blocks if isinstance(block, Grid)]


def _cells(grid: Grid, row: int) -> list[str]:
    return [cell if isinstance(cell, str) else cell.en for cell in grid.rows[row].cells]


def test_the_headline_says_limit_outcome_and_reasons_in_three_sentences(inputs):
    limit, realised, why = headline.section(inputs).blocks[:3]
    assert isinstance(limit, Paragraph)
    assert limit.tone == "lead exceeded"
    assert limit.text.en.startswith("Tolerance: a tolerated NPL ratio of 10.30% (average of the size classes")
    assert "On the loans of 2005 cut-offs were certified, each with 90% confidence" in limit.text.en
    assert "33.33% defaulted" in realised.text.en
    assert "23.03 percentage points above what the tolerance allows" in realised.text.en
    assert realised.text.en.endswith("the limit was met for small, exceeded for micro (66.7% against 10.3%).")
    assert "2006–2008年" in realised.text.zh
    # of 900 of amounts 400 defaulted; every part has a rate of 0.2, so default rates did not rise
    assert why.text.en.startswith("Why: default rates did not rise")
    assert "of all loans granted by the older policy, of every size, 44.4% of the amounts defaulted" in why.text.en
    assert why.text.en.endswith("why micro exceeded the limit.")


def test_an_exceeded_limit_of_one_class_is_not_hidden_by_the_total(inputs, changed):
    found = changed(decisions=inputs.decisions.assign(default_limit=0.4))
    blocks = headline.section(found).blocks
    assert "below what the tolerance allows" in blocks[1].text.en
    assert blocks[0].tone == "lead exceeded"


def test_what_a_source_must_say_is_said_even_without_days_of_default(inputs, changed):
    paid = inputs.outcomes.assign(defaulted=pd.array([False] * 3, dtype="boolean"))
    points = headline.section(changed(outcomes=paid, source="us_firms")).blocks[5]
    assert any("total liabilities" in item.en for item in points.items)


def test_the_headline_says_that_nothing_could_be_certified(inputs, changed):
    none = {name: {**c, "certified": False, "cut_off": None} for name, c in inputs.thresholds["certificates"].items()}
    facts = {**inputs.thresholds["procedure"], "issued": [{"since": "1901-01-01", "certificates": none}]}
    thresholds = {**inputs.thresholds, "certificates": none, "procedure": facts}
    lead = headline.section(changed(thresholds=thresholds)).blocks[0]
    assert lead.text.en.startswith("No limit could be set")


def test_a_part_that_is_not_made_of_whole_years_is_told_by_its_days(inputs, changed):
    days = {**inputs.days, "certification": ("2005-01-01", "2005-06-30")}
    assert headline.period(changed(days=days), "certification").en == "2005-01-01 to 2005-06-30"


def test_late_outcomes_are_counted_from_the_first_out_of_time_day(inputs):
    found = outcome_delay(inputs)
    # h: 12 months, known in 2005, weight 1; i: 48 months, known in 2009, weight 3
    assert found.median == pytest.approx(48.0, abs=0.1)
    assert found.low == pytest.approx(12.0, abs=0.1)
    assert found.unknown_share == pytest.approx(0.75)


def test_without_defaults_nothing_is_said_about_the_delay_of_outcomes(inputs, changed):
    paid = inputs.outcomes.assign(defaulted=pd.array([False] * 3, dtype="boolean"))
    assert outcome_delay(changed(outcomes=paid)) is None


def test_the_approved_book_is_told_with_and_without_full_cover(inputs):
    found = cover.cover(inputs)
    assert (found.study_loans, found.study_defaults) == (2, 0)  # a and g
    assert found.approved_share == pytest.approx(100 / 600)
    assert found.with_full == pytest.approx(200 / 600)
    assert found.without_full == pytest.approx(200 / 500)
    by_cover = _grids(cover.section(inputs))[0]
    assert [_cells(by_cover, row)[0] for row in range(6)] == [
        "full (95% or more guaranteed)",
        "part",
        "no public guarantee",
        "not known",
        "all",
        "without full cover",
    ]


def test_a_source_without_guarantees_has_no_section_on_them(inputs, changed):
    unknown = changed(features=inputs.features.assign(guaranteed_share=float("nan")))
    assert cover.section(unknown) is None
    assert cover.sentence(unknown) is None


def test_every_application_is_counted_once(inputs):
    found = tally(inputs)
    assert (found.rows_in, found.in_study, found.left_out_of_study, found.rejected) == (14, 9, 1, 3)
    assert found.duplicates == 1
    assert found.rejected_by_validation == 2
    assert found.without_stage == 1


def test_applications_the_source_left_out_are_counted_too(inputs, changed):
    told = changed(quality={**inputs.quality, "left_out_by_source": {"cdc_504_debenture": 4}})
    found = tally(told)
    assert (found.rows_in, found.in_study, found.left_out_of_study, found.rejected) == (18, 9, 5, 3)
    went = next(g for g in _grids(quality.section(told)) if g.caption.en == "Where every application went")
    assert any("debenture of the 504 programme" in row.cells[0].en and row.cells[1] == "4" for row in went.rows)
    assert summary(told)["left_out_reasons"]["cdc_504_debenture"] == 4


def test_groups_whose_outcomes_cannot_be_are_named_with_what_was_expected(inputs, changed):
    group = {"fact": "guaranteed_share", "group": "1", "loans": 2553, "defaults": 1, "expected": 1247.85, "p_value": 0}
    checked = {"least_loans": 50, "level": 0.001, "checked": 562, "found": [group, {**group, "fact": "lender"}]}
    told = changed(split_meta={**inputs.split_meta, "groups": checked})
    grid = groups.blocks(told)[0]
    assert _cells(grid, 0) == ["Share guaranteed: 1", "2,553", "1", "1,247.8"]
    assert _cells(grid, 1)[0] == "Branch or bank that took the application: 1"
    assert "The check removes nothing" in grid.note.en
    assert grid in quality.section(told).blocks


def test_a_run_without_such_groups_says_how_many_were_checked(inputs, changed):
    checked = {"least_loans": 50, "level": 0.001, "checked": 562, "found": []}
    said = groups.blocks(changed(split_meta={**inputs.split_meta, "groups": checked}))[0].text.en
    assert said.startswith("No group of 50 loans or more")
    assert "562 groups were checked" in said


def test_counts_that_do_not_add_up_are_an_error(inputs, changed):
    with pytest.raises(TallyError, match="wanted 14 applications; study, left out, rejected and duplicates make 13"):
        tally(changed(scores=inputs.scores.head(8)))


def test_broken_rules_and_absent_tables_are_told(inputs):
    section = quality.section(inputs)
    assert _cells(_grids(section)[0], 0)[-5:] == ["11", "2", "1", "0 ≤ amount: 2 rows", "guaranteed ≤ amount: 3 rows"]
    assert "(patents)" in section.blocks[1].text.en


def test_model_quality_has_a_row_for_every_stage_and_part(inputs):
    grid = _grids(model_quality.section(inputs))[0]
    assert len(grid.rows) == 16
    assert _cells(grid, 3)[:2] == ["", "out-of-time"]


def test_a_stage_without_figures_shows_dashes(inputs, changed):
    empty = {
        **inputs.metrics,
        "parts": {part: {**groups, "growth": None} for part, groups in inputs.metrics["parts"].items()},
    }
    grid = _grids(model_quality.section(changed(metrics=empty)))[0]
    assert _cells(grid, 7)[2:] == ["–"] * 6


def test_challengers_stand_with_the_model_quality(studied):
    captions = [grid.caption.en for grid in _grids(model_quality.section(studied()))]
    assert captions[1:4] == [
        "Level and shape of the PDs",
        "Comparison with challengers, out-of-time",
        "Composition of the models",
    ]


def test_the_group_effects_a_stage_keeps_are_told_with_their_gain(inputs):
    grid = _grids(model_quality.section(inputs))[2]
    assert _cells(grid, 0)[4:6] == ["straight line", "Region: 2 groups, saves 0.0012 nats per loan out-of-fold"]


def test_certificates_say_why_there_is_none(inputs):
    grid = _grids(thresholds.section(inputs))[2]
    assert _cells(grid, 3)[1] == "not certified: no loan with a known outcome"
    assert _cells(grid, 3)[2] == "–"


def test_decisions_are_counted_by_rule_and_stage(inputs):
    grid = _grids(thresholds.section(inputs))[3]
    said = "PD at or below the certified cut-off and the ceiling, and no rule against it."
    assert _cells(grid, 0) == ["approve", said, "1", "1", "1", "3"]
    assert _cells(grid, 1)[:2] == ["refer", "An overdue debt is open"]
    assert [_cells(grid, row)[0] for row in (2, 3)] == ["decline", "decline"]
    assert _cells(grid, -1)[2:] == ["2", "2", "2", "6"]


def test_the_steps_from_the_tolerance_to_the_level_tested_are_shown(inputs):
    grid = _grids(thresholds.section(inputs))[1]
    assert _cells(grid, 0) == ["micro", "10.30%", "10.30%", "10.30%", "9.30%"]
    assert "sba_study, flag D" in grid.note.en
    said = [block.text.en for block in thresholds.section(inputs).blocks if isinstance(block, Paragraph)]
    assert "The years before show a correlation of 0.138, at most 0.225 (90 %); the policy takes 0.230." in said


def test_the_first_section_says_what_the_certificate_depends_on(inputs, changed):
    found = inputs.thresholds
    certificates = {
        name: {**c, "reason": "certified_all"} if c["certified"] else c for name, c in found["certificates"].items()
    }
    one = {**found["realised"]["all"], "approved_loans": 5, "ratio_approved": 0.2}
    plain = {"all": one, "small": one, "large": {**one, "ratio_approved": None}}
    told = {
        **found,
        "certificates": certificates,
        "swap_ins": {"micro": {"applications": 40, "share": 0.06, "gamma": 1.5, "manski_share": 0.02}},
        "looks": {"planned": 1, "loans": "l0", "made": 3},
        "realised_without_margin": plain,
    }
    said = headline.section(changed(thresholds=told)).blocks[1].text.en
    assert "For micro, small every cut-off below the ceilings passed" in said
    assert "For micro the limit holds only if" in said
    assert "at most 1.50 times the odds" in said
    assert "certified 3 different procedures; the confidence is shared among 1" in said
    assert "Without the margin for a bad year 50.0% of the amounts would have been approved; of them" in said
    assert "would have defaulted: small (20.0% against 10.3%)." in said


def test_assumptions_of_this_project_are_marked_wherever_they_appear(inputs):
    grid = _grids(thresholds.section(inputs))[0]
    assert _cells(grid, 2)[-2:] == ["A: assumption of this project", "the committee, minute 2024-3"]
    assert _cells(grid, 0)[-1] == "nobody named"


def test_policy_figures_come_with_source_and_day(inputs):
    section = versions.policy_section(inputs)
    row = _cells(_grids(section)[0], 1)
    assert row[1:3] == ["3.00 pp", "2024-01-05"]
    assert "NFRA notice" in row[3]
    assert any("proxy" in item.en for item in section.blocks[1].items)


def test_parts_are_told_with_their_days(inputs):
    assert _cells(_grids(parts.section(inputs))[0], 2)[2:4] == ["2005-01-01", "2005-12-31"]


def test_a_stage_without_a_model_of_its_own_is_told_in_words(inputs, changed):
    models = {**inputs.models, "growth": {**inputs.models["growth"], "share": 0.0, "group_effects": []}}
    section = model_quality.section(changed(models=models))
    said = [b.text.en for b in section.blocks if isinstance(b, Paragraph)]
    assert any(text.startswith("There is no model of their own for: growth.") for text in said)
    assert _cells(_grids(section)[2], 1)[1] == "0%: pooled model only"
    assert _cells(_grids(section)[2], 1)[5] == "none kept"


def test_unused_features_are_counted_and_named(inputs, changed):
    said, listed = unused.blocks(inputs)
    assert "use 5 features" in said.text.en
    assert "2 are unused since no development loan has a value, 0 since all have the same" in said.text.en
    assert [row.cells[0].en for row in listed.rows] == ["Finance"]
    assert "负债" in listed.rows[0].cells[1].zh
    assert listed.rows[0].cells[2] == ""
    assert unused.blocks(changed(pool={"features": ["leverage"], "unused": {"missing": [], "constant": []}})) == ()


def test_calibration_is_drawn_and_listed_before_and_after(inputs):
    plots, table = calibration.blocks(inputs)
    (plot,) = plots.items
    assert [curve.step for curve in plot.curves] == ["before", "after"]
    # axis to 80 %: a PD of 20 % lies at a quarter of 180, a rate of 50 % at three eighths from the top
    assert (plot.curves[1].marks[0].x, plot.curves[1].marks[0].y) == (40 + 45, 8 + 67.5)
    assert [_cells(table, row)[0] for row in range(2)] == ["before", "after"]


def test_other_horizons_mark_the_outcome_window(inputs):
    grid = levels.horizons(inputs)
    assert [head.label.en for head in grid.heads[1:]] == [
        "within 6 months [%]",
        "within 12 months, the outcome window [%]",
    ]
    assert _cells(grid, 0) == ["startup", "2.00%", "5.00%"]


def test_a_model_of_one_period_has_no_other_horizon(inputs, changed):
    one = {stage: {"months": [12], "mean_pd": [0.05], "window_months": 12} for stage in inputs.metrics["horizons"]}
    assert levels.horizons(changed(metrics={**inputs.metrics, "horizons": one})) is None


def test_adjustments_for_conservatism_are_told_apart_from_the_pds_that_decide(inputs):
    grid = levels.conservatism(inputs)
    assert grid.caption.en.endswith("none of them in the PDs that decide")
    assert _cells(grid, 0) == ["startup", "2001–2003 (2)", "3.00%", "5.00%", "−0.53", "–", "the bank's to enter"]


def test_a_book_without_full_cover_has_no_rows_for_it(inputs, changed):
    half = changed(features=inputs.features.assign(guaranteed_share=0.5))
    by_cover, by_size = _grids(cover.section(half))[:2]
    assert [_cells(by_cover, row)[0] for row in range(len(by_cover.rows))] == ["part", "all"]
    assert not any("without" in _cells(by_size, row)[0] for row in range(len(by_size.rows)))


def test_uplifts_are_percentage_points(inputs):
    assert _cells(_grids(thresholds.section(inputs))[0], 0)[2:4] == ["3.00", "3.00"]
    assert _cells(_grids(versions.policy_section(inputs))[0], 1)[1] == "3.00 pp"
