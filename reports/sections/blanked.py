"""Whether PDs, their order and the group effects hold where a whole table is not delivered."""

from collections.abc import Mapping
from typing import Any

from models.fitting.group_effects import GROUP_EFFECTS
from policy.segments import STAGES
from reports.groups import group_name
from reports.inputs import Inputs
from reports.numbers import count, decimal, interval
from reports.texts import both, coded, joined, text
from reports.view import Cell, Grid, Head, Paragraph, Row, Section, number, word
from schemas.declarations import Text
from schemas.tables import TABLES

Found = Mapping[str, Any]


def section(inputs: Inputs) -> Section:
    """The limits exceeded in words, then a table per stage; in the report of a run, where it is measured."""
    if inputs.study is None:
        return Section("blanked", both("page.blanked"), (Paragraph(both("blanked.not_measured"), "note"),))
    found = inputs.study.blanked
    grids = (_grid(stage, rows) for stage in STAGES if (rows := _of(found, stage)))
    note = both("blanked.note", offset=decimal(found["offset_limit"], 2))
    said = (Paragraph(both("blanked.reading"), "note"), Paragraph(verdict(found)))
    blocks = (*said, *grids, Paragraph(note, "note"))
    return Section("blanked", both("page.blanked"), blocks)


def verdict(found: Found) -> Text:
    """Which limits are exceeded, by stage and table, or that all are met."""
    limited = [row for row in found["rows"] if row["table"] in TABLES]
    missed = [
        both(key, stage=coded("stage", row["stage"]), table=row["table"])
        for row in limited
        for key, met in (("blanked.level_missed", row["met"]), ("blanked.offsets_missed", row["offsets_met"]))
        if not met
    ]
    if missed:
        return both("blanked.missed", checked=count(len(limited)), missed=joined(missed, "; ", "；"))
    return both("blanked.all_met", checked=count(len(limited)))


def verdict_line(found: Found, language: str = "en") -> str:
    """The verdict for a terminal."""
    return text("blanked.line", language, verdict=verdict(found))


def _of(found: Found, stage: str) -> list[Found]:
    return [row for row in found["rows"] if row["stage"] == stage]


def _grid(stage: str, rows: list[Found]) -> Grid:
    heads = (
        word("blanked.without"),
        number("blanked.level"),
        number("blanked.beside"),
        number("blanked.limit"),
        number("blanked.riskiest"),
        number("column.auc"),
        *(Head(both("blanked.offset", effect=coded("group_effect", effect))) for effect in GROUP_EFFECTS),
        word("blanked.limits"),
    )
    values = {"loans": count(rows[0]["loans"]), "defaults": count(rows[0]["defaults"])}
    caption = both("blanked.grid", stage=group_name(stage), **values)
    return Grid(caption, heads, tuple(_row(row) for row in rows))


def _row(row: Found) -> Row:
    limits = [decimal(row[end], 2) for end in ("low", "high")]
    cells: tuple[Cell, ...] = (
        _table(row["table"]),
        interval(*(decimal(row[name], 2) for name in ("level", "level_low", "level_high"))),
        decimal(row["beside"], 2),
        "" if row["low"] is None else f"{limits[0]}–{limits[1]}",
        decimal(row["riskiest"], 2),
        interval(*(decimal(row[name]) for name in ("auc", "auc_low", "auc_high"))),
        *(decimal(row["offsets"][effect], 2) for effect in GROUP_EFFECTS),
    )
    if row["table"] not in TABLES:
        return Row((*cells, ""), strong=True)
    tone = "met" if row["met"] and row["offsets_met"] else "exceeded"
    return Row((*cells, both(f"blanked.{tone}")), tone=tone)


def _table(name: str) -> Text:
    """Meaning and name of a table; in words that none is blanked."""
    return joined((TABLES[name].meaning, f"({name})"), " ", "") if name in TABLES else both("blanked.complete")
