"""Stage `ingest`: a source's own data in, canonical tables out."""

from pathlib import Path

from pipelines.files import write_parquet
from pipelines.stage import run
from schemas.conform import conform
from schemas.tables import TABLES
from sources.registry import source_tables


def main(source: str, sample: Path, tables: Path) -> None:
    """Write the canonical tables of SOURCE, read from the folder SAMPLE, into the folder TABLES."""
    for name, frame in source_tables(source, sample).items():
        write_parquet(conform(frame, TABLES[name]), tables / f"{name}.parquet")


if __name__ == "__main__":
    run(main)
