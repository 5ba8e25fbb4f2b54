"""Row rules derived from a table declaration: what each row must meet, by name, in both languages."""

from dataclasses import dataclass
from typing import Any, Literal

from schemas.declarations import Column, Table, Text

Kind = Literal["required", "range", "values", "pattern", "check_digit", "unique", "parent", "order", "extracted"]


@dataclass(frozen=True)
class Rule:
    """One rule of one table: `name` is unique in the table and is what a rejected row carries."""

    name: str
    kind: Kind
    columns: tuple[str, ...]
    meaning: Text
    bounds: tuple[Any, ...] = ()


def rules(table: Table) -> tuple[Rule, ...]:
    """All row rules of a table, from its declaration: columns, then key, parents, order of days, extraction day."""
    found = [rule for column in table.columns for rule in _column_rules(column)]
    found.append(
        Rule(
            "unique_key",
            "unique",
            table.key,
            Text(f"{' + '.join(table.key)} occurs once", f"{' + '.join(table.key)} 不重复"),
        )
    )
    for column, parent in table.parents.items():
        meaning = Text(f"{column} occurs in table {parent}", f"{column} 存在于表 {parent}")
        found.append(Rule(f"{column}_in_{parent}", "parent", (column,), meaning, (parent,)))
    for earlier, later in table.ordered:
        meaning = Text(f"{later} is not before {earlier}", f"{later} 不早于 {earlier}")
        found.append(Rule(f"{later}_not_before_{earlier}", "order", (earlier, later), meaning))
    days = ["known_on"] if any(c.name == "known_on" for c in table.columns) else []
    days += ["as_of"] if any(c.name == "as_of" for c in table.columns) else []
    for day in days:
        meaning = Text(f"{day} is not after the day the tables were extracted", f"{day} 不晚于数据抽取日")
        found.append(Rule(f"{day}_not_after_extraction", "extracted", (day,), meaning))
    return tuple(found)


def _column_rules(column: Column) -> list[Rule]:
    name, found = column.name, []
    if column.required:
        found.append(Rule(f"{name}_required", "required", (name,), Text(f"{name} is given", f"{name} 不为空")))
    if column.low is not None or column.high is not None:
        low = "" if column.low is None else f"{column.low:g} ≤ "
        high = "" if column.high is None else f" ≤ {column.high:g}"
        unit = f" {column.unit}" if column.unit else ""
        meaning = Text(f"{low}{name}{high}{unit}", f"{low}{name}{high}{unit}")
        found.append(Rule(f"{name}_range", "range", (name,), meaning, (column.low, column.high)))
    if column.values is not None:
        listed = ", ".join(column.values)
        found.append(
            Rule(
                f"{name}_values",
                "values",
                (name,),
                Text(f"{name} is one of {listed}", f"{name} 取值 {listed}"),
                column.values,
            )
        )
    if column.pattern is not None:
        meaning = Text(f"{name} matches {column.pattern}", f"{name} 符合格式 {column.pattern}")
        found.append(Rule(f"{name}_pattern", "pattern", (name,), meaning, (column.pattern,)))
    if name == "credit_code":
        meaning = Text("check digit of credit_code is right (GB 32100-2015)", "统一社会信用代码校验位正确")
        found.append(Rule("credit_code_check_digit", "check_digit", (name,), meaning))
    return found
