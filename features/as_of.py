"""As-of quantities: what was known of each applicant on the day of decision, by SQL under a memory cap."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pandas as pd

from features.declarations import Query
from schemas.tables import TABLES

SQL = Path(__file__).parent / "sql"
APPLICATIONS_A_BUCKET = 250_000
"""Applications worked on at a time; the rest waits on disk."""


def quantities(
    folder: Path, queries: Sequence[Query], memory: str = "1GB", threads: int = 2, bucket: int = APPLICATIONS_A_BUCKET
) -> Iterator[pd.DataFrame]:
    """As-of quantities of the applications of a folder of canonical Parquet tables, a bucket of enterprises at a time.

    Each frame has one row an application: `application_id`, `enterprise_id`, `as_of`, then the columns of every query
    in order. All applications come exactly once; rows are ordered by `application_id` within a bucket, so that the same
    tables always give the same bytes. `memory` caps DuckDB's own memory; larger work spills to a temporary folder.
    """
    with tempfile.TemporaryDirectory(prefix="techcredit-") as spill, duckdb.connect() as base:
        base.execute(f"SET memory_limit='{memory}'; SET threads={int(threads)}; SET temp_directory='{spill}'")
        base.execute("SET preserve_insertion_order=false")
        counted = base.execute(f"SELECT count(*) FROM read_parquet('{_file(folder, 'applications')}')").fetchone()
        buckets = max(1, -(-int(counted[0] if counted else 0) // bucket))
        for number in range(buckets):
            _views(base, folder, number, buckets)
            yield _bucket(base, folder, queries)


def _file(folder: Path, table: str) -> str:
    return str(folder / f"{table}.parquet").replace("'", "''")


def _views(base: duckdb.DuckDBPyConnection, folder: Path, number: int, buckets: int) -> None:
    """Views of the tables that are there, each cut to the enterprises of this bucket."""
    cut = f"WHERE hash(enterprise_id) % {buckets} = {number}" if buckets > 1 else ""
    for name, table in TABLES.items():
        if not (folder / f"{name}.parquet").exists():
            continue
        keyed = any(column.name == "enterprise_id" for column in table.columns)
        base.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet('{_file(folder, name)}') {cut if keyed else ''}"
        )


def _bucket(base: duckdb.DuckDBPyConnection, folder: Path, queries: Sequence[Query]) -> pd.DataFrame:
    rows = base.execute("SELECT application_id, enterprise_id, as_of FROM applications ORDER BY application_id").df()
    frames = [rows]
    for query in queries:
        if all((folder / f"{table}.parquet").exists() for table in query.tables):
            found = base.execute((SQL / f"{query.name}.sql").read_text(encoding="utf8")).df()
            frames.append(_aligned(found, rows["application_id"], query))
        else:
            frames.append(_missing(query, len(rows)))
    return pd.concat(frames, axis=1)


def _aligned(found: pd.DataFrame, ids: pd.Series, query: Query) -> pd.DataFrame:
    """The query's columns in the order of the applications, in one dtype each."""
    if list(found.columns) != ["application_id", *query.columns]:
        message = f"features/sql/{query.name}.sql: wanted columns application_id, {', '.join(query.columns)}; got {', '.join(found.columns)}"
        raise ValueError(message)
    placed = found.set_index("application_id").reindex(ids).reset_index(drop=True)
    return placed.astype({c: _dtype(c, query) for c in query.columns})


def _missing(query: Query, rows: int) -> pd.DataFrame:
    return pd.DataFrame({c: pd.Series(index=range(rows), dtype=_dtype(c, query)) for c in query.columns})


def _dtype(column: str, query: Query) -> str:
    if column in query.dates:
        return "datetime64[us]"
    return "str" if column in query.texts else "float64"
