"""What kind of values a Parquet file stores in each column, and whether SQL reads them exactly as `conform` does."""

import json
from collections.abc import Mapping
from typing import Literal

import pyarrow as pa

from schemas.declarations import Dtype, Table

Kind = Literal["text", "double", "number", "whole", "boolean", "day", "time", "nanoseconds"]
"""Kinds of stored values that SQL reads: `number` is another width of a number, `time` a timestamp without a zone."""
READABLE: Mapping[Dtype, tuple[Kind, ...]] = {
    "string": ("text",),
    "number": ("double", "number", "whole"),
    "integer": ("whole",),
    "boolean": ("boolean",),
    "date": ("time", "nanoseconds", "day", "text"),
}
"""Kinds that SQL reads exactly as `conform` does, by declared dtype; others go through `conform` itself."""
ROW_NUMBER = "file_row_number"
"""Name under which the engine gives the position of a row in its file."""


def kind(stored: pa.DataType) -> Kind | None:
    """Kind of one stored type; None where only `conform` can read it."""
    if pa.types.is_string(stored) or pa.types.is_large_string(stored):
        return "text"
    if pa.types.is_float64(stored):
        return "double"
    if pa.types.is_int64(stored):
        return "whole"
    if pa.types.is_integer(stored) or pa.types.is_float32(stored):
        return "number"
    if pa.types.is_boolean(stored):
        return "boolean"
    if pa.types.is_date32(stored):
        return "day"
    if pa.types.is_timestamp(stored) and stored.tz is None:
        return "nanoseconds" if stored.unit == "ns" else "time"
    return None


def kinds(schema: pa.Schema, table: Table) -> dict[str, Kind] | None:
    """Kind of each declared column that the file has; None where a column can only be read by `conform`.

    So too where names differ by case alone, which SQL does not tell apart, or pandas would read a declared column as
    the index.
    """
    declared = [column.name for column in table.columns]
    known = {name.lower() for name in (*declared, ROW_NUMBER)}
    alike = [name for name in schema.names if name.lower() in known]
    if len({name.lower() for name in alike}) < len(alike) or not set(alike) <= set(declared):
        return None
    if set(_index(schema)) & set(declared):
        return None
    found = {name: kind(schema.field(name).type) for name in alike}
    readable = {name: k for name, k in found.items() if k in READABLE[table.column(name).dtype]}
    by = table.lag.by if table.lag is not None else None
    return readable if len(readable) == len(found) and readable.get(str(by), "text") == "text" else None


def _index(schema: pa.Schema) -> list[str]:
    """Columns that pandas wrote as the index of the frame, and would read as one."""
    told = (schema.metadata or {}).get(b"pandas")
    columns = json.loads(told).get("index_columns", []) if told else []
    return [column for column in columns if isinstance(column, str)]
