"""One pass over a table: which rules may be broken, which values are read as others, the days it speaks of.

Nearly all rows of nearly all tables are in order. So the pass asks of the stored values, without reading them as
declared first, a question whose "no" settles the rule for the whole table; only a rule that a row may break is looked
at again, on the values as declared.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.engine import Engine
from schemas.checks import KNOWN_DAYS, NEVER, latest
from schemas.compiled.columns import NEVER as AS_STORED
from schemas.compiled.rules import met, row_wise
from schemas.compiled.text import name
from schemas.rules import Rule, rules
from scoring.check.bounds import refuse_long, statistics_hold
from scoring.check.delivered import Delivered, converted

IDENTIFIERS = ("enterprise_id", "application_id")
"""Columns by which ranges of a table are read, without the row groups whose statistics say that they hold none."""
ABOUT = ("unreadable", "changed", "longest", "broken", "latest", "known")


@dataclass(frozen=True)
class Surveyed:
    """A delivered table after the pass: `doubtful` names the row-wise rules that need a second look on any day.

    `latest` is the last day in each column that must not come after the day the tables were extracted; `known` the last
    day in KNOWN_DAYS that is not one written for "never".
    """

    table: Delivered
    doubtful: frozenset[str]
    latest: Mapping[str, np.datetime64]
    known: pd.Timestamp | None = None

    def rules(self, extracted_on: pd.Timestamp) -> list[Rule]:
        """Row-wise rules that need a second look, where the tables were extracted on that day."""
        late = {column for column, day in self.latest.items() if day > extracted_on.to_datetime64()}
        return [
            r
            for r in row_wise_rules(self.table)
            if r.name in self.doubtful or (until_extraction(r) and r.columns[0] in late)
        ]


def surveyed(engine: Engine, table: Delivered, work: Path) -> Surveyed:
    """What one pass over the table finds; a value that SQL cannot read is left to `conform`.

    Raises
    ------
    BadTableError
        When `conform` cannot read it either, or a text is absurdly long.
    """
    questions = dict(_questions(table))
    answers = engine.rows(f"SELECT {', '.join(questions.values())} FROM ({_stored(table)})")[0]
    found: dict[str, dict[str, Any]] = {about: {} for about in ABOUT}
    for (about, asked), answer in zip(questions, answers, strict=True):
        if answer or (answer == 0 and about in ("latest", "known")):
            found[about][asked] = answer
    for column, longest in found["longest"].items():
        refuse_long(table.table.name, column, longest)
    if found["unreadable"] or not statistics_hold(table.path, IDENTIFIERS):
        return surveyed(engine, converted(table.path, table.table, work), work)
    changed = frozenset(found["changed"])
    touched = {r.name for r in row_wise_rules(table) if set(r.columns) & changed and not until_extraction(r)}
    days = {about: {c: np.datetime64(at, "us") for c, at in found[about].items()} for about in ("latest", "known")}
    known = max(days["known"].values(), default=None)
    return Surveyed(
        replace(table, changed=table.changed | changed),
        frozenset({*found["broken"], *touched}),
        days["latest"],
        None if known is None else pd.Timestamp(known).normalize(),
    )


def _stored(table: Delivered) -> str:
    """Query of the declared columns as stored (as declared, where the stored type is another), and of marks on them."""
    marks = [
        f"{sql} AS {name(f'{about} {column}')}"
        for column in table.stored
        for about, sql in zip(("value", "changed", "unreadable"), table.reading[column], strict=True)
    ]
    return f"SELECT {', '.join([*table.columns(), *marks])} FROM {table.source}"


def _questions(table: Delivered) -> Iterator[tuple[tuple[str, str], str]]:
    """Aggregates over these columns by what they are about, and the name of the column or the rule."""
    for column, kind in table.stored.items():
        read = table.reading[column]
        if read.unreadable != AS_STORED:
            yield ("unreadable", column), f"count_if({name(f'unreadable {column}')})"
        if not read.converted and read.changed != AS_STORED:
            yield ("changed", column), f"count_if({name(f'changed {column}')})"
        if kind == "text" and table.table.column(column).dtype == "string":
            yield ("longest", column), f"max(strlen({name(column)}))"
    for rule in row_wise_rules(table):
        if until_extraction(rule):
            column = rule.columns[0]
            yield ("latest", column), f"epoch_us(max({_day(table, column)}))"
        else:
            yield ("broken", rule.name), f"count_if(NOT ({met(rule, '')}))"
    for column in KNOWN_DAYS:
        if column in table.reading:
            day, never = _day(table, column), NEVER + pd.Timedelta(days=1)
            yield ("known", column), f"epoch_us(max({day}) FILTER (WHERE {day} < TIMESTAMP '{never.date()}'))"


def _day(table: Delivered, column: str) -> str:
    return name(f"value {column}") if column in table.stored else name(column)


def row_wise_rules(table: Delivered) -> list[Rule]:
    """Rules that a row alone meets or breaks."""
    return [rule for rule in rules(table.table) if row_wise(rule)]


def until_extraction(rule: Rule) -> bool:
    """Whether a rule says that a day is not after the day the tables were extracted."""
    return rule.kind == "days" and rule.bounds[1] == "extracted_on"


def last_known(tables: Iterable[Surveyed]) -> pd.Timestamp:
    """The last day on which anything in the tables was known or decided: see `schemas.checks.last_known`.

    Raises
    ------
    BadTableError
        When no row has a day of either kind.
    """
    return latest(pd.Series([table.known for table in tables], dtype="datetime64[us]"))
