"""All tables of a bank checked against their declarations: fit rows, rejected rows with every rule broken, counts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import pandas as pd

from schemas.declarations import Table
from schemas.expectations import broken
from schemas.rules import rules
from schemas.tables import TABLES


@dataclass(frozen=True)
class TableQuality:
    """What the check of one table found [rows]; `broken` counts rows by rule, rules without a broken row included."""

    table: str
    rows: int
    accepted: int
    rejected: int
    broken: Mapping[str, int]


class Validated(NamedTuple):
    """Fit rows by table, one line a rejected row, and the counts; rows = accepted + rejected in every table."""

    tables: dict[str, pd.DataFrame]
    rejects: pd.DataFrame
    quality: tuple[TableQuality, ...]


def validated(tables: Mapping[str, pd.DataFrame], extracted_on: pd.Timestamp) -> Validated:
    """The tables without the rows that break a rule; a child of a rejected parent row is rejected with it.

    Tables must be conformed. Rejects have columns table, row (position in the table), key, rules (names, `;` between).
    """
    fit: dict[str, pd.DataFrame] = {}
    rejects, quality = [], []
    for name in _parents_first(tables):
        table, frame = TABLES[name], tables[name]
        rows_by_rule = broken(frame, table, fit, extracted_on)
        rejected = _rejected(frame, table, rows_by_rule)
        fit[name] = frame.drop(index=frame.index[rejected["row"]]).reset_index(drop=True)
        rejects.append(rejected)
        counts = {rule: len(rows) for rule, rows in rows_by_rule.items()}
        quality.append(TableQuality(name, len(frame), len(fit[name]), len(rejected), counts))
    ordered = {name: fit[name] for name in tables}
    return Validated(ordered, pd.concat(rejects, ignore_index=True), tuple(quality))


def _parents_first(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Names of the tables, each after the tables it points to."""
    waiting, done = list(tables), []
    while waiting:
        ready = [n for n in waiting if all(p in done or p not in tables for p in TABLES[n].parents.values())]
        done += ready
        waiting = [n for n in waiting if n not in ready]
    return done


def _rejected(frame: pd.DataFrame, table: Table, rows_by_rule: Mapping[str, list[int]]) -> pd.DataFrame:
    named: dict[int, list[str]] = {}
    for rule, rows in rows_by_rule.items():
        for row in rows:
            named.setdefault(row, []).append(rule)
    rows = sorted(named)
    keys = frame.iloc[rows][list(table.key)].astype("str").agg("|".join, axis=1) if rows else pd.Series(dtype="str")
    columns = {
        "table": pd.Series([table.name] * len(rows), dtype="str"),
        "row": pd.Series(rows, dtype="int64"),
        "key": pd.Series(keys.to_numpy(), dtype="str"),
        "rules": pd.Series([";".join(named[row]) for row in rows], dtype="str"),
    }
    return pd.DataFrame(columns)


def quality_report(result: Validated, extracted_on: pd.Timestamp) -> dict[str, Any]:
    """The counts as plain data, each rule with its meaning in both languages, for JSON and pages."""
    meaning = {name: {r.name: r.meaning for r in rules(TABLES[name])} for name in result.tables}
    tables = []
    for found in result.quality:
        listed = [
            {"rule": rule, "rows": count, "en": meaning[found.table][rule].en, "zh": meaning[found.table][rule].zh}
            for rule, count in found.broken.items()
        ]
        tables.append(
            {
                **asdict(found),
                "broken": listed,
                "en": TABLES[found.table].meaning.en,
                "zh": TABLES[found.table].meaning.zh,
            }
        )
    absent = [name for name in TABLES if name not in result.tables]
    return {"extracted_on": str(extracted_on.date()), "tables": tables, "absent": absent}
