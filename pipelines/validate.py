"""Step `validate`: canonical tables in; fit rows, rejected rows with their rules, and the counts out."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.entry import run
from pipelines.files import left_out_by_source, write_json, write_parquet
from pipelines.params import section
from schemas.check import quality_report, validated
from schemas.conform import read_tables, require, write_table


@dataclass(frozen=True)
class ValidateParams:
    """Parameters of the step: the day the tables were extracted."""

    extracted_on: str


def main(source: str, tables: Path, valid: Path) -> None:
    """Check the canonical TABLES and write fit rows, rejects and counts into the folder VALID."""
    params = section("validate", ValidateParams, source)
    check(tables, valid, pd.Timestamp(params.extracted_on))


def check(tables: Path, valid: Path, extracted_on: pd.Timestamp) -> None:
    """Check a folder of canonical tables as of the day they were extracted."""
    found = read_tables(tables)
    require(found, ("enterprises", "applications"), tables)
    result = validated(found, extracted_on)
    for name, frame in result.tables.items():
        write_table(frame, name, valid)
    write_parquet(result.rejects, valid / "rejects.parquet")
    report = {**quality_report(result, extracted_on), "left_out_by_source": left_out_by_source(tables)}
    write_json(report, valid / "quality.json")


if __name__ == "__main__":
    run(main)
