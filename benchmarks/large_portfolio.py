"""Canonical tables of a simulated portfolio of any size, written in chunks: what the benchmark of batch scoring reads.

    python -m benchmarks.large_portfolio FOLDER --applications 1000000

Each chunk is a portfolio of its own of 60,000 applications, as the default source makes it, by another seed; its
identifiers get the number of the chunk in front, so that tables stay in the order of their enterprises. With `--latest`
every enterprise has its last application alone.
"""

import argparse
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.conform import ROW_GROUP, conform
from schemas.tables import TABLES
from sources.registry import SourceParams, source_data

CHUNK = 60_000
SEED = 20240105
IDS = ("enterprise_id", "application_id")


def write_portfolio(folder: Path, applications: int, latest: bool = False) -> dict[str, int]:
    """Write about `applications` applications with all their tables into `folder`; rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    writers: dict[str, pq.ParquetWriter] = {}
    rows: dict[str, int] = {}
    for chunk in range(10_000):
        left = applications - rows.get("applications", 0)
        if left <= 0:
            break
        for name, frame in _chunk(chunk, CHUNK if latest else min(CHUNK, left), latest).items():
            table = pa.Table.from_pandas(frame, preserve_index=False)
            if name not in writers:
                writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
            writers[name].write_table(table.cast(writers[name].schema), row_group_size=ROW_GROUP)
            rows[name] = rows.get(name, 0) + len(frame)
        print(f"{chunk}: {rows['applications']:,} applications", flush=True)
    for writer in writers.values():
        writer.close()
    return rows


def _chunk(number: int, applications: int, latest: bool) -> dict[str, pd.DataFrame]:
    params = SourceParams(applications=applications, seed=SEED + number, rho=0.02, stage_contrast=0.5)
    found = source_data("simulated", Path(), params).tables
    tables = {name: conform(frame, TABLES[name]) for name, frame in found.items()}
    for name, frame in tables.items():
        renamed = {key: f"P{number:04d}" + frame[key] for key in IDS if key in frame.columns}
        tables[name] = frame.assign(**renamed)
    if latest:
        asked = tables["applications"].sort_values(["as_of", "application_id"])
        kept = asked.drop_duplicates("enterprise_id", keep="last")
        tables["applications"] = kept
        for name, frame in tables.items():
            if name != "applications" and "application_id" in frame.columns:
                tables[name] = frame[frame["application_id"].isin(kept["application_id"])]
    return {name: _ordered(frame, name) for name, frame in tables.items()}


def _ordered(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    key = list(TABLES[name].key)
    first = ["enterprise_id"] if "enterprise_id" in frame.columns else []
    return frame.sort_values([*first, *(k for k in key if k not in first)], kind="stable")


def main() -> None:
    """Write the portfolio that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--applications", type=int, default=1_000_000)
    parser.add_argument("--latest", action="store_true", help="one application per enterprise, its last")
    asked = parser.parse_args()
    for name, rows in write_portfolio(asked.folder, asked.applications, asked.latest).items():
        print(f"{name}: {rows:,} rows")


if __name__ == "__main__":
    main()
