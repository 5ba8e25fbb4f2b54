"""The section on blanked tables: each beside complete loans, with its limits, and a sentence on those exceeded."""

from reports.sections import blanked
from reports.view import Grid


def _cells(grid: Grid, row: int) -> list[str]:
    return [cell if isinstance(cell, str) else cell.en for cell in grid.rows[row].cells]


def test_every_table_stands_beside_complete_loans_with_its_limits(studied):
    _, _, grid, note = blanked.section(studied()).blocks
    assert grid.caption.en.startswith("growth: out-of-time loans without one of the tables (60 loans, 6 defaults)")
    assert _cells(grid, 0) == [
        "none",
        "1.20 [0.90, 1.60]",
        "1.00",
        "",
        "0.40",
        "0.700 [0.600, 0.800]",
        "0.10",
        "0.00",
        "",
    ]
    assert _cells(grid, 1)[0].endswith(" (statements)")
    assert _cells(grid, 1)[2:4] == ["0.80", "0.70–1.40"]
    assert [row.tone for row in grid.rows] == ["", "met", "exceeded"]
    assert [_cells(grid, row)[-1] for row in (1, 2)] == ["met", "exceeded"]
    assert "plus 0.15" in note.text.en


def test_what_exceeds_its_limits_is_named_by_stage_and_table(studied):
    said = blanked.section(studied()).blocks[1].text
    assert said.en.startswith("Of 2 tables and stages these exceed their limits: growth without patents: mean PD; ")
    assert said.en.endswith("; growth without patents: regions or industries.")
    assert "平均违约概率" in said.zh


def test_limits_that_are_all_met_are_told_in_a_line(studied):
    found = studied().study.blanked
    line = blanked.verdict_line({**found, "rows": found["rows"][:2]})
    assert line == "Without one of the tables: All limits are met, of 1 tables and stages."


def test_a_run_says_that_the_study_measures_it(inputs):
    (said,) = blanked.section(inputs).blocks
    assert "`make study` measures it and completes this report" in said.text.en
