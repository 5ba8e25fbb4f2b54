"""Tables whose stored values only `conform` can read, converted by it batch by batch into a private file."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from schemas.conform import ROW_GROUP, BadTableError, conform, conformed_column, conformed_known_on
from schemas.declarations import Column, Table

ROWS = 60_000
"""Rows converted at a time."""


class Stored:
    """The rows of a Parquet file as `pandas.read_parquet` gives them, some at a time.

    pandas reads whole numbers as floating ones where a value is missing anywhere in the column; so do these batches.
    """

    def __init__(self, path: Path) -> None:
        self._data = ds.dataset(path, format="parquet")
        self.schema: pa.Schema = self._data.schema
        whole = [f.name for f in self.schema if pa.types.is_integer(f.type) or pa.types.is_boolean(f.type)]
        self._short = [name for name in whole if self._data.count_rows(filter=pc.field(name).is_null())]

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[tuple[int, pd.DataFrame]]:
        """Position of the first row of a batch, and its rows; at least one batch, though it be empty."""
        at = 0
        for batch in self._data.to_batches(columns=columns, batch_size=ROWS):
            if batch.num_rows or not at:
                yield at, self._frame(pa.Table.from_batches([batch]))
                at += batch.num_rows
        if not at:
            schema = self.schema if columns is None else pa.schema([self.schema.field(c) for c in columns])
            yield 0, self._frame(schema.empty_table())

    def _frame(self, table: pa.Table) -> pd.DataFrame:
        frame: pd.DataFrame = table.to_pandas()
        short = [name for name in self._short if name in frame]
        plain = {name: frame[name].dtype.kind for name in short if isinstance(frame[name].dtype, np.dtype)}
        return frame.astype({n: "object" if kind == "b" else "float64" for n, kind in plain.items() if kind in "iub"})


def convert(path: Path, table: Table, output: Path) -> None:
    """Write the table of `path` into the Parquet file `output`, as `conform` gives it whole.

    Raises
    ------
    BadTableError
        When `conform` refuses it, with the sentence it has for the whole table.
    """
    stored = Stored(path)
    schema = canonical_schema(table)
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        with pq.ParquetWriter(output, schema, compression="zstd") as writer:
            for _, frame in stored.batches():
                found = conform(frame, table)
                writer.write_table(pa.Table.from_pandas(found, schema, preserve_index=False), row_group_size=ROW_GROUP)
    except BadTableError:
        output.unlink(missing_ok=True)
        _raise_first(stored, table)
        raise


def canonical_schema(table: Table, more: Sequence[pa.Field] = ()) -> pa.Schema:
    """Arrow schema of a conformed table, with what pandas needs to read the same dtypes; then the columns `more`."""
    empty = conform(pd.DataFrame(columns=[c.name for c in table.columns], dtype="object"), table)
    for field in more:
        empty[field.name] = pd.Series(dtype="int64" if pa.types.is_integer(field.type) else "object")
    schema = pa.Schema.from_pandas(empty, preserve_index=False)
    for field in more:
        schema = schema.set(schema.get_field_index(field.name), field)
    return schema


def _raise_first(stored: Stored, table: Table) -> None:
    """Raise what `conform` would of the whole table: it goes by columns, while batches go by rows."""
    names, lag = stored.schema.names, table.lag
    if lag is not None and lag.after in names:
        used = [c.name for c in table.columns if c.name in (lag.after, lag.by, lag.never_later_than, "known_on")]
        _each(stored, [n for n in used if n in names], partial(conformed_known_on, table=table))
    for column in table.columns:
        if column.name in names:
            _each(stored, [column.name], partial(_conformed, column=column, table=table))


def _conformed(frame: pd.DataFrame, column: Column, table: Table) -> pd.Series:
    return conformed_column(frame[column.name], column, table)


def _each(stored: Stored, columns: Sequence[str], read: Callable[[pd.DataFrame], Any]) -> None:
    for at, frame in stored.batches(columns):
        try:
            read(frame)
        except BadTableError as error:
            raise BadTableError(_moved(str(error), at)) from error


def _moved(sentence: str, rows: int) -> str:
    """The sentence with the position that pandas names counted from the first row of the table."""
    return re.sub(r"at position (\d+)", lambda found: f"at position {int(found[1]) + rows}", sentence)
