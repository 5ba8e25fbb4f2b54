"""The stage models beside their challengers: the words follow from the figures, the unflattering ones too."""

import pytest

from models.challengers.pds import CHALLENGERS
from reports import codes
from reports.sections import challengers
from reports.summary import one_screen, summary
from reports.view import Grid, Points


def _cells(grid: Grid, row: int) -> list[str]:
    return [cell if isinstance(cell, str) else cell.en for cell in grid.rows[row].cells]


def _said(inputs) -> list[str]:
    return [item.en for item in challengers.blocks(inputs)[1].items]


def test_every_group_has_a_row_a_model_and_ours_comes_first_and_strong(studied):
    grid = challengers.blocks(studied())[0]
    assert [(_cells(grid, row)[:2], grid.rows[row].strong) for row in range(6)] == [
        (["growth", "ours"], True),
        (["", "plain LightGBM"], False),
        (["", "EBM"], False),
        (["all stages", "ours"], True),
        (["", "plain LightGBM"], False),
        (["", "EBM"], False),
    ]


def test_figures_stand_with_their_intervals_and_the_difference_with_its_sign(studied):
    grid = challengers.blocks(studied())[0]
    ends = ["2.00% [1.00%, 3.00%]", "0.90 [0.80, 1.10]"]
    assert _cells(grid, 0)[2:] == ["0.700", "", "0.1200", *ends]
    # 0.01 less and more 1.96 x 0.005
    assert _cells(grid, 5)[3] == "−0.010 [−0.020, +0.000]"


def test_a_model_without_figures_shows_dashes(studied):
    assert _cells(challengers.blocks(studied())[0], 2)[2:] == ["–"] * 5


def test_units_stand_in_the_heads(studied):
    heads = [head.label.en for head in challengers.blocks(studied())[0].heads]
    assert "log-loss [nats]" in heads
    assert any(head.startswith("ECE [%]") for head in heads)


def test_a_goal_that_is_met_and_one_that_is_missed_are_told_alike(studied):
    growth, total = _said(studied())
    # 0.015 of the challenger is lower and inside [0.01, 0.03] of ours; 0.90 is nearer to 1 than 0.60
    assert growth == (
        "growth: accuracy as good (AUC +0.0200, s.e. 0.0050, against plain LightGBM; "
        "log-loss −4.00%, s.e. 0.80%, against plain LightGBM); "
        "calibration measured worse, within our interval (ECE 2.00% against 1.50% of plain LightGBM, "
        "Cox slope 0.90 against 0.60 of plain LightGBM)."
    )
    # 0.004 lies below [0.01, 0.03]; [0.8, 1.1] holds 1
    assert total == (
        "all stages: accuracy not as good, beyond the noise of the loans (AUC −0.0100, s.e. 0.0050, against EBM; "
        "log-loss +1.56%, s.e. 0.50%, against EBM); "
        "calibration not as good in ECE (ECE 2.00% against 0.40% of EBM, Cox slope 0.70 against 1.05 of EBM)."
    )
    assert "AUC at most 0.002 below and log-loss at most 1% above" in challengers.blocks(studied())[2].text.en


def test_every_challenger_of_the_run_is_explained(studied):
    told = challengers.blocks(studied())[3]
    assert isinstance(told, Points)
    assert [item.en.split(":")[0] for item in told.items] == ["plain LightGBM", "EBM"]
    assert told.items[1].zh.startswith("EBM：可解释提升机")


def test_every_challenger_has_a_name_and_an_explanation():
    assert tuple(CHALLENGERS) == codes.CHALLENGERS


def test_a_run_without_challengers_shows_ours_alone(studied):
    ours = [row for row in studied().study.challengers["rows"] if row["model"] == "ours"]
    (grid,) = challengers.blocks(
        studied(challengers={**studied().study.challengers, "challengers": [], "rows": ours, "verdicts": []})
    )
    assert len(grid.rows) == 2


def test_of_a_study_of_one_stage_the_figures_of_that_stage_are_those_in_total(studied):
    growth = [row for row in studied().study.challengers["rows"] if row["stage"] == "growth"]
    found = summary(studied(challengers={**studied().study.challengers, "rows": growth}))
    assert found["plain_auc"] == 0.68


def test_a_run_says_that_challengers_are_measured_by_the_study(inputs):
    (said,) = challengers.blocks(inputs)
    assert "`make study` fits them and completes this report" in said.text.en
    assert "`make study`" in said.text.zh


@pytest.mark.parametrize(("language", "word"), [("en", "plain"), ("zh", "普通")])
def test_the_screen_names_the_plain_challenger_only_where_it_was_fitted(inputs, studied, language, word):
    found = summary(studied())
    assert (found["ours_auc"], found["plain_auc"]) == (0.5, 0.64)
    assert word in one_screen(found, language)
    rows = [row for row in studied().study.challengers["rows"] if row["model"] != "plain LightGBM"]
    for without in (summary(inputs), summary(studied(challengers={**studied().study.challengers, "rows": rows}))):
        assert without["plain_auc"] is None
        assert word not in one_screen(without, language)
        assert "0.5000" in one_screen(without, language)
