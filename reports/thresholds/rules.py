"""Rules that fired by count and amount, and what the same PD gets in every size class."""

import pandas as pd

from decisions.rules import UNKNOWN
from policy.segments import SIZE_CLASSES, STAGES
from reports.inputs import Json
from reports.links import Codes, counted
from reports.numbers import MISSING, count, percent
from reports.rule_texts import meaning
from reports.texts import both, coded, joined
from reports.view import Grid, Head, Row, number, short, word
from schemas.declarations import Text


def fired(found: Json, linked: bool = False) -> Grid:
    """Rules by applications and by amounts: where they hold, cannot be answered, and decided.

    Where the list of applications lies beside the page, numbers are `linked` to those behind them.
    """
    shown = counted if linked else _plain
    heads = (
        word("column.rule"),
        short("column.effect"),
        number("column.met"),
        number("column.amount_met"),
        number("column.unanswered"),
        number("column.amount_unanswered"),
        number("column.decided"),
        number("column.amount_decided"),
    )
    total = found["realised"]["all"]["amount"]
    rows = [
        Row(
            (
                meaning(entry["rule"]),
                coded("effect", entry["effect"]),
                shown(entry["met"], fired=entry["rule"]),
                percent(entry["met_amount"] / total if total else None, 1),
                shown(entry["unknown"], fired=UNKNOWN + entry["rule"]),
                percent(entry["unknown_amount"] / total if total else None, 1),
                shown(entry["decided"], rule=(entry["rule"], UNKNOWN + entry["rule"])),
                percent(entry["decided_amount"] / total if total else None, 1),
            )
        )
        for entry in found["fired"]
    ]
    return Grid(both("rules.fired"), heads, tuple(rows), both("rules.fired_note"))


def _plain(number: float, **_: Codes) -> str:
    return count(number)


def cross_class(table: pd.DataFrame) -> list[Grid]:
    """For the PD in the middle of every grade what each size class gets, and why: one grid per stage."""
    heads = (number("column.pd"), short("column.grade"), *(Head(coded("size", s), numeric=False) for s in SIZE_CLASSES))
    grids = []
    for stage in STAGES:
        mine = table[table["stage"] == stage]
        rows = []
        for (pd_, grade), same in mine.groupby(["pd", "grade"], sort=True):
            by_size = same.set_index("size_class")
            rows.append(Row((percent(float(str(pd_))), str(grade), *(_gets(by_size, size) for size in SIZE_CLASSES))))
        if rows:
            caption = both("rules.cross_class", stage=coded("stage", stage))
            grids.append(Grid(caption, heads, tuple(rows), both("rules.cross_class_note"), folded=True))
    return grids


def _gets(by_size: pd.DataFrame, size: str) -> str | Text:
    if size not in by_size.index:
        return MISSING
    decision, rule, limit = (by_size[name][size] for name in ("decision", "rule", "limit"))
    why = both("rules.because", why=coded("outcome", str(rule)), limit=percent(limit))
    return joined((coded("decision", str(decision)), why), ": ", "：")
