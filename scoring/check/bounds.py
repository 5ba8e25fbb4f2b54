"""What Parquet files say of themselves: absurd ones are refused before a value is read, wrong bounds are noticed."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

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


def statistics_hold(path: Path, columns: Sequence[str]) -> bool:
    """Whether all texts of these columns lie within the bounds that the file states for each row group.

    A reader leaves out row groups by these bounds; where they are wrong, rows would be lost in silence.
    """
    file = pq.ParquetFile(path)
    present = [name for name in columns if name in file.schema_arrow.names]
    return all(_holds(file, group, column) for group in range(file.num_row_groups) for column in present)


def _holds(file: pq.ParquetFile, group: int, column: str) -> bool:
    told = file.metadata.row_group(group)
    place = next(p for p in range(told.num_columns) if told.column(p).path_in_schema == column)
    bounds = told.column(place).statistics
    if bounds is None or not bounds.has_min_max:
        return True
    # Compared as bytes, as the engine does.
    found = pc.min_max(file.read_row_group(group, columns=[column]).column(0).cast(pa.large_binary())).as_py()
    if found["min"] is None:
        return True
    low, high = (str(bound).encode() if isinstance(bound, str) else bytes(bound) for bound in (bounds.min, bounds.max))
    return bool(low <= found["min"] and found["max"] <= high)
