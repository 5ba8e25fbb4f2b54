"""Rejected rows written whole, and what SQL reads of a table once they are out."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.engine import Engine, parquet
from schemas.compiled.stored import ROW_NUMBER
from schemas.compiled.text import name
from scoring.check.broken import Broken
from scoring.check.convert import canonical_schema
from scoring.check.delivered import ROW, Delivered
from scoring.check.repeated import Repeated

RULES = pa.field("rules", pa.list_(pa.string()))
AT_A_TIME = 20_000
"""Rejected rows held at a time."""


def write_rejected(engine: Engine, table: Delivered, found: Broken, folder: Path) -> None:
    """The rejected rows of a table as `<table>.parquet` in `folder`, with `row` and the list `rules`, as they came.

    A table without any has no file; that of an earlier check does not stay.
    """
    path = folder / f"{table.table.name}.parquet"
    path.unlink(missing_ok=True)
    if not found.rejected:
        return
    folder.mkdir(parents=True, exist_ok=True)
    schema = canonical_schema(table.table, [pa.field(ROW, pa.int64()), RULES])
    columns = ", ".join(name(column) for column in schema.names)
    rows = f"SELECT {columns} FROM ({table.select()}) JOIN ({found.lists()}) USING ({name(ROW)}) ORDER BY {name(ROW)}"
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in engine.batches(rows, AT_A_TIME):
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))


def relation(engine: Engine, table: Delivered, found: Broken, repeats: Repeated, work: Path) -> str:
    """The fit rows of a table as SQL that can stand after FROM; rows to leave out are named by a file in `work`.

    Columns that need nothing stay plain, so that a condition on them reaches the row groups of the file.
    """
    columns = ", ".join(table.columns())
    if not found.rejected and not repeats.identical:
        return f"(SELECT {columns} FROM {table.source})"
    out = work / f"{table.table.name}.out.parquet"
    engine.write(f"SELECT {name(ROW)} FROM {found.table} UNION FROM {repeats.duplicates} ORDER BY ALL", out)
    without = f"ANTI JOIN {parquet(out)} AS o ON t.{ROW_NUMBER} = o.{name(ROW)}"
    return f"(SELECT {columns} FROM {table.source} AS t {without})"
