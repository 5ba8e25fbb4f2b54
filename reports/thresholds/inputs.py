"""The inputs behind the level tested, each with its value, flag, source and who approved it."""

from reports.inputs import Json
from reports.numbers import decimal, percent
from reports.sections.thresholds import flag
from reports.texts import both
from reports.view import Cell, Grid, Row, number, short, word


def inputs_grid(found: Json) -> Grid:
    """One row per input of the conversion and the test."""
    known, overall = found["stock_flow"], found["overall_npl"]
    shared = (known["since"], flag(known["flag"]), known["source"], known["approved_by"] or _nobody())
    whose = (overall["since"], flag(overall["flag"]), overall["source"], overall["approved_by"] or _nobody())
    rows = [Row((both("level_input.overall_npl"), percent(overall["value"]), *whose))]
    if known["resolution_years"] is not None:
        rows += [
            Row((both("level_input.resolution_years"), decimal(known["resolution_years"], 1), *shared)),
            Row((both("level_input.lending_growth"), percent(known["lending_growth"], 1), *shared)),
            Row((both("level_input.kappa"), decimal(known["kappa"], 3), *shared)),
        ]
    rows += [
        Row((both("level_input.legacy_share"), percent(known["legacy_share"], 1), *shared)),
        Row((both("level_input.legacy_npl"), percent(known["legacy_npl"]), *shared)),
        Row((both("level_input.rho"), decimal(known["rho"], 3), *shared)),
    ]
    heads = (
        word("level_input.name"),
        number("level_input.value"),
        short("column.since"),
        word("column.flag"),
        word("column.source"),
        word("column.approved_by"),
    )
    return Grid(both("level_input.caption"), heads, tuple(rows), folded=True)


def _nobody() -> Cell:
    return both("threshold.approved_by_nobody")
