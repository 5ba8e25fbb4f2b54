"""Scores as Parquet."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ENDING = ".parquet"


def write(parts: Iterable[pa.Table], path: Path) -> None:
    """Write the tables one after another into one file; nothing is held but one of them."""
    writer: pq.ParquetWriter | None = None
    try:
        for part in parts:
            writer = writer or pq.ParquetWriter(path, part.schema)
            writer.write_table(part)
    finally:
        if writer is not None:
            writer.close()
