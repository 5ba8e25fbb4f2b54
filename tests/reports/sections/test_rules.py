"""The section on rules, zones and grades of the tiny run."""

from reports.sections import headline, rules
from reports.view import Grid, Paragraph


def cell(value) -> str:
    return value if isinstance(value, str) else value.en


def grids(inputs) -> list[Grid]:
    return [block for block in rules.section(inputs).blocks if isinstance(block, Grid)]


def test_rules_that_the_source_cannot_answer_are_named(inputs, changed):
    said = [block.text for block in rules.section(inputs).blocks if isinstance(block, Paragraph)][1]
    assert said.en.endswith("After the loan the enterprise has many lenders.")
    assert "放款后授信机构过多" in said.zh
    facts = {**inputs.thresholds["procedure"], "not_checked": []}
    all_checked = changed(thresholds={**inputs.thresholds, "procedure": facts})
    assert not any("Not checked" in b.text.en for b in rules.section(all_checked).blocks if isinstance(b, Paragraph))


def test_every_stage_within_a_class_has_its_approved_share_and_realised_ratio(inputs):
    by_stage = grids(inputs)[0]
    assert [cell(c) for c in by_stage.rows[0].cells] == ["micro", "startup", "2", "1", "50.0%", "1.00%", "2.00%"]


def test_tolerance_and_line_stand_by_the_day_they_are_in_force_from(inputs, changed):
    periods = grids(inputs)[1]
    told = ["all days", *["10.30%; cut-off 10.00%"] * 2, *["8.30%; not certified"] * 2]
    assert [cell(c) for c in periods.rows[0].cells] == told
    dated = changed(thresholds={**inputs.thresholds, "tolerance_on": "application"})
    assert cell(grids(dated)[1].rows[0].cells[0]) == "1901-01-01"


def test_grades_are_told_with_names_bounds_and_decisions(inputs):
    scale = grids(inputs)[-1]
    assert [cell(c) for c in scale.rows[4].cells] == ["G5", "satisfactory", "6.40% – 10.00%", "2", "0", "0"]
    assert cell(scale.rows[-1].cells[2]) == "≥ 70.00%"
    assert "at least seven" in scale.note.en.lower()


def test_assumed_policy_figures_are_told_once_in_the_first_section_and_not_where_there_are_none(inputs, changed):
    said = [b.text.en for b in headline.section(inputs).blocks if isinstance(b, Paragraph)]
    assert [text for text in said if "rules.open_overdue (A)" in text] == [said[-1]]
    none = changed(thresholds={**inputs.thresholds, "assumed": []})
    assert not any("--strict-policy" in b.text.en for b in headline.section(none).blocks if isinstance(b, Paragraph))
