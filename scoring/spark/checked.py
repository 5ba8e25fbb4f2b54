"""Tables checked on the driver before Spark scores them: the same check as `score`'s, as a stream in little memory."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features.engine import engine
from schemas.account import summary
from schemas.checks import Checks
from schemas.gaps import FILE, unread_rows
from schemas.seal import SEAL, seal
from schemas.tables import TABLES
from scoring.check.account import SUMMARY, UNREAD
from scoring.fingerprints import refuse_other_files
from scoring.stream_check import stream_check


@dataclass(frozen=True)
class CheckOptions:
    """What a check goes by: the day the tables stand for (None: the last one in them), limits and suites, memory."""

    extracted_on: pd.Timestamp | None
    wanted: Checks
    memory: str = "1GB"


def is_checked(location: str) -> bool:
    """Whether a folder of this machine holds what a check left; anything that is no such folder counts as checked."""
    folder = Path(location)
    return not folder.is_dir() or (folder / FILE).exists()


def write_checked(tables: Path, fit: Path, work: Path, rejects: Path, options: CheckOptions) -> None:
    """Write the fit rows of the folder `tables`, gap rows and account into `fit`, rejected rows into `rejects`.

    `work` is a folder for what the check needs beside them.

    Raises
    ------
    BadTableError
        When a table that is needed is missing, has no row, or cannot be used.
    """
    refuse_other_files(tables)
    fit.mkdir(parents=True, exist_ok=True)
    with engine(options.memory, spill=work) as base:
        found = stream_check(base, tables, work, rejects, options.extracted_on, options.wanted)
        for name, relation in found.relations.items():
            columns = ", ".join(f'"{column.name}"' for column in TABLES[name].columns)
            base.write(f"SELECT {columns} FROM {relation}", fit / f"{name}.parquet")
    shutil.copyfile(work / FILE, fit / FILE)
    day = {"extracted_on": str(found.extracted_on.date())}
    counts = summary(found.quality, options.wanted.limits)
    account = {**day, **counts, UNREAD: unread_rows(tables), **found.told, SEAL: seal(fit)}
    (fit / SUMMARY).write_text(json.dumps(account, ensure_ascii=False) + "\n", encoding="utf8")
