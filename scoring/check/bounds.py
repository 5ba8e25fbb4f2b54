"""What Parquet files say of themselves: absurd ones are refused before a value is read, wrong bounds are noticed."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.engine import Engine, exact, literal
from schemas.conform import BadTableError

MOST_ROWS = 2_000_000_000
"""Rows of one table."""
FEW_ROWS = 10_000_000
ROWS_PER_BYTE = 100
"""A table of more than FEW_ROWS has at most so many rows per byte of its file: its key alone takes more than that."""
MOST_OF_A_CHUNK = 1 << 30
"""Bytes that one column of one row group may take when it is unpacked."""
MOST_PER_CELL, SMALL_CHUNK = 16_384, 1 << 22
"""Bytes per cell, on average over a column of a row group larger than SMALL_CHUNK."""
LONGEST_TEXT = 1_000_000
"""Bytes of one text."""


def refuse_absurd(path: Path, table: str) -> None:
    """Nothing, when the metadata of the Parquet file `path` are those of a table that can be read.

    Raises
    ------
    BadTableError
        When it tells of more rows, or larger cells, than a table of a bank can have.
    """
    metadata = pq.ParquetFile(path).metadata
    rows, size = metadata.num_rows, path.stat().st_size
    held = sum(metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))
    if held != rows:
        message = f"table {table}: wanted as many rows as its row groups hold, {held:,}; {path} tells of {rows:,}"
        raise BadTableError(message)
    if rows > MOST_ROWS or (rows > FEW_ROWS and rows > ROWS_PER_BYTE * size):
        message = (
            f"table {table}: wanted at most {MOST_ROWS:,} rows, and at most {ROWS_PER_BYTE} per byte of the file; "
            f"{path} tells of {rows:,} rows in {size:,} bytes"
        )
        raise BadTableError(message)
    for group in range(metadata.num_row_groups):
        told = metadata.row_group(group)
        for place in range(told.num_columns):
            chunk = told.column(place)
            unpacked, cells = chunk.total_uncompressed_size, max(chunk.num_values, 1)
            if unpacked > MOST_OF_A_CHUNK or (unpacked > SMALL_CHUNK and unpacked > MOST_PER_CELL * cells):
                message = (
                    f"table {table}, column {chunk.path_in_schema}: wanted at most {MOST_OF_A_CHUNK:,} bytes in a row "
                    f"group, and {MOST_PER_CELL:,} per cell; row group {group} of {path} unpacks to {unpacked:,} bytes "
                    f"in {chunk.num_values:,} cells"
                )
                raise BadTableError(message)


def refuse_long(table: str, column: str, longest: int) -> None:
    """Nothing, when the longest text of a column [bytes] is one that can be worked on.

    Raises
    ------
    BadTableError
        When it is not.
    """
    if longest > LONGEST_TEXT:
        message = (
            f"table {table}, column {column}: wanted texts of at most {LONGEST_TEXT:,} bytes; one has {longest:,} bytes"
        )
        raise BadTableError(message)


def by_value(condition: str) -> str:
    """A condition of SQL as a number, 1 where met: so statistics of a file, which may be wrong, leave no row out."""
    return f"CAST(COALESCE({condition}, FALSE) AS INTEGER)"


def statistics_hold(engine: Engine, path: Path, identifiers: Sequence[str]) -> bool:
    """Whether the values of a Parquet file are such as it states of them for each row group.

    The engine leaves out row groups by the bounds of `identifiers`, and takes all values of a column for missing where
    so many are counted as missing; where that is wrong, rows or values would be lost in silence. Bounds that the engine
    reads and this reader does not believe, as those of old writers that sort bytes by their signs, do not hold.
    """
    file = pq.ParquetFile(path)
    names = [name for name in identifiers if name in file.schema_arrow.names]
    stated = engine.rows(
        f"""SELECT row_group_id, path_in_schema,
            COALESCE(stats_min, stats_max, stats_min_value, stats_max_value) IS NOT NULL,
            stats_null_count, stats_null_count >= num_values AND num_values > 0
        FROM parquet_metadata({literal(exact(path))})"""
    )
    for group, column, bounded, nulls, nothing in stated:
        if column in names:
            if not _holds(file, group, column, bounded, nulls):
                return False
        elif nothing and column in file.schema_arrow.names:
            values = file.read_row_group(group, columns=[column]).column(0)
            if values.null_count < len(values):
                return False
    return True


def _holds(file: pq.ParquetFile, group: int, column: str, bounded: bool, nulls: int | None) -> bool:
    """Whether what is stated of an identifier in a row group holds: bounds, where some are, and missing values."""
    told = file.metadata.row_group(group)
    place = next(p for p in range(told.num_columns) if told.column(p).path_in_schema == column)
    bounds = told.column(place).statistics
    known = None
    if bounds is not None and bounds.has_min_max:
        known = [str(bound).encode() if isinstance(bound, str) else bytes(bound) for bound in (bounds.min, bounds.max)]
    elif bounded:
        return False
    if known is None and not nulls:
        return True
    values = file.read_row_group(group, columns=[column]).column(0)
    if nulls is not None and nulls != values.null_count:
        return False
    # Compared as bytes, as the engine does.
    found = pc.min_max(values.cast(pa.large_binary())).as_py()
    return known is None or found["min"] is None or bool(known[0] <= found["min"] and found["max"] <= known[1])
