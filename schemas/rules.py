"""Row rules derived from a table declaration: what each row must meet, by name, in both languages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pandas as pd

from schemas.declarations import Column, Level, Table, Text

Kind = Literal[
    "required",
    "range",
    "days",
    "values",
    "pattern",
    "check_digit",
    "unique",
    "parent",
    "order",
    "part",
    "follows",
    "condition",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Met = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Rule:
    """One rule of one table: `name` is unique in the table and is what a rejected row carries."""

    name: str
    kind: Kind
    columns: tuple[str, ...]
    meaning: Text
    bounds: tuple[Any, ...] = ()
    level: Level = "reject"
    met: Met | None = None
    sql: str | None = None
    across: bool = False


def rules(table: Table) -> tuple[Rule, ...]:
    """All row rules of a table, from its declaration: columns, key, parents, order of days, parts, conditions."""
    found = [rule for column in table.columns for rule in _column_rules(column)]
    key = " + ".join(table.key)
    found.append(Rule("unique_key", "unique", table.key, Text(f"{key} occurs once", f"{key} 不重复")))
    for column, parent in table.parents.items():
        meaning = Text(f"{column} occurs in table {parent}", f"{column} 存在于表 {parent}")
        found.append(Rule(f"{column}_in_{parent}", "parent", (column,), meaning, (parent,)))
    for earlier, later in table.ordered:
        meaning = Text(f"{later} is not before {earlier}", f"{later} 不早于 {earlier}")
        found.append(Rule(f"{later}_not_before_{earlier}", "order", (earlier, later), meaning))
    found += [_past(name) for name in ("known_on", "as_of") if any(c.name == name for c in table.columns)]
    return (*found, *_between_columns(table))


def parent_day(parent: str, column: str) -> str:
    """Name under which a day of the parent row stands beside the row's own columns while it is checked."""
    return f"{parent}.{column}"


def _between_columns(table: Table) -> list[Rule]:
    found = []
    for part, whole, level in table.parts:
        meaning = Text(f"{part} ≤ {whole}", f"{part} ≤ {whole}")
        found.append(Rule(f"{part}_within_{whole}", "part", (part, whole), meaning, level=level))
    for later, parent, earlier, strictly in table.follows:
        there = f"{parent}.{earlier}"
        name = f"{later}_after_{earlier}" if strictly else f"{later}_not_before_{earlier}"
        after = Text(f"{later} is after {there}", f"{later} 晚于 {there}")
        meaning = after if strictly else Text(f"{later} is not before {there}", f"{later} 不早于 {there}")
        found.append(Rule(name, "follows", (later,), meaning, (parent, earlier, strictly)))
    for name, columns, meaning, met, sql, level, across in table.conditions:
        found.append(Rule(name, "condition", columns, meaning, level=level, met=met, sql=sql, across=across))
    return found


def _past(name: str) -> Rule:
    meaning = Text(f"{name} is not after the day the tables were extracted", f"{name} 不晚于数据抽取日")
    return Rule(f"{name}_not_after_extraction", "days", (name,), meaning, (None, "extracted_on"))


def _column_rules(column: Column) -> list[Rule]:
    name, found = column.name, []
    if column.required:
        found.append(Rule(f"{name}_required", "required", (name,), Text(f"{name} is given", f"{name} 不为空")))
    if column.low is not None or column.high is not None:
        low = "" if column.low is None else f"{column.low:g} {'<' if column.positive else '≤'} "
        high = "" if column.high is None else f" ≤ {column.high:g}"
        unit = f" {column.unit}" if column.unit else ""
        meaning = Text(f"{low}{name}{high}{unit}", f"{low}{name}{high}{unit}")
        bounds = (column.low, column.high, column.positive)
        found.append(Rule(f"{name}_range", "range", (name,), meaning, bounds))
    if column.earliest is not None:
        meaning = Text(f"{name} is not before {column.earliest}", f"{name} 不早于 {column.earliest}")
        found.append(Rule(f"{name}_plausible", "days", (name,), meaning, (column.earliest, None)))
    if column.past:
        found.append(_past(name))
    if column.values is not None:
        listed = ", ".join(column.values)
        meaning = Text(f"{name} is one of {listed}", f"{name} 取值 {listed}")
        found.append(Rule(f"{name}_values", "values", (name,), meaning, column.values))
    if column.pattern is not None:
        meaning = Text(f"{name} matches {column.pattern}", f"{name} 符合格式 {column.pattern}")
        found.append(Rule(f"{name}_pattern", "pattern", (name,), meaning, (column.pattern,)))
    if name == "credit_code":
        meaning = Text("check digit of credit_code is right (GB 32100-2015)", "统一社会信用代码校验位正确")
        found.append(Rule("credit_code_check_digit", "check_digit", (name,), meaning))
    return found
