"""What the models lean on, on the tiny run: sizes of contributions and first reasons, by hand."""

from dataclasses import replace

import pandas as pd

from reports.validation.leaning import blocks


def test_sizes_count_both_directions_and_shares_are_of_all_applications(inputs):
    scores = inputs.scores[inputs.scores["part"] == "out_of_time"]
    moved = inputs.domains.assign(financing=[0.5, -0.5, 0.5, -0.5, 0.5, -0.5])
    sizes, families = blocks(replace(inputs, domains=moved, scores=scores))
    assert [row.cells[-1] for row in sizes.rows] == ["0.500", "0.250", "0.000"]
    assert [row.cells[0].en for row in sizes.rows] == ["Financing", "Firm", "Region"]
    ((_, *shares),) = [row.cells for row in families.rows]
    assert shares == ["100.0%"] * 4


def test_a_stage_without_applications_has_no_figure(inputs):
    startups = inputs.scores[(inputs.scores["part"] == "out_of_time") & (inputs.scores["stage"] == "startup")]
    sizes, families = blocks(replace(inputs, scores=startups))
    assert [row.cells[2:4] for row in sizes.rows] == [("–", "–")] * 3
    assert families.rows[0].cells[1:] == ("100.0%", "–", "–", "100.0%")


def test_a_run_without_explanations_shows_none(inputs):
    assert blocks(replace(inputs, reasons=pd.DataFrame())) == ()
