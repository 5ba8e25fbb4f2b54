"""Step `ingest`: a source's own data in, canonical tables out, and the truth of a simulated portfolio."""

import sys
from collections.abc import Mapping
from pathlib import Path

from pipelines.entry import run
from pipelines.files import LEFT_OUT_FILE, write_json, write_parquet
from pipelines.params import section
from schemas.conform import conform, write_table
from schemas.tables import TABLES
from sources.registry import SourceParams, source_data


def main(source: str, sample: Path, tables: Path, truth: Path) -> None:
    """Write the canonical tables of SOURCE into TABLES, and its known truth into TRUTH (empty for real data).

    Beside the tables lies what the source left out, by reason, and standard output tells it.
    """
    data = source_data(source, sample, section("ingest", SourceParams, source))
    sys.stdout.write(_told(source, len(data.tables["applications"]), data.left_out))
    write_json(data.left_out, tables / LEFT_OUT_FILE)
    for name, frame in data.tables.items():
        write_table(conform(frame, TABLES[name]), name, tables)
    truth.mkdir(parents=True, exist_ok=True)
    for name, frame in data.truth.items():
        write_parquet(frame, truth / f"{name}.parquet")


def _told(source: str, given: int, left_out: Mapping[str, int]) -> str:
    reasons = "".join(f" ({reason}: {loans})" for reason, loans in left_out.items())
    out = sum(left_out.values())
    return f"{source}: applications in {given + out} = given on {given} + left out by the source {out}{reasons}\n"


if __name__ == "__main__":
    run(main)
