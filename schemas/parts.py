"""A table that lies as a folder of Parquet files, as Spark, Hive and Trino write it: its parts, and one file of them.

The keys of partitions (`month=2026-06/`) are columns of text. Every part must have the columns of the first one, and
types that one column can hold without loss: what a reader fills in or leaves out in silence is a sentence here.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.conform import ROW_GROUP, BadTableError, first_line
from schemas.declarations import Table

FOREIGN = ("_delta_log", ".hoodie", "_temporary")
"""What lies in a table of Delta Lake or Hudi, or of a job that has not ended: not all files there are its rows."""
PLAIN = "Write the table as plain Parquet files first"
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""How a partition is named whose key has no value."""
ROWS = 60_000
"""Rows copied at a time."""


def parts_of(folder: Path) -> list[Path]:
    """The Parquet files of a table that is a folder, in the order of their paths in it; links are followed.

    Raises
    ------
    BadTableError
        When there is none, a folder cannot be listed or comes twice, an entry is no file, or the files are not the
        rows: those of a table of Delta Lake or Hudi, or of a job that has not ended.
    """
    found, seen = list[Path](), set[str]()
    for at, folders, files in os.walk(folder, onerror=_unlisted, followlinks=True):
        real = os.path.realpath(at)
        foreign = [name for name in (*folders, *files) if name in FOREIGN]
        if real in seen or foreign:
            said = f"it holds {foreign[0]}" if foreign else f"{at} leads to a folder that came before"
            message = f"wanted a folder whose Parquet files are the rows of a table, in {folder}; {said}. {PLAIN}"
            raise BadTableError(message)
        seen.add(real)
        folders[:] = [name for name in folders if not hidden(name)]
        found += [Path(at) / name for name in files if not hidden(name)]
    lost = [path for path in sorted(found) if not path.is_file()]
    if lost or not found:
        said = f"{lost[0]} is none" if lost else "it has none"
        message = f"wanted Parquet files in the folder {folder}; {said}"
        raise BadTableError(message)
    return sorted(found)


def hidden(name: str) -> bool:
    """Whether a file or folder of that name is none of a table: a mark of success, a check sum."""
    return name.startswith(".") or (name.startswith("_") and "=" not in name)


def _unlisted(error: OSError) -> None:
    message = f"cannot list the folder {error.filename}: {error.strerror}"
    raise BadTableError(message) from error


def gathered(folder: Path, output: Path, table: Table) -> Path:
    """Write the parts of the table in `folder`, one after another, into the Parquet file `output`; gives `output`.

    Raises
    ------
    BadTableError
        When a part cannot be read, lacks a column that the first one has or has another, or holds values of a type that
        the column of the others cannot hold.
    """
    schema = _schema(folder, table)
    output.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(output, schema, compression="zstd") as writer:
        for rows in _rows(folder, schema):
            writer.write_table(rows, row_group_size=ROW_GROUP)
    return output


def whole(folder: Path, table: Table) -> pd.DataFrame:
    """The rows of all parts of the table in `folder`, as `gathered` and pandas would give them.

    Raises
    ------
    BadTableError
        As `gathered`.
    """
    schema = _schema(folder, table)
    found: pd.DataFrame = pa.concat_tables([schema.empty_table(), *_rows(folder, schema)]).to_pandas()
    return found


def _keys(folder: Path, part: Path) -> dict[str, str | None]:
    """Keys of the partition that a part lies in, from the names of the folders above it, which hide signs as %3A.

    Raises
    ------
    BadTableError
        When a key comes twice, or its value is no text of UTF-8.
    """
    found: dict[str, str | None] = {}
    for name in part.relative_to(folder).parts[:-1]:
        key, named, value = name.partition("=")
        if named and key in found:
            message = f"{part}: wanted the key {key} once among the names of its folders; it is there twice"
            raise BadTableError(message)
        if named:
            try:
                found[key] = None if value == NO_VALUE else unquote(value, errors="strict")
            except UnicodeDecodeError as error:
                message = f"{part}: wanted the key {key} as text of UTF-8; got {value}"
                raise BadTableError(message) from error
    return found


def _own(folder: Path, part: Path) -> pa.Schema:
    """Columns of a part, those of its partition after them."""
    try:
        found = pq.read_schema(part).remove_metadata()
    except (OSError, pa.ArrowException) as error:
        raise _unread(part, error) from error
    twice = [name for at, name in enumerate(found.names) if name in found.names[:at]]
    if twice:
        message = f"{part}: wanted column {twice[0]} once; it is there twice"
        raise BadTableError(message)
    both = [key for key in _keys(folder, part) if key in found.names]
    if both:
        message = f"{part}: wanted column {both[0]} once; it is in the file and in the name of its folder"
        raise BadTableError(message)
    for key in _keys(folder, part):
        found = found.append(pa.field(key, pa.string()))
    return found


def _schema(folder: Path, table: Table) -> pa.Schema:
    """The columns of all parts, each in the type that holds the values of every part."""
    parts = parts_of(folder)
    texts = {column.name for column in table.columns if column.dtype == "string"}
    first = found = _own(folder, parts[0])
    for part in parts[1:]:
        mine = _own(folder, part)
        absent, more = sorted(set(first.names) - set(mine.names)), sorted(set(mine.names) - set(first.names))
        if absent or more:
            said = f"lacks column {', '.join(absent)}" if absent else f"has column {', '.join(more)} beside them"
            message = f"{part}: wanted the columns of the first part, {parts[0].relative_to(folder)}; it {said}"
            raise BadTableError(message)
        for name in first.names:
            found = _widened(found, mine.field(name), part, name in texts)
    return found


def _widened(schema: pa.Schema, field: pa.Field, part: Path, text: bool) -> pa.Schema:
    """The schema with a column of a type that holds the values of `field` too; `text` where it is declared as text.

    Whole and broken numbers would give a text two forms (55 and 55.0), and decimals lose digits: they are refused.
    """
    at = schema.get_field_index(field.name)
    known = schema.field(at)
    if known.type == field.type:
        return schema
    other = {known.type, field.type} - {pa.null()}
    if len(other) > 1 and ((text and not all(map(_of_text, other))) or any(map(pa.types.is_decimal, other))):
        message = f"{part}: wanted column {field.name} as {known.type}, as the parts before have it; got {field.type}"
        raise BadTableError(message)
    try:
        wide = pa.unify_schemas([pa.schema([known]), pa.schema([field])], promote_options="permissive").field(0)
    except pa.ArrowException as error:
        message = f"{part}: wanted column {field.name} as {known.type}, as the parts before have it; got {field.type}"
        raise BadTableError(message) from error
    return schema.set(at, wide.with_nullable(True))


def _of_text(kind: pa.DataType) -> bool:
    told = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(told) or pa.types.is_large_string(told) or pa.types.is_string_view(told))


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
