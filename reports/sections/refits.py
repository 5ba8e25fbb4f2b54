"""How far PDs, decisions and reasons move when the models of a run are fitted again."""

from collections.abc import Mapping
from typing import Any

from reports.groups import GROUPS, group_name
from reports.inputs import Inputs
from reports.numbers import count, percent, plain
from reports.texts import both, text
from reports.view import Grid, Paragraph, Row, Section, number, short
from schemas.declarations import Text

Found = Mapping[str, Any]


def section(inputs: Inputs) -> Section:
    """What was done, and the figures of every refit by stage; in the report of a run, where it is measured."""
    if inputs.study is None:
        return Section("refits", both("refits.title"), (Paragraph(both("refits.not_measured"), "note"),))
    found = inputs.study.seeds
    heads = (
        short("refits.refit"),
        short("column.stage"),
        number("refits.applications"),
        number("refits.pd_median"),
        number("refits.pd_high"),
        number("refits.decisions"),
        number("refits.reasons"),
    )
    rows = [
        _row(refit_name(refit) if at == 0 else "", name, refit["groups"][name])
        for refit in found["refits"]
        for at, name in enumerate(GROUPS)
    ]
    blocks = (
        Paragraph(both("refits.lead")),
        Grid(both("refits.grid"), heads, tuple(rows), both("refits.note", reasons=plain(found["reasons"]))),
    )
    return Section("refits", both("refits.title"), (*blocks, *_against(found["interventional"])))


def _against(found: Found) -> tuple[Paragraph | Grid, ...]:
    """Reasons beside those of interventional values, by stage."""
    background = max(figures["background"] for figures in found.values())
    heads = (short("column.stage"), number("refits.applications"), number("refits.reasons"))
    rows = (
        Row((group_name(stage), count(figures["applications"]), percent(figures["reasons_kept"], 0)))
        for stage, figures in found.items()
    )
    lead = Paragraph(both("refits.against_lead", background=count(background)))
    return (lead, Grid(both("refits.against"), heads, tuple(rows)))


def refit_name(refit: Found) -> Text:
    """What was changed in a refit."""
    if refit["kind"] == "seed":
        return both("refits.seed", value=refit["value"])
    if refit["kind"] == "names":
        return both("refits.names")
    return both("refits.left_out", share=percent(float(refit["value"]), 0))


def summary_lines(found: Found, language: str = "en") -> list[str]:
    """One line per refit for a terminal: change of PDs, decisions, reasons over all stages."""
    return [
        text(
            "refits.line",
            language,
            refit=refit_name(refit),
            median=percent(refit["groups"]["total"]["pd_change_median"], 1),
            high=percent(refit["groups"]["total"]["pd_change_p95"], 1),
            decisions=percent(refit["groups"]["total"]["decisions_changed"], 1),
            reasons=percent(refit["groups"]["total"]["reasons_kept"], 0),
        )
        for refit in found["refits"]
    ]


def _row(refit: Text | str, name: str, figures: Found) -> Row:
    cells = (
        refit,
        group_name(name),
        count(figures["applications"]),
        percent(figures["pd_change_median"], 1),
        percent(figures["pd_change_p95"], 1),
        percent(figures["decisions_changed"], 1),
        percent(figures["reasons_kept"], 0),
    )
    return Row(cells, strong=name == "total")
