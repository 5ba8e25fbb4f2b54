"""A simulated portfolio beside its truth."""

from dataclasses import replace

import pytest

from reports.sections import truth
from reports.view import Grid, Paragraph

SCORES = {
    "loans": 6,
    "defaults": 3,
    "auc": 0.7,
    "attainable_auc": 0.8,
    "excess_log_loss": 0.01,
    "mean_pd": 0.05,
    "mean_pd_true": 0.04,
    "mean_absolute_error": 0.021,
}
KNOWN = {
    "truth": True,
    "out_of_time": {"growth": SCORES, "total": SCORES},
    "true_ratios": {"micro": 0.11, "small": 0.05},
    "drivers": {"growth": {"true": ["leverage", "runway_months"], "learned": ["leverage", "province"], "recovered": 1}},
}
EXCESS = {"growth": {"ours": 0.01, "EBM": None}, "total": {"ours": 0.0123, "EBM": 0.02}}


@pytest.fixture
def section(studied):
    return truth.section(replace(studied(excess_log_loss=EXCESS), ground_truth=KNOWN))


def _cells(grid: Grid, row: int) -> list[str]:
    return [cell if isinstance(cell, str) else cell.en for cell in grid.rows[row].cells]


def test_a_source_without_truth_has_no_section(inputs):
    assert truth.section(inputs) is None


def test_the_section_says_that_the_drivers_were_chosen(section):
    assert "chosen, not observed" in section.blocks[0].text.en
    assert "0.8" in section.blocks[0].text.zh


def test_the_words_follow_from_the_numbers(section):
    said = [block.text.en for block in section.blocks if isinstance(block, Paragraph)]
    assert "67% of the way from chance to the best" in said[1]  # 0.2 of 0.3
    assert said[1].endswith("too high.")
    assert said[2].startswith("By the truth 1 of 2 certified cut-offs exceed their limit (micro)")


def test_scores_stand_beside_the_best_attainable(section):
    grid = next(block for block in section.blocks if isinstance(block, Grid))
    assert _cells(grid, 1) == ["all stages", "6", "3", "0.700", "0.800", "−0.100", "+0.0100", "5.00%", "4.00%", "2.10"]


def test_every_model_stands_beside_the_best_attainable_pds(section):
    grid = [block for block in section.blocks if isinstance(block, Grid)][1]
    assert [head.label.en for head in grid.heads] == ["model", "growth", "all stages"]
    assert "[nats per loan]" in grid.caption.en
    assert _cells(grid, 0) == ["ours", "0.0100", "0.0123"]
    assert _cells(grid, 1) == ["EBM", "–", "0.0200"]


def test_a_run_has_no_challengers_beside_the_truth(changed, section):
    alone = truth.section(changed(ground_truth=KNOWN))
    captions = [[block.caption for block in made.blocks if isinstance(block, Grid)] for made in (alone, section)]
    assert captions[0] == [captions[1][0], *captions[1][2:]]


def test_a_cut_off_that_exceeds_its_limit_by_the_truth_is_shown(section):
    grid = [block for block in section.blocks if isinstance(block, Grid)][2]
    assert [_cells(grid, row)[-1] for row in range(4)] == [
        "limit exceeded",
        "limit met",
        "not certified",
        "not certified",
    ]


def test_recovered_drivers_are_ticked_on_both_sides(section):
    grid = [block for block in section.blocks if isinstance(block, Grid)][3]
    assert _cells(grid, 0) == ["growth", "Leverage ✓; Runway", "Leverage ✓; Region", "1 / 2"]
