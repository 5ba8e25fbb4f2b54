"""One pass over a table: which rules may be broken, which values are read as others, the days it speaks of.

Nearly all rows of nearly all tables are in order. So the pass asks of the stored values, without reading them as
declared first, a question whose "no" settles the rule for the whole table; only a rule that a row may break is looked
at again, on the values as declared.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from features.engine import Engine
from schemas.checks import KNOWN_DAYS, NEVER, latest
from schemas.compiled.columns import NEVER as AS_STORED
from schemas.compiled.rules import met, row_wise
from schemas.compiled.text import name
from schemas.rules import Rule, rules
from scoring.check.bounds import refuse_long, statistics_hold
from scoring.check.delivered import Delivered, as_parquet, converted
from scoring.check.repeated import strictly_ordered

IDENTIFIERS = ("enterprise_id", "application_id")
"""Columns by which ranges of a table are read, without the row groups whose statistics say that they hold none."""
ABOUT = ("doubt", "unreadable", "changed", "longest", "broken", "latest", "known")


@dataclass(frozen=True)
class Surveyed:
    """A delivered table after the pass: `doubtful` names the row-wise rules that need a second look on any day.

    `latest` is the last day in each column that must not come after the day the tables were extracted; `known` the last
    day in KNOWN_DAYS that is not one written for "never". `ordered` says that no row of it has the key of another one
    (`scoring.check.repeated.strictly_ordered`).
    """

    table: Delivered
    doubtful: frozenset[str]
    latest: Mapping[str, np.datetime64]
    known: pd.Timestamp | None = None
    ordered: bool = False

    def rules(self, extracted_on: pd.Timestamp) -> list[Rule]:
        """Row-wise rules that need a second look, where the tables were extracted on that day."""
        late = {column for column, day in self.latest.items() if day > extracted_on.to_datetime64()}
        return [
            r
            for r in row_wise_rules(self.table)
            if r.name in self.doubtful or (until_extraction(r) and r.columns[0] in late)
        ]


class Asked(NamedTuple):
    """A delivered table, and what the pass over it answered: by what an answer is about, and by column or rule."""

    table: Delivered
    found: Mapping[str, Mapping[str, Any]]


def asked(engine: Engine, table: Delivered) -> Asked:
    """What one pass over the table answers.

    Raises
    ------
    BadTableError
        When the file cannot be read, or a text is absurdly long.
    """
    with as_parquet(table.path):
        doubted = _answers(engine, table, _doubts(table))
        found = _answers(engine, table, _questions(table, set(doubted["doubt"])))
    found = {about: {**doubted[about], **found[about]} for about in ABOUT}
    for column, longest in found["longest"].items():
        refuse_long(table.table.name, column, longest)
    return Asked(table, found)


def surveyed(engine: Engine, pass_over: Asked, work: Path) -> Surveyed:
    """What the pass over a table found; a value that SQL cannot read is left to `conform`.

    Raises
    ------
    BadTableError
        When `conform` cannot read it either, or a text is absurdly long.
    """
    table, found = pass_over
    with as_parquet(table.path):
        anew = found["unreadable"] or not statistics_hold(engine, table.path, IDENTIFIERS)
        read = converted(table.path, table.table, work) if anew else table
    if read is not table:
        return surveyed(engine, asked(engine, read), work)
    changed = frozenset(found["changed"])
    touched = {r.name for r in row_wise_rules(table) if set(r.columns) & changed and not until_extraction(r)}
    days = {about: {c: np.datetime64(at, "us") for c, at in found[about].items()} for about in ("latest", "known")}
    known = max(days["known"].values(), default=None)
    whole = replace(table, changed=table.changed | changed)
    return Surveyed(
        whole,
        frozenset({*found["broken"], *touched}),
        days["latest"],
        None if known is None else pd.Timestamp(known).normalize(),
        strictly_ordered(engine, whole),
    )


def _answers(engine: Engine, table: Delivered, questions: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, Any]]:
    """Answers that are not nothing by what they are about, and by column or rule."""
    asked = list(questions)
    found: dict[str, dict[str, Any]] = {about: {} for about in ABOUT}
    told = engine.rows(f"SELECT {', '.join(sql for _, _, sql in asked)} FROM ({_stored(table)})")[0] if asked else ()
    for (about, of, _), answer in zip(asked, told, strict=True):
        if answer or (answer == 0 and about in ("latest", "known")):
            found[about][of] = answer
    return found


def _stored(table: Delivered) -> str:
    """Query of the declared columns as stored (as declared, where the stored type is another), and of marks on them."""
    marks = [
        f"{sql} AS {name(f'{about} {column}')}"
        for column, read in table.reading.items()
        for about, sql in zip(("value", "changed", "unreadable"), read, strict=True)
    ]
    return f"SELECT {', '.join([*table.columns(), *marks])} FROM {table.source}"


def _doubts(table: Delivered) -> Iterator[tuple[str, str, str]]:
    """Per column how many of its values are not plainly in order; rules between columns; last days, longest texts.

    What is not in doubt is read as it is stored, and breaks no rule on that column.
    """
    for column, read in table.reading.items():
        declared = table.table.column(column)
        plain = [met(rule, "") for rule in _rules_of(table, column)]
        # No NaN is at or below an upper bound.
        if read.unreadable != AS_STORED and (declared.high is None or declared.dtype != "number"):
            plain.append(f"NOT {name(f'unreadable {column}')}")
        if not read.converted and read.changed != AS_STORED:
            plain.append(f"NOT {name(f'changed {column}')}")
        if plain:
            yield "doubt", column, f"count_if(NOT ({' AND '.join(f'({sql})' for sql in plain)}))"
        if table.stored.get(column) == "text" and declared.dtype == "string":
            yield "longest", column, f"max(strlen({name(column)}))"
        yield from _last(table, column, name(column))
    for rule in row_wise_rules(table):
        if len(rule.columns) > 1 or rule.kind == "condition":
            yield "broken", rule.name, f"count_if(NOT ({met(rule, '')}))"


def _questions(table: Delivered, columns: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """What exactly is amiss in columns in doubt."""
    for column in columns:
        read = table.reading[column]
        if read.unreadable != AS_STORED:
            yield "unreadable", column, f"count_if({name(f'unreadable {column}')})"
        if not read.converted and read.changed != AS_STORED:
            yield "changed", column, f"count_if({name(f'changed {column}')})"
        for rule in _rules_of(table, column):
            yield "broken", rule.name, f"count_if(NOT ({met(rule, '')}))"
        yield from _last(table, column, name(f"value {column}"))


def _last(table: Delivered, column: str, day: str) -> Iterator[tuple[str, str, str]]:
    """The last day in a column that may not come after the extraction, and the last one on which rows were known."""
    if any(until_extraction(rule) and rule.columns == (column,) for rule in row_wise_rules(table)):
        yield "latest", column, f"epoch_us(max({day}))"
    if column in KNOWN_DAYS:
        never = (NEVER + pd.Timedelta(days=1)).date()
        yield "known", column, f"epoch_us(max({day}) FILTER (WHERE {day} < TIMESTAMP '{never}'))"


def _rules_of(table: Delivered, column: str) -> list[Rule]:
    """Rules on one column alone, whatever the day of extraction."""
    return [
        rule
        for rule in row_wise_rules(table)
        if rule.columns == (column,) and rule.kind != "condition" and not until_extraction(rule)
    ]


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
