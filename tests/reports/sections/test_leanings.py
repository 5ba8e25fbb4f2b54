"""Features that the models read against expectation: counted, and listed strongest first."""

from dataclasses import replace

import pandas as pd

from explanations.leanings import COLUMNS
from reports.sections import leanings
from reports.view import Grid

FOUND = pd.DataFrame(
    [
        ("growth", "rd_intensity", "falls", False, 100, 0.02, 0.4, True),
        ("growth", "enterprise_age", "falls", False, 100, 0.31, 0.9, True),
        ("mature", "enterprise_age", "falls", False, 100, 0.31, -0.9, False),
        ("growth", "leverage", "rises", True, 100, 0.50, 0.95, False),
        # What a model is held to may only seem to be read the other way, by what it goes along with.
        ("growth", "current_ratio", "falls", True, 100, 0.01, 0.05, True),
    ],
    columns=list(COLUMNS),
)


def test_what_is_read_against_expectation_is_listed_and_what_models_are_held_to_is_not(inputs):
    said, grid = leanings.blocks(replace(inputs, leanings=FOUND))
    assert "4 have a direction that a lender expects; the models are held to it for 2" in said.text.en
    assert "Of the others, 2 are read against it" in said.text.en
    assert isinstance(grid, Grid)
    assert [row.cells[1].zh for row in grid.rows] == ["企业年龄", "研发强度"]
    assert grid.rows[0].cells[3:] == ("0.310", "+0.90")


def test_where_nothing_is_known_nothing_is_said(inputs):
    assert leanings.blocks(replace(inputs, leanings=FOUND.iloc[:0])) == ()
