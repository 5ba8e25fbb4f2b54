"""`techcredit score --engine spark`: a finished run applied to tables on a cluster, by `scoring.spark`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from pipelines.commands.columns import refuse_lost, told_absent
from pipelines.commands.opened_run import opened_run
from pipelines.commands.score import batch_summary, tell_counts
from pipelines.files import write_json
from policy.errors import MendableError
from policy.folders import temporary
from schemas.account import TooManyRejectedError, refuse_too_many
from schemas.checks import Checks
from scoring.counts import not_delivered

ANEW = "was written anew since its check: its rows are as many, and nobody can say whether their values are the same"
"""What is told of a table that lies as a folder."""


class NoSparkError(MendableError):
    """The extra `spark` is not installed."""


def score_on_spark(
    model: Path,
    location: str,
    output: str,
    extracted_on: datetime | None,
    wanted: Checks,
    strict: bool = False,
    ledger: str | None = None,
    master: str | None = None,
    rejects: Path | None = None,
) -> None:
    """Score the tables at `location` into `output` on the Spark of `master`, and print what became of every row.

    `location` is a folder of Parquet, or `spark-database:NAME`; `output` a folder that is not there yet, or
    `spark-table:DATABASE.TABLE`. A folder of this machine that no check has been through is checked here first, and its
    rejected rows go to the folder `rejects`; tables of other places must have been. The account lies in
    `<output>.summary.json`, or beside `rejects`.

    Raises
    ------
    NoSparkError
        When pyspark or sqlglot is not installed.
    SparkError
        When there is no Java, the tables were not checked, or not for that day, expectations are given for tables that
        were checked before, or there is something at `output`.
    TooManyRejectedError, PolicyError
        As `pipelines.commands.score.score_tables`.
    """
    absent = [name for name in ("pyspark", "sqlglot") if find_spec(name) is None]
    if absent:
        message = (
            f"wanted {' and '.join(absent)}, which `--engine spark` needs; install techcredit with the extra spark"
        )
        raise NoSparkError(message)
    from scoring.spark.job import counts_of, score_with_spark
    from scoring.spark.session import LOCAL, session
    from scoring.spark.tables import DATABASE

    bundle, told, notes = opened_run(model, strict, ledger)
    day = None if extracted_on is None else pd.Timestamp(extracted_on)
    lacking = refuse_lost(Path(location), bundle)
    beside = _beside(output, rejects)
    asked = LOCAL if master is None else master
    hive = location.startswith(DATABASE) or output.startswith("spark-")
    with _fit_tables(location, beside, day, wanted) as checked, session(asked, hive=hive) as spark:
        done = score_with_spark(spark, bundle, checked, output, not asked.startswith("local"), day)
    counts = counts_of(done)
    counts = replace(counts, not_delivered=not_delivered(bundle.taught, [q.table for q in counts.quality]))
    tell_counts(counts, bundle)
    notes = [*notes, *told_absent(lacking), *(f"table {name} {ANEW}" for name in done.anew)]
    sys.stdout.writelines(f"note: {sentence}\n" for sentence in notes)
    account = {
        **batch_summary(counts, bundle, wanted),
        **told,
        "master": asked,
        "written_anew": list(done.anew),
        "absent_columns": lacking,
    }
    if beside is not None:
        written = beside.with_name(beside.name + ".summary.json")
        write_json(account, written)
        sys.stdout.write(f"{written}\n")
    sys.stdout.write(f"{output}\n" if counts.scored else "")
    refuse_too_many(counts.quality, wanted.limits)
    if not counts.scored:
        message = f"no application was scored: {counts.rejected} of {counts.rows_in} were rejected"
        raise TooManyRejectedError(message)


def _beside(output: str, rejects: Path | None) -> Path | None:
    """The path that rejects and the account lie beside; None where neither is a path of this machine."""
    if rejects is not None:
        return rejects.absolute()
    return None if "://" in output or output.startswith("spark-") else Path(output).absolute()


@contextmanager
def _fit_tables(location: str, beside: Path | None, day: pd.Timestamp | None, wanted: Checks) -> Iterator[str]:
    """The place of the checked tables; those of a check made here are removed at the end."""
    from scoring.spark.checked import CheckOptions, is_checked, write_checked
    from scoring.spark.errors import SparkError

    if is_checked(location):
        if wanted.bank:
            suites = ", ".join(suite.table for suite in wanted.bank)
            message = (
                f"wanted no expectations of the bank for {location}: its tables were checked before, and Spark checks "
                f"no row; got suites of {suites}. Check the tables with them first"
            )
            raise SparkError(message)
        yield location
        return
    if beside is None:
        message = f"wanted --rejects, a folder for the rows that the check of {location} rejects; there is none"
        raise SparkError(message)
    beside.parent.mkdir(parents=True, exist_ok=True)
    with temporary(beside.parent) as work:
        (work / "check").mkdir()
        rejected = beside.with_name(beside.name + ".rejects")
        write_checked(Path(location), work / "fit", work / "check", rejected, CheckOptions(day, wanted))
        yield str(work / "fit")
