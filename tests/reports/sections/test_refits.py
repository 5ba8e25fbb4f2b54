"""The section on refits: every refit and stage with its figures, in both languages."""

from reports.groups import GROUPS
from reports.sections import refits
from reports.view import Grid


def test_every_refit_has_a_row_per_stage_and_what_is_missing_is_a_dash(studied):
    lead, grid, *_ = refits.section(studied()).blocks
    assert "Another seed changes nothing" in lead.text.en
    assert isinstance(grid, Grid)
    assert len(grid.rows) == 3 * len(GROUPS)
    assert [grid.rows[at].cells[0].zh for at in (0, len(GROUPS), 2 * len(GROUPS))] == [
        "随机种子19",
        "其他分折",
        "随机剔除3%的企业",
    ]
    assert grid.rows[0].cells[2:] == ("0", "–", "–", "–", "–")
    assert grid.rows[-1].cells[2:] == ("1,234", "5.1%", "21.0%", "3.4%", "87%")
    assert grid.rows[-1].strong


def test_reasons_stand_beside_those_of_another_reference(studied):
    lead, grid = refits.section(studied()).blocks[2:]
    assert "100 granted development loans" in lead.text.en
    assert isinstance(grid, Grid)
    assert [row.cells[1:] for row in grid.rows] == [("300", "86%")] * 3


def test_a_line_per_refit_tells_the_figures_of_all_stages(studied):
    found = studied().study.seeds
    seed, names, fewer = refits.summary_lines(found)
    assert seed == (
        "Fitted again, seed 19: change of PD 5.1% in the median, 21.0% at the 95th percentile; "
        "decisions changed 3.4%; reasons kept 87%"
    )
    assert names.startswith("Fitted again, other folds: ")
    assert fewer.startswith("Fitted again, without 3% of the enterprises: ")
    assert refits.summary_lines(found, "zh")[0].startswith("重新拟合（随机种子19）")


def test_a_run_says_that_the_study_measures_it(inputs):
    (said,) = refits.section(inputs).blocks
    assert "`make study` measures it and completes this report" in said.text.en
