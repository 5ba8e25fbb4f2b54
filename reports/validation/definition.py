"""Chapter: what counts as a default, over what window, and what is done with loans whose window is open."""

from models.fitting.split import PARTS
from policy.segments import STAGES
from reports.numbers import count
from reports.sections import levels
from reports.texts import both, coded, joined
from reports.validation.facts import Validated
from reports.view import Grid, Paragraph, Row, Section, number, short

OWN = "validation_definition.of_own"
OF_SOURCE = {
    "sba": "validation_definition.of_sba",
    "us_firms": "validation_definition.of_us_firms",
    "simulated": "validation_definition.of_simulated",
}


def section(of: Validated) -> Section:
    """The event, the window by stage, loans left out for their outcome, and PDs at other horizons."""
    run = of.run
    facts = run.models[STAGES[0]]["facts"]
    months = int(facts["period_months"]) * int(facts["window_periods"])
    later = levels.horizons(run)
    blocks = (
        Paragraph(both(OF_SOURCE.get(run.source, OWN))),
        Paragraph(
            both(
                "validation_definition.window",
                months=str(months),
                period=str(facts["period_months"]),
                periods=str(facts["window_periods"]),
                day=run.built_on,
            )
        ),
        _open(of),
        *((_undated(of),) if run.split_meta.get("undated_defaults") else ()),
        *((later,) if later is not None else ()),
    )
    return Section("definition", both("validation_page.definition"), blocks)


def _open(of: Validated) -> Grid:
    """Loans of development and calibration by stage, with those whose window was still open on the day of building."""
    heads = (
        short("column.stage"),
        short("column.part"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("validation_column.open_window"),
    )
    rows = []
    for stage in STAGES:
        facts = of.run.models[stage]["facts"]
        for at, part in enumerate(("development", "calibration")):
            found = facts.get(part) or {}
            figures = (count(found.get(key)) for key in ("loans", "defaults", "open-window"))
            rows.append(Row((coded("stage", stage) if at == 0 else "", coded("part", part), *figures)))
    return Grid(both("validation_definition.open"), heads, tuple(rows), both("validation_definition.open_note"))


def _undated(of: Validated) -> Paragraph:
    found = of.run.split_meta["undated_defaults"]
    told = [joined((coded("part", part), count(found[part])), " ", " ") for part in PARTS if found.get(part)]
    if not told:
        return Paragraph(both("validation_definition.all_dated"), "note")
    return Paragraph(both("validation_definition.undated", counts=joined(told)), "note")
