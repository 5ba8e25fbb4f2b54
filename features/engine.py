"""The embedded SQL engine (DuckDB): reads Parquet files under a memory cap and spills to a private folder."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from policy.errors import MendableError
from policy.folders import temporary

SqlError = duckdb.Error
"""What a call of the engine raises: a file that cannot be read, too little memory, a statement it does not know."""
Relations = Mapping[str, str]
"""Canonical tables by name, each as SQL that can stand after FROM: a file that is read, or a query in brackets.

Columns are the declared ones, in their declared types, and rows are those that may be used. A table that is not among
them was not delivered, or says nothing.
"""


PATIENCE = 30.0
"""How long the end of an engine waits for a query that was told to stop [seconds]."""


class EngineError(MendableError):
    """The engine had too little memory or room, or could not read a file."""


class Engine:
    """One connection to the engine. Texts of SQL are ours; values of a user go through `literal` or `values`."""

    def __init__(self, base: duckdb.DuckDBPyConnection) -> None:
        self._base = base

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Execute a statement that gives no rows."""
        self._base.execute(sql, list(values))

    def use(self, threads: int) -> None:
        """Work with so many threads from now on."""
        self._base.execute(f"SET threads={int(threads)}")

    @contextmanager
    def beside(self) -> Iterator["Engine"]:
        """Another connection to the same engine, for another thread; it has its own TEMP tables."""
        with closing(self._base.cursor()) as base:
            yield Engine(base)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query; for results that are small."""
        return self._base.execute(sql, list(values)).fetchall()

    def frame(self, sql: str, values: Sequence[Any] = ()) -> pd.DataFrame:
        """The result of a query as a frame; for results that fit in memory."""
        return self._base.execute(sql, list(values)).df()

    def batches(self, sql: str, rows: int = 100_000) -> pa.RecordBatchReader:
        """The result of a query, `rows` rows at a time; nothing is held whole."""
        return self._base.sql(sql).to_arrow_reader(rows)

    def write(self, sql: str, path: Path, row_group: int = 30_000, compression: str = "zstd") -> None:
        """Write the result of a query as one Parquet file, in the order the query gives."""
        self._base.execute(
            f"COPY ({sql}) TO {literal(str(path))} "
            f"(FORMAT parquet, COMPRESSION {compression}, ROW_GROUP_SIZE {int(row_group)})"
        )


@contextmanager
def engine(memory: str = "1GB", threads: int = 2, spill: Path | None = None) -> Iterator[Engine]:
    """An engine whose own memory is capped at `memory` ("512MB", "2GB"); larger work spills to the folder `spill`.

    Without `spill` a private temporary folder is made, and removed at the end. A query that still runs in another
    thread then, because the caller ended early, is stopped.

    Raises
    ------
    EngineError
        When the memory does not suffice, or a file cannot be read or written (no room on the disk, say).
    """
    with temporary() if spill is None else nullcontext(spill) as made, _connected() as base:
        folder = literal(str(made))
        base.execute(f"SET memory_limit={literal(memory)}; SET threads={int(threads)}; SET temp_directory={folder}")
        # Statistics of a Parquet file do not know NaN, and the engine would take isnan(x) for false because of them.
        base.execute("SET preserve_insertion_order=false; SET disabled_optimizers='statistics_propagation'")
        try:
            yield Engine(base)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            words = " ".join(str(error).split())[:300]
            message = f"wanted memory ({memory} for the SQL engine), room on the disk and whole files; {words}"
            raise EngineError(message) from error


@contextmanager
def _connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that closes at the end; it refuses to while a query runs."""
    base = duckdb.connect()
    try:
        yield base
    finally:
        last = time.monotonic() + PATIENCE
        while not _closed(base):
            if time.monotonic() > last:
                base.close()
            base.interrupt()
            time.sleep(0.01)


def _closed(base: duckdb.DuckDBPyConnection) -> bool:
    """Whether the connection could be closed: not while a query runs."""
    try:
        base.close()
    except duckdb.ResourceInUseException:
        return False
    return True


def literal(value: str) -> str:
    """SQL literal of a text."""
    return "'" + value.replace("'", "''") + "'"


def exact(path: Path) -> str:
    """The path as the engine reads it as one file: signs of a pattern (`*`, `?`, `[`) stand for themselves."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def parquet(*paths: Path, options: str = "") -> str:
    """SQL that can stand after FROM and reads these Parquet files, and nothing else.

    Without more the engine would take a path for a pattern, and a folder `name=value` on the way for a column.
    """
    files = ", ".join(literal(exact(path)) for path in paths)
    return f"read_parquet([{files}], hive_partitioning=false{options and f', {options}'})"


def relations_of(folder: Path, names: Sequence[str]) -> Relations:
    """Those of the tables `names` that lie in `folder` as `<name>.parquet`."""
    paths = {name: folder / f"{name}.parquet" for name in names}
    return {name: parquet(path) for name, path in paths.items() if path.exists()}
