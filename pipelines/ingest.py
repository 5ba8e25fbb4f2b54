"""Step `ingest`: a source's own data in, canonical tables out, and the truth of a simulated portfolio."""

from pathlib import Path

from pipelines.entry import run
from pipelines.files import write_parquet
from pipelines.params import section
from schemas.conform import conform, write_table
from schemas.tables import TABLES
from sources.registry import SourceParams, source_data


def main(source: str, sample: Path, tables: Path, truth: Path) -> None:
    """Write the canonical tables of SOURCE into TABLES, and its known truth into TRUTH (empty for real data)."""
    data = source_data(source, sample, section("ingest", SourceParams, source))
    for name, frame in data.tables.items():
        write_table(conform(frame, TABLES[name]), name, tables)
    truth.mkdir(parents=True, exist_ok=True)
    for name, frame in data.truth.items():
        write_parquet(frame, truth / f"{name}.parquet")


if __name__ == "__main__":
    run(main)
