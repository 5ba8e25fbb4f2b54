"""The batch job: a folder of canonical tables in, one decision an application out, nothing lost."""

import errno
import hashlib
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd

from policy.folders import PREFIX, held
from schemas.checks import Checks
from schemas.conform import BadTableError
from schemas.fit import Fit
from scoring.bundle import Bundle
from scoring.counts import Counts
from scoring.journal import finished
from scoring.options import Options
from scoring.output import postgresql
from scoring.output.places import refuse_places
from scoring.output.target import OutputError, Target, target
from scoring.progress import Progress
from scoring.stream import Stream

FULL, CLOSED = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG), (errno.EROFS, errno.EACCES, errno.EPERM)
"""Numbers of errors of a file system: no room, no right to write."""


def rejects_of(output: Path) -> Path:
    """Parquet file of the applications that got no decision, beside the scores."""
    return output.with_name(output.name + ".rejects.parquet")


def score_folder(
    bundle: Bundle,
    tables: Path,
    output: Path | Target,
    extracted_on: pd.Timestamp | None = None,
    wanted: Checks | None = None,
    options: Options | None = None,
) -> Counts:
    """Score every application of the folder `tables` into `output`, range by range of enterprises, and count.

    Applications that cannot be scored go whole to the rejects of the target with the rules they broke, rejected rows of
    the other tables beside them (`scoring.output.target`). `extracted_on` is the day the tables stand for; when not
    given, the last day on which anything in them was known. Files appear only when they are complete, and none of
    scores when no application is fit. A run that was killed, or ended by an error, goes on after its last finished
    part; where none is finished nothing stays.

    Raises
    ------
    BadTableError
        When a table that is needed or required is missing or cannot be used, or there is no application.
    OutputError, DatabaseError
        When the scores cannot be left there.
    HeldError
        When another run is writing there.
    BudgetError
        When the memory is too small.
    """
    asked, wanted = options or Options(), wanted or Checks()
    where = output if isinstance(output, Target) else target(str(output))
    refuse_places(where, tables, asked.run, asked.kept)
    if not tables.is_dir():
        message = f"wanted a folder of canonical tables; {tables} is not a folder"
        raise BadTableError(message)
    _require_there(asked.required, tables)
    folder = work_folder(where)
    with (
        _room(where),
        held(folder, f"to write scores to {where.shown}"),
        _put_away(folder, asked.progress),
        _database(where) as database,
    ):
        return Stream(bundle, tables, where, folder, database, asked).run(extracted_on, wanted)


def work_folder(where: Target) -> Path:
    """The private folder beside the target in which a run works, the same for every run of one target.

    However its path is typed, it is one target.
    """
    there = where.path.resolve()
    name = hashlib.sha256(f"{there} {where.place}".encode()).hexdigest()[:16]
    return there.parent / f".{PREFIX}{name}"


def _require_there(required: Collection[str], tables: Path) -> None:
    absent = [name for name in required if not (tables / f"{name}.parquet").exists()]
    if absent:
        message = f"wanted the required tables {', '.join(required)} in {tables}; {', '.join(absent)} is not there"
        raise BadTableError(message)


@contextmanager
def _put_away(folder: Path, progress: Progress) -> Iterator[None]:
    """At the end of a run its folder is removed; where an exception ends it, finished parts stay, which is said."""
    try:
        yield
    except BaseException:
        parts = finished(folder)
        if not parts:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            progress.note(
                f"{parts} finished parts stay in {folder}: the same command goes on from them, and "
                f"`techcredit clean {folder.parent}` removes them"
            )
        raise
    shutil.rmtree(folder)


@contextmanager
def _room(where: Target) -> Iterator[None]:
    """A disk that is full, or may not be written, becomes a sentence that says where and what to do."""
    try:
        yield
    except OSError as error:
        parent = where.path.resolve().parent
        file = Path(str(error.filename)).resolve() if error.filename else parent
        if error.errno in FULL or (error.errno in CLOSED and file.is_relative_to(parent)):
            message = (
                f"wanted to write scores to {where.shown}; {os.strerror(error.errno)} ({parent}). What is finished "
                "stays there: the same command goes on from it"
            )
            raise OutputError(message) from error
        raise


@contextmanager
def _database(where: Target) -> Iterator[postgresql.Scores | None]:
    """The table of the target, where it is one of a database."""
    if where.kind != "database":
        yield None
        return
    with postgresql.opened(where.location, where.table) as scores:
        yield scores


def of_application(found: Fit, application: str) -> Fit:
    """What the check left of one application and its enterprise: see `of_applications`."""
    return of_applications(found, (application,))


def of_applications(found: Fit, names: Collection[str]) -> Fit:
    """What the check left of some applications and their enterprises, so that they have the features of the batch.

    Which tables say something, and whom a rejected row speaks of, was found out on all of them. The enterprises' other
    applications stay: rules add up what one enterprise applies for.
    """
    applications = found.tables["applications"]
    enterprises = set(applications.loc[applications["application_id"].isin(names), "enterprise_id"])
    tables = {name: _of_some(frame, names, enterprises) for name, frame in found.tables.items()}
    of_them = found.gaps["enterprise_id"].isin(enterprises) | found.gaps["application_id"].isin(names)
    return replace(found, tables=tables, gaps=found.gaps[of_them])


def _of_some(frame: pd.DataFrame, names: Collection[str], enterprises: Collection[str]) -> pd.DataFrame:
    if "enterprise_id" in frame.columns:
        return frame[frame["enterprise_id"].isin(enterprises)]
    return frame[frame["application_id"].isin(names)]
