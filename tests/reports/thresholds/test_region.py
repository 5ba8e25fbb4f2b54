from reports.inputs import Inputs
from reports.thresholds import region
from reports.view import Grid, Paragraph


def test_the_sensitivity_of_each_certified_class_is_told(inputs: Inputs) -> None:
    told, grid, by_gamma = region.blocks(inputs.thresholds)
    assert isinstance(by_gamma, Grid)
    assert [str(cell) for cell in by_gamma.rows[0].cells[1:]] == ["5.20%", "6.10%", "7.00%", "11.00%", "10.30%"]
    assert isinstance(told, Paragraph)
    assert isinstance(grid, Grid)
    assert "1,200" in told.text.en
    assert "2.50" in [str(cell) for cell in grid.rows[0].cells]


def test_without_refused_applicants_there_is_no_boundary(inputs: Inputs) -> None:
    nobody = {**inputs.thresholds["acceptance"], "rejected": 0}
    found = region.blocks({**inputs.thresholds, "acceptance": nobody})
    assert len(found) == 1
    assert "无法界定" in found[0].text.zh  # type: ignore[union-attr]


def test_a_factor_that_cannot_be_stated_is_told_in_words(inputs: Inputs) -> None:
    swaps = {
        "micro": {"applications": 3, "share": 0.1, "gamma": None, "manski_share": 0.0},
        "small": {"applications": 0, "share": 0.0, "gamma": 1000.0, "manski_share": 0.02},
    }
    _, grid = region.blocks({**inputs.thresholds, "swap_ins": swaps})
    assert isinstance(grid, Grid)
    assert [row.cells[3].en for row in grid.rows] == ["limit exceeded as scored", "any"]  # type: ignore[union-attr]


def test_where_nothing_is_certified_nobody_refused_before_would_be_approved(inputs: Inputs) -> None:
    _, said = region.blocks({**inputs.thresholds, "swap_ins": {}})
    assert isinstance(said, Paragraph)
    assert said.text.en.startswith("No size class is certified")
