"""Step `ingest`: a source's own data in, canonical tables out, and the truth of a simulated portfolio.

A bank's own tables are read as `techcredit import` reads them: rejected rows and the account lie beside the tables.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from pipelines.entry import run
from pipelines.files import IMPORT_SUMMARY, LEFT_OUT_FILE, write_json, write_parquet
from pipelines.params import section
from policy.errors import MendableError
from schemas.account import refuse_too_many, summary
from schemas.conform import conform, write_table
from schemas.tables import TABLES
from sources.bank.rejects import write_rejects
from sources.registry import Source, SourceParams, source_data


def main(source: str, folder: Path, tables: Path, truth: Path) -> None:
    """Write the canonical tables of SOURCE into TABLES, and its known truth into TRUTH (empty for real data).

    Beside the tables lies what the source left out, by reason, and standard output tells it.

    Raises
    ------
    MendableError
        When the source has no table of applications.
    TooManyRejectedError
        When more rows of a table could not be read than its limit allows; everything has been written by then.
    """
    params = section("ingest", SourceParams, source)
    data = source_data(source, folder, params)
    if "applications" not in data.tables:
        message = f"source {source}: wanted a table applications; it has {', '.join(data.tables) or 'none'}"
        raise MendableError(message)
    sys.stdout.writelines(f"{sentence}\n" for sentence in data.told)
    sys.stdout.write(_told(source, len(data.tables["applications"]), data.left_out))
    write_json(data.left_out, tables / LEFT_OUT_FILE)
    for name, frame in data.tables.items():
        write_table(conform(frame, TABLES[name]), name, tables)
    truth.mkdir(parents=True, exist_ok=True)
    for name, frame in data.truth.items():
        write_parquet(frame, truth / f"{name}.parquet")
    if data.quality:
        _account(data, params.limits(), tables)


def _account(data: Source, limits: Mapping[str, float], tables: Path) -> None:
    """Write what became of every row of the bank's files, and the rows that could not be read."""
    for name, frame in data.rejects.items():
        write_rejects(frame, name, tables)
    write_json(summary(data.quality, limits), tables / IMPORT_SUMMARY)
    sys.stdout.write("".join(f"{q.line()}\n" for q in data.quality))
    refuse_too_many(data.quality, limits)


def _told(source: str, given: int, left_out: Mapping[str, int]) -> str:
    reasons = "".join(f" ({reason}: {loans})" for reason, loans in left_out.items())
    out = sum(left_out.values())
    return f"{source}: applications in {given + out} = given on {given} + left out by the source {out}{reasons}\n"


if __name__ == "__main__":
    run(main)
