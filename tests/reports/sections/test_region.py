from dataclasses import replace

from reports.inputs import Inputs
from reports.sections import region
from reports.view import Grid, Paragraph


def test_the_sensitivity_of_each_certified_class_is_told(inputs: Inputs) -> None:
    told, grid = region.blocks(inputs)
    assert isinstance(told, Paragraph)
    assert isinstance(grid, Grid)
    assert "1,200" in told.text.en
    assert "2.50" in [str(cell) for cell in grid.rows[0].cells]


def test_without_refused_applicants_there_is_no_boundary(inputs: Inputs) -> None:
    nobody = {**inputs.thresholds["acceptance"], "rejected": 0}
    found = region.blocks(replace(inputs, thresholds={**inputs.thresholds, "acceptance": nobody}))
    assert len(found) == 1
    assert "无法界定" in found[0].text.zh  # type: ignore[union-attr]


def test_a_factor_that_cannot_be_stated_is_told_in_words(inputs: Inputs) -> None:
    swaps = {
        "micro": {"applications": 3, "share": 0.1, "gamma": None, "manski_share": 0.0},
        "small": {"applications": 0, "share": 0.0, "gamma": 1000.0, "manski_share": 0.02},
    }
    _, grid = region.blocks(replace(inputs, thresholds={**inputs.thresholds, "swap_ins": swaps}))
    assert isinstance(grid, Grid)
    assert [row.cells[3].en for row in grid.rows] == ["limit exceeded as scored", "any"]  # type: ignore[union-attr]
