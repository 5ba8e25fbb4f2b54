"""Delivered tables as the engine reads them: where their rows lie, and every declared column as SQL."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.engine import SqlError, parquet
from schemas.compiled.columns import Reading, readings
from schemas.compiled.stored import ROW_NUMBER, Kind, kind, kinds
from schemas.compiled.text import name
from schemas.conform import BadTableError, conform
from schemas.declarations import Table
from schemas.parts import gathered, parts_of
from scoring.check.bounds import refuse_absurd
from scoring.check.convert import convert

ROW = "row"
"""Name of the position of a row in its table, from 0."""


@dataclass(frozen=True)
class Delivered:
    """One table in a Parquet file: `stored` kinds of its columns and how they are read.

    Where it came in parts, the file is that of all of them. `rows` counts them; `changed` names the declared columns of
    which a value is read as another one than is stored.
    """

    table: Table
    path: Path
    stored: Mapping[str, Kind]
    reading: Mapping[str, Reading]
    rows: int
    changed: frozenset[str] = field(default_factory=frozenset)

    @property
    def source(self) -> str:
        """The stored rows with their position as ROW_NUMBER, as SQL that can stand after FROM."""
        return parquet(self.path, options=f"{ROW_NUMBER}=true")

    def column(self, column: str) -> str:
        """SQL of a declared column over the stored ones."""
        return self.reading[column].value if column in self.changed else name(column)

    def select(self, columns: Sequence[str] | None = None) -> str:
        """Query of declared columns (all of them, when not given) and of ROW, over all rows of the file."""
        listed = ", ".join([*self.columns(columns), f"{ROW_NUMBER} AS {name(ROW)}"])
        return f"SELECT {listed} FROM {self.source}"

    def columns(self, columns: Sequence[str] | None = None) -> list[str]:
        """Declared columns (all of them, when not given), as they stand after SELECT."""
        wanted = [c.name for c in self.table.columns] if columns is None else columns
        return [f"{self.column(c)} AS {name(c)}" for c in wanted]


@contextmanager
def as_parquet(path: Path) -> Iterator[None]:
    """What reads the file `path`: where that fails, it is a bad table.

    Raises
    ------
    BadTableError
        When the file, or the part of it that is read, is no Parquet.
    """
    try:
        yield
    except (OSError, pa.ArrowException, SqlError) as error:
        message = f"cannot read {path} as Parquet: {str(error).splitlines()[0][:120]}"
        raise BadTableError(message) from error


def delivered(path: Path, table: Table, work: Path) -> Delivered:
    """The table of `path`, a file or a folder of parts; what SQL reads otherwise than `conform` is converted by it.

    Raises
    ------
    BadTableError
        When the file cannot be read, is absurdly large, lacks a required column, or holds what the column cannot.
    """
    if path.is_dir():
        for part in parts_of(path):
            with as_parquet(part):
                refuse_absurd(part, table.name)
        path = gathered(path, work / f"{table.name}.gathered.parquet", table)
    with as_parquet(path):
        refuse_absurd(path, table.name)
        parquet = pq.ParquetFile(path)
        schema = parquet.schema_arrow
        nanoseconds = any(parquet.schema.column(n).physical_type == "INT96" for n in range(len(parquet.schema)))
        conform(schema.empty_table().to_pandas(), table)
        stored = None if nanoseconds else kinds(schema, table)
        if stored is None:
            return converted(path, table, work)
        return _plain(path, table, stored, parquet.metadata.num_rows)


def converted(path: Path, table: Table, work: Path) -> Delivered:
    """The table of `path` after `conform`, in a private file of the folder `work`.

    Raises
    ------
    BadTableError
        When `conform` refuses it.
    """
    output = work / f"{table.name}.conformed.parquet"
    convert(path, table, output)
    schema = pq.read_schema(output)
    stored = {n: k for n in schema.names if (k := kind(schema.field(n).type)) is not None}
    as_stored = {n: Reading(name(n)) for n in schema.names}
    return Delivered(table, output, stored, as_stored, pq.read_metadata(output).num_rows)


def _plain(path: Path, table: Table, stored: Mapping[str, Kind], rows: int) -> Delivered:
    reading = readings(table, stored)
    return Delivered(table, path, stored, reading, rows, frozenset(n for n, r in reading.items() if r.converted))
