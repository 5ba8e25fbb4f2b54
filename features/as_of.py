"""As-of quantities: what was known of each applicant on the day of decision, by SQL under a memory cap."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from features.declarations import Query
from policy.loader import figure
from schemas.tables import TABLES

SQL = Path(__file__).parent / "sql"
CELLS_A_BUCKET = 7_000_000
"""Quantities worked on at a time (applications times columns); the rest waits on disk."""


def quantities(
    folder: Path, queries: Sequence[Query], memory: str = "1GB", threads: int = 2, bucket: int | None = None
) -> Iterator[pd.DataFrame]:
    """As-of quantities of the applications of a folder of canonical Parquet tables, a bucket of enterprises at a time.

    Each frame has one row per application: `application_id`, `enterprise_id`, `as_of`, then the columns of every query
    in order. All applications come exactly once; buckets are ranges of `enterprise_id`, so tables sorted by it are read
    once; rows are ordered by `application_id` within a bucket, so that the same tables always give the same bytes.
    `memory` caps DuckDB's own memory; larger work spills to a temporary folder. `bucket` is a number of applications.

    Raises
    ------
    ValueError
        When a query gives other columns than it declares, or more than one row per application.
    """
    size = bucket or CELLS_A_BUCKET // (3 + sum(len(query.columns) for query in queries))
    with tempfile.TemporaryDirectory(prefix="techcredit-") as spill, duckdb.connect() as base:
        base.execute(f"SET memory_limit='{memory}'; SET threads={int(threads)}; SET temp_directory='{spill}'")
        base.execute("SET preserve_insertion_order=false")
        for within in _ranges(base, folder, size):
            _views(base, folder, within)
            yield _bucket(base, folder, queries)


def _file(folder: Path, table: str) -> str:
    return _text(str(folder / f"{table}.parquet"))


def _text(value: str) -> str:
    """SQL literal of a text."""
    return "'" + value.replace("'", "''") + "'"


def _ranges(base: duckdb.DuckDBPyConnection, folder: Path, bucket: int) -> list[str]:
    """Conditions on `enterprise_id` that cut the applications into buckets of about `bucket` rows."""
    rows = base.execute(
        f"""SELECT DISTINCT enterprise_id FROM (
            SELECT enterprise_id, ROW_NUMBER() OVER (ORDER BY enterprise_id) AS place
            FROM read_parquet({_file(folder, "applications")})
        ) WHERE place % {int(bucket)} = 0 ORDER BY enterprise_id"""
    ).fetchall()
    starts = [_text(row[0]) for row in rows]
    lower = ["TRUE", *(f"enterprise_id >= {start}" for start in starts)]
    upper = [*(f"enterprise_id < {start}" for start in starts), "TRUE"]
    return [f"{low} AND {high}" for low, high in zip(lower, upper, strict=True)]


def _views(base: duckdb.DuckDBPyConnection, folder: Path, within: str) -> None:
    """Tables of one bucket under their own names; applications are numbered from 0 in the order of `application_id`.

    They have one column more, `others_since`: the day after which other applications of the enterprise are added up.
    """
    base.execute(
        f"""CREATE OR REPLACE TEMP TABLE numbered AS
        SELECT *, {_others_since()} AS others_since, ROW_NUMBER() OVER (ORDER BY application_id) - 1 AS number
        FROM read_parquet({_file(folder, "applications")}) WHERE {within}"""
    )
    columns = "* EXCLUDE (application_id, number), number AS application_id"
    base.execute(f"CREATE OR REPLACE TEMP VIEW applications AS SELECT {columns} FROM numbered")
    for name, table in TABLES.items():
        if name == "applications" or not (folder / f"{name}.parquet").exists():
            continue
        read = f"read_parquet({_file(folder, name)})"
        if any(column.name == "enterprise_id" for column in table.columns):
            source = f"SELECT * FROM {read} WHERE {within}"
        else:
            source = f"""SELECT t.* EXCLUDE (application_id), n.number AS application_id
                FROM {read} t JOIN numbered n ON n.application_id = t.application_id"""
        base.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {source}")


def _others_since() -> str:
    """SQL of a day before `as_of`, by the window of policy/windows.yaml in force on it; the first before its day."""
    values = sorted(figure("windows", "other_applications").values.items(), reverse=True)
    dated = " ".join(f"WHEN as_of >= DATE '{since}' THEN INTERVAL '{int(months)}' MONTH" for since, months in values)
    return f"as_of - CASE {dated} ELSE INTERVAL '{int(values[-1][1])}' MONTH END"


def _bucket(base: duckdb.DuckDBPyConnection, folder: Path, queries: Sequence[Query]) -> pd.DataFrame:
    rows = base.execute("SELECT application_id, enterprise_id, as_of FROM numbered ORDER BY number").df()
    columns: dict[str, Any] = {
        "application_id": rows["application_id"].astype("str"),
        "enterprise_id": rows["enterprise_id"].astype("str"),
        "as_of": rows["as_of"].astype("datetime64[us]"),
    }
    for query in queries:
        if all((folder / f"{table}.parquet").exists() for table in query.tables):
            found = base.execute((SQL / f"{query.name}.sql").read_text(encoding="utf8")).df()
            columns |= _placed(found, len(rows), query)
        else:
            columns |= {c: pd.Series(index=range(len(rows)), dtype=_dtype(c, query)) for c in query.columns}
    return pd.DataFrame(columns)


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
