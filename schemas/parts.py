"""A table that lies as a folder of Parquet files, as Spark, Hive and Trino write it: its parts, and one file of them.

The keys of partitions (`month=2026-06/`) are columns of text. Every part must have the columns of the first one, and
types that one column can hold without loss: what a reader fills in or leaves out in silence is a sentence here.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.conform import ROW_GROUP, BadTableError, first_line

HIDDEN = ("_", ".")
"""What the name of a file or folder begins with that is none of the table: marks of success, check sums."""
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""How a partition is named whose key has no value."""
ROWS = 60_000
"""Rows copied at a time."""


def parts_of(folder: Path) -> list[Path]:
    """The Parquet files of a table that is a folder, in the order of their paths in it.

    Raises
    ------
    BadTableError
        When there is none.
    """
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _hidden(path, folder)]
    if not found:
        message = f"wanted Parquet files in the folder {folder}; it has none"
        raise BadTableError(message)
    return found


def gathered(folder: Path, output: Path) -> Path:
    """Write the parts of the table in `folder`, one after another, into the Parquet file `output`; gives `output`.

    Raises
    ------
    BadTableError
        When a part cannot be read, lacks a column that the first one has or has another, or holds values of a type that
        the column of the others cannot hold.
    """
    schema = _schema(folder)
    output.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(output, schema, compression="zstd") as writer:
        for rows in _rows(folder, schema):
            writer.write_table(rows, row_group_size=ROW_GROUP)
    return output


def whole(folder: Path) -> pd.DataFrame:
    """The rows of all parts of the table in `folder`, as `gathered` and pandas would give them.

    Raises
    ------
    BadTableError
        As `gathered`.
    """
    schema = _schema(folder)
    found: pd.DataFrame = pa.concat_tables([schema.empty_table(), *_rows(folder, schema)]).to_pandas()
    return found


def _hidden(path: Path, folder: Path) -> bool:
    return any(name.startswith(HIDDEN) for name in path.relative_to(folder).parts)


def _keys(folder: Path, part: Path) -> dict[str, str | None]:
    """Keys of the partition that a part lies in, from the names of the folders above it, which hide signs as %3A."""
    named = [name.partition("=") for name in part.relative_to(folder).parts[:-1]]
    return {key: None if value == NO_VALUE else unquote(value) for key, is_, value in named if is_}


def _own(folder: Path, part: Path) -> pa.Schema:
    """Columns of a part, those of its partition after them."""
    try:
        found = pq.read_schema(part).remove_metadata()
    except (OSError, pa.ArrowException) as error:
        raise _unread(part, error) from error
    both = [key for key in _keys(folder, part) if key in found.names]
    if both:
        message = f"{part}: wanted column {both[0]} once; it is in the file and in the name of its folder"
        raise BadTableError(message)
    for key in _keys(folder, part):
        found = found.append(pa.field(key, pa.string()))
    return found


def _schema(folder: Path) -> pa.Schema:
    """The columns of all parts, each in the type that holds the values of every part."""
    parts = parts_of(folder)
    first = found = _own(folder, parts[0])
    for part in parts[1:]:
        mine = _own(folder, part)
        absent, more = sorted(set(first.names) - set(mine.names)), sorted(set(mine.names) - set(first.names))
        if absent or more:
            said = f"lacks column {', '.join(absent)}" if absent else f"has column {', '.join(more)} beside them"
            message = f"{part}: wanted the columns of the first part, {parts[0].relative_to(folder)}; it {said}"
            raise BadTableError(message)
        for name in first.names:
            found = _widened(found, mine.field(name), part)
    return found


def _widened(schema: pa.Schema, field: pa.Field, part: Path) -> pa.Schema:
    at = schema.get_field_index(field.name)
    known = schema.field(at)
    if known.type == field.type:
        return schema
    try:
        wide = pa.unify_schemas([pa.schema([known]), pa.schema([field])], promote_options="permissive").field(0)
    except pa.ArrowException as error:
        message = f"{part}: wanted column {field.name} as {known.type}, as the parts before have it; got {field.type}"
        raise BadTableError(message) from error
    return schema.set(at, wide.with_nullable(True))


def _rows(folder: Path, schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows of all parts in the columns of `schema`, some at a time."""
    for part in parts_of(folder):
        keys = _keys(folder, part)
        try:
            for batch in pq.ParquetFile(part).iter_batches(ROWS):
                rows = pa.Table.from_batches([batch])
                for key, value in keys.items():
                    rows = rows.append_column(key, pa.array([value] * len(rows), pa.string()))
                yield rows.select(schema.names).cast(schema)
        except (OSError, pa.ArrowException) as error:
            raise _unread(part, error) from error


def _unread(part: Path, error: Exception) -> BadTableError:
    return BadTableError(f"cannot read {part} as Parquet: {first_line(error)}")
