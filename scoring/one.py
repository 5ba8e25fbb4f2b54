"""The applications of one enterprise decided at once, from rows given as plain data: what a batch does, without files.

What only a batch can see is not seen here: identifiers of two enterprises that are written alike, and rejected rows of
other enterprises. A table that is given counts as delivered, even without a row; one that is not given, as not
delivered.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.peers import with_peer_ranks
from features.table import feature_tables
from policy.errors import MendableError
from policy.folders import temporary
from schemas.check import Validated, validated
from schemas.checks import Checks, last_known
from schemas.conform import conform
from schemas.declarations import Column, Table
from schemas.fit import Fit, fit, write_fit
from schemas.tables import TABLES
from scoring.assemble import decided
from scoring.bundle import Bundle
from scoring.prepared import NO_STAGE

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST_ROWS = 20_000
"""Rows of all tables of one enterprise together, at most."""
NEEDED = ("enterprises", "applications")
PLAIN: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "date": (str,),
}
"""What JSON gives for a value of each declared dtype; a day is a text YYYY-MM-DD."""


class RequestError(MendableError):
    """The rows given are not the tables of one enterprise; the message names table, row and column."""


@dataclass(frozen=True)
class Answer:
    """Decisions on the applications of one enterprise, and what became of every row.

    `decisions` has a row per application with a stage (`scoring.assemble.decided`); `rejected` has whole rows by table,
    with the rules they broke; `checked` says what the check found.
    """

    decisions: pd.DataFrame
    rejected: Mapping[str, pd.DataFrame]
    checked: Validated
    extracted_on: pd.Timestamp


def decide_one(
    bundle: Bundle, given: Any, extracted_on: pd.Timestamp | None = None, wanted: Checks | None = None
) -> Answer:
    """Decisions on the applications in `given`: rows (column: value) by canonical table, all of one enterprise.

    Without `extracted_on` the tables stand for the last day on which anything in them was known.

    Raises
    ------
    RequestError
        When a table or column is not declared, a value is of another kind than its column, a table that is needed is
        missing, or there is not one enterprise.
    BadTableError
        When a column that every row needs is absent, or a value cannot be read.
    """
    tables = frames(given)
    day = last_known(tables) if extracted_on is None else extracted_on
    checks = wanted or Checks()
    result = validated(tables, day, checks.bank, direct=True)
    with temporary() as folder:
        write_fit(_delivered(fit(result, folder), result), folder)
        empty = result.tables["applications"].empty
        table = pd.DataFrame() if empty else _features(folder, bundle)
    if table.empty:
        return Answer(pd.DataFrame(), dict(result.rejects), result, day)
    staged = table[table["stage"].notna()]
    left = result.tables["applications"]
    left = left[left["application_id"].isin(table.loc[table["stage"].isna(), "application_id"])]
    told = left.assign(rules=pd.Series([[NO_STAGE]] * len(left), index=left.index, dtype="object"))
    rejects = pd.concat([result.rejects["applications"], told], ignore_index=True)
    rows = decided(staged, bundle) if len(staged) else pd.DataFrame()
    return Answer(rows, {**result.rejects, "applications": rejects}, result, day)


def _features(folder: Path, bundle: Bundle) -> pd.DataFrame:
    tables = pd.concat(feature_tables(folder, bundle.schemes, bundle.taught), ignore_index=True)
    return with_peer_ranks(tables, bundle.ranks)


def _delivered(found: Fit, result: Validated) -> Fit:
    """What the check left, with every table that was given: one enterprise does not show that a table says nothing."""
    return replace(found, tables=dict(result.tables), silent=())


def frames(given: Any) -> dict[str, pd.DataFrame]:
    """Canonical tables of rows given as plain data.

    Raises
    ------
    RequestError, BadTableError
        As `decide_one`.
    """
    if not isinstance(given, Mapping):
        message = f"wanted tables by name, each a list of rows; got {type(given).__name__}"
        raise RequestError(message)
    unknown = [name for name in given if name not in TABLES]
    if unknown:
        message = f"wanted tables among {', '.join(TABLES)}; got {unknown[0]!r:.80}"
        raise RequestError(message)
    absent = [name for name in NEEDED if name not in given]
    if absent:
        message = f"wanted table {', '.join(absent)}; the request has {', '.join(given) or 'none'}"
        raise RequestError(message)
    for name, rows in given.items():
        if not isinstance(rows, Sequence) or isinstance(rows, str):
            message = f"table {name}: wanted a list of rows; got {type(rows).__name__}"
            raise RequestError(message)
    rows = sum(len(rows) for rows in given.values())
    if rows > MOST_ROWS:
        message = f"wanted at most {MOST_ROWS:,} rows of one enterprise; got {rows:,}. Many are scored by a batch"
        raise RequestError(message)
    found = {name: _frame(given[name], table) for name, table in TABLES.items() if name in given}
    if len(found["enterprises"]) != 1 or found["applications"].empty:
        counted = f"{len(found['enterprises'])} enterprises and {len(found['applications'])} applications"
        message = f"wanted one enterprise and at least one application of it; got {counted}"
        raise RequestError(message)
    return found


def _frame(rows: Sequence[Any], table: Table) -> pd.DataFrame:
    declared = {column.name: column for column in table.columns}
    for number, row in enumerate(rows, 1):
        where = f"table {table.name}, row {number}"
        if not isinstance(row, Mapping):
            message = f"{where}: wanted columns with values; got {type(row).__name__}"
            raise RequestError(message)
        unknown = [name for name in row if name not in declared]
        if unknown:
            message = f"{where}: wanted columns among {', '.join(declared)}; got {unknown[0]!r:.80}"
            raise RequestError(message)
        for name, value in row.items():
            _require_kind(value, declared[name], where)
    names = [name for name in declared if not rows or any(name in row for row in rows)]
    columns = {name: _column([row.get(name) for row in rows], declared[name]) for name in names}
    return conform(pd.DataFrame(columns), table)


def _require_kind(value: Any, column: Column, where: str) -> None:
    if value is None:
        return
    kinds = PLAIN[column.dtype]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        message = f"{where}, column {column.name}: wanted {column.dtype}; got {value!r:.80}"
        raise RequestError(message)
    if isinstance(value, int | float) and abs(value) > 2**53:
        # Beyond it two whole numbers are one number of floating point.
        message = f"{where}, column {column.name}: wanted a number of at most 2^53; got {value!r:.80}"
        raise RequestError(message)
    if column.dtype == "date":
        day_of(value, f"{where}, column {column.name}")


def day_of(value: Any, where: str) -> dt.date:
    """Day of a text YYYY-MM-DD; `where` says in a message what it is of.

    Raises
    ------
    RequestError
        When it is none.
    """
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass  # a day that no calendar has: the same sentence
    message = f"{where}: wanted a day as YYYY-MM-DD; got {value!r:.80}"
    raise RequestError(message)


def _column(values: list[Any], column: Column) -> pd.Series:
    if column.dtype in ("string", "date"):
        return pd.Series(values, dtype="str")
    if column.dtype == "boolean":
        return pd.Series(values, dtype="boolean")
    return pd.Series([np.nan if value is None else value for value in values], dtype="float64")
