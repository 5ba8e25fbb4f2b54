"""As-of quantities: what was known of each applicant on the day of decision, by SQL under a memory cap."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.clustering import FEW, clustered
from features.declarations import Query
from features.engine import Engine, Relations, engine, relations_of
from features.ranges import Range, ahead, ranges
from policy.folders import temporary
from policy.loader import figure
from schemas.tables import TABLES

SQL = Path(__file__).parent / "sql"
CELLS_A_RANGE = 7_000_000
"""Quantities worked on at a time (applications times columns); the rest waits on disk."""
MONTHS = (6, 12, 18, 24, 36, 60)
"""Lengths of the windows that queries look back over [months]."""


def quantities(
    folder: Path, queries: Sequence[Query], memory: str = "1GB", threads: int = 2, bucket: int | None = None
) -> Iterator[pd.DataFrame]:
    """As-of quantities of the applications of a folder of canonical Parquet tables, a range of enterprises at a time.

    See `quantities_of` for the frames. All applications come exactly once. For more than FEW ranges, tables that are
    not in the order of their enterprises are sorted first (`features.clustering`). `memory` caps DuckDB's own memory;
    larger work spills to a temporary folder. `bucket` is a number of applications.

    Raises
    ------
    ValueError
        When a query gives other columns than it declares, or more than one row per application.
    """
    read = tuple(dict.fromkeys(table for query in queries for table in query.tables))
    with temporary() as work, engine(memory, threads, work) as base:
        relations = relations_of(folder, read)
        wanted = ranges(base, relations, bucket or range_size(queries))
        if len(wanted) > FEW:
            relations = clustered(base, relations, work)
        yield from ahead(lambda one: quantities_of(base, relations, one, queries), wanted)


def range_size(queries: Sequence[Query]) -> int:
    """Applications of a range that has `CELLS_A_RANGE` quantities."""
    return CELLS_A_RANGE // (3 + sum(len(query.columns) for query in queries))


def quantities_of(base: Engine, relations: Relations, within: Range, queries: Sequence[Query]) -> pd.DataFrame:
    """As-of quantities of the applications of one range, from `relations`.

    One row per application, ordered by `application_id`, so that the same tables always give the same bytes:
    `application_id`, `enterprise_id`, `as_of`, then the columns of every query in order.

    Raises
    ------
    ValueError
        When a query gives other columns than it declares, or more than one row per application, or when the range
        holds another number of applications than it says.
    """
    texts = {query: _text(query) for query in queries if all(table in relations for table in query.tables)}
    _applications(base, relations, within, texts)
    rows = base.frame("SELECT application_id, enterprise_id, as_of FROM numbered ORDER BY number")
    if len(rows) != within.applications:
        message = f"wanted {within.applications} applications where {within.condition}; got {len(rows)}"
        raise ValueError(message)
    columns: dict[str, Any] = {
        "application_id": rows["application_id"].astype("str"),
        "enterprise_id": rows["enterprise_id"].astype("str"),
        "as_of": rows["as_of"].astype("datetime64[us]"),
    }
    known = {query: _placed(found, len(rows), query) for query, found in _answers(base, relations, within, texts)}
    for query in queries:
        columns |= known.get(query) or {
            c: pd.Series(index=range(len(rows)), dtype=_dtype(c, query)) for c in query.columns
        }
    return pd.DataFrame(columns)


def _text(query: Query) -> str:
    return (SQL / f"{query.name}.sql").read_text(encoding="utf8")


def _applications(base: Engine, relations: Relations, within: Range, texts: Mapping[Query, str]) -> None:
    """The applications of a range; they and their enterprises are numbered, since numbers are joined faster than texts.

    `application_id` is a number from 0 in the order of the identifiers. There are more columns: `before_12` and so on,
    the day so many months before `as_of`; `others_since`, the day after which other applications are added up.
    """
    rows = f"SELECT * FROM {relations['applications']} WHERE {within.condition}"
    base.run(
        f"""CREATE OR REPLACE TEMP TABLE numbered AS
        SELECT application_id, enterprise_id, as_of,
            CAST(ROW_NUMBER() OVER (ORDER BY application_id) - 1 AS INTEGER) AS number
        FROM ({rows})"""
    )
    base.run(
        """CREATE OR REPLACE TEMP TABLE applicants AS
        SELECT enterprise_id, CAST(ROW_NUMBER() OVER (ORDER BY enterprise_id) AS INTEGER) AS number
        FROM (SELECT DISTINCT enterprise_id FROM numbered)"""
    )
    columns = [f"t.{name}" for name in _named("applications", texts) if name not in ("application_id", "enterprise_id")]
    columns += [f"as_of - INTERVAL '{months}' MONTH AS before_{months}" for months in MONTHS]
    base.run(
        f"""CREATE OR REPLACE TEMP TABLE applications AS
        SELECT n.number AS application_id, e.number AS enterprise_id, {", ".join(columns)},
            {others_since()} AS others_since
        FROM ({rows}) t
        JOIN (SELECT application_id, number FROM numbered) n ON n.application_id = t.application_id
        JOIN applicants e ON e.enterprise_id = t.enterprise_id"""
    )


def _named(table: str, texts: Mapping[Query, str]) -> list[str]:
    """Columns of a table whose names stand in a query that reads it; `as_of` too."""
    words = {"as_of"}.union(*(re.findall(r"\w+", text) for query, text in texts.items() if table in query.tables))
    return [column.name for column in TABLES[table].columns if column.name in words]


def others_since() -> str:
    """SQL of a day before `as_of`, by the window of policy/windows.yaml in force on it; the first before its day."""
    values = sorted(figure("windows", "other_applications").values.items(), reverse=True)
    dated = " ".join(f"WHEN as_of >= DATE '{since}' THEN INTERVAL '{int(months)}' MONTH" for since, months in values)
    return f"as_of - CASE {dated} ELSE INTERVAL '{int(values[-1][1])}' MONTH END"


def _answers(
    base: Engine, relations: Relations, within: Range, texts: Mapping[Query, str]
) -> Iterator[tuple[Query, pd.DataFrame]]:
    """What each query gives; of the other tables only those are held that it and later ones read."""
    places = {name: place for place, name in enumerate(TABLES)}
    read = {query: [name for name in query.tables if name != "applications"] for query in texts}
    left = sorted(texts, key=lambda query: min((places[name] for name in read[query]), default=-1))
    held: set[str] = set()
    while left:
        query = left.pop(0)
        for name in read[query]:
            if name not in held:
                _table(base, relations, within, texts, name)
        held.update(read[query])
        yield query, base.frame(texts[query])
        done = held.difference(*(read[later] for later in left))
        for name in done:
            base.run(f"DROP TABLE {name}")
        held -= done


def _table(base: Engine, relations: Relations, within: Range, texts: Mapping[Query, str], name: str) -> None:
    """A table of a range under its own name, with the columns that the queries name; read once for all."""
    table = TABLES[name]
    key = "enterprise_id" if any(c.name == "enterprise_id" for c in table.columns) else "application_id"
    numbers = "applicants" if key == "enterprise_id" else "numbered"
    columns = ", ".join(f"t.{column}" for column in _named(name, texts) if column != key)
    rows = f"SELECT * FROM {relations[name]}"
    if key == "enterprise_id" or _names_enterprises(base, relations[name]):
        rows += f" WHERE {within.condition}"
    base.run(
        f"""CREATE OR REPLACE TEMP TABLE {name} AS
        SELECT {columns}, n.number AS {key} FROM ({rows}) t JOIN {numbers} n ON n.{key} = t.{key}"""
    )


def _names_enterprises(base: Engine, relation: str) -> bool:
    """Whether rows of applications have `enterprise_id` beside the declared columns (`features.clustering`)."""
    return any(row[0] == "enterprise_id" for row in base.rows(f"DESCRIBE SELECT * FROM {relation}"))


def _placed(found: pd.DataFrame, rows: int, query: Query) -> dict[str, Any]:
    """Columns of a query in the order of the applications, in one dtype each; missing where the query gives no row."""
    file = f"features/sql/{query.name}.sql"
    if list(found.columns) != ["application_id", *query.columns]:
        message = f"{file}: wanted columns application_id, {', '.join(query.columns)}; got {', '.join(found.columns)}"
        raise ValueError(message)
    place = found["application_id"].to_numpy("int64")
    if len(place) and np.bincount(place).max() > 1:
        message = f"{file}: wanted one row per application; got {len(place)} rows for {len(np.unique(place))}"
        raise ValueError(message)
    return {c: _column(found[c], place, rows, _dtype(c, query)) for c in query.columns}


def _column(values: pd.Series, place: np.ndarray, rows: int, dtype: str) -> Any:
    if dtype == "str":
        return values.astype("str").set_axis(place).reindex(range(rows))
    missing = np.datetime64("NaT") if dtype.startswith("datetime64") else np.nan
    column = np.full(rows, missing, dtype=dtype)
    column[place] = values.to_numpy(dtype)
    return column


def _dtype(column: str, query: Query) -> str:
    if column in query.dates:
        return "datetime64[us]"
    return "str" if column in query.texts else "float64"
