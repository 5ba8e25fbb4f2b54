"""Groups of loans whose outcomes cannot be what they say: named for a person to look into, never removed."""

from collections.abc import Mapping
from typing import Any

from features.catalogue import by_name
from reports.inputs import Inputs
from reports.numbers import count, decimal
from reports.texts import both, joined
from reports.view import Grid, Paragraph, Row, number, word
from schemas.declarations import Text
from schemas.tables import TABLES


def blocks(inputs: Inputs) -> tuple[object, ...]:
    """The groups named by the split with loans, defaults and expected defaults, or that none was; nothing before it."""
    checked = inputs.split_meta.get("groups")
    if checked is None:
        return ()
    said = {"checked": count(checked["checked"]), "least": count(checked["least_loans"])}
    if not checked["found"]:
        return (Paragraph(both("groups.none", **said), "note"),)
    heads = (
        word("column.group"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.expected_defaults"),
    )
    rows = tuple(_row(group) for group in checked["found"])
    note = both("groups.note", level=f"{checked['level']:g}", **said)
    return (Grid(both("groups.title"), heads, rows, note),)


def _row(group: Mapping[str, Any]) -> Row:
    told = joined((_fact(str(group["fact"])), str(group["group"])), ": ", "：")
    numbers = (count(group["loans"]), count(group["defaults"]), decimal(group["expected"], 1))
    return Row((told, *numbers), tone="breach")


def _fact(name: str) -> Text:
    """A fact of origination in words: a column of a table, a feature, or the year of the decision."""
    if name == "year":
        return both("groups.year")
    for table in ("applications", "enterprises", "guarantees"):
        found = [column.meaning for column in TABLES[table].columns if column.name == name.removesuffix("_enterprise")]
        if found:
            return found[0]
    return by_name()[name].label if name in by_name() else Text(name, name)
