"""The batch job: a folder of canonical tables in, one decision an application out, nothing lost."""

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from policy.folders import PREFIX, held
from schemas.checks import Checks
from schemas.conform import BadTableError
from schemas.fit import Fit
from scoring.bundle import Bundle
from scoring.counts import Counts
from scoring.output import postgresql
from scoring.output.target import Target, refuse_places, target
from scoring.progress import Progress, Silent
from scoring.stream import Stream


@dataclass(frozen=True)
class Options:
    """How a batch works. Nothing here decides about a score; `run` is the folder the bundle was opened from.

    `memory` [bytes] is that of the whole process; without it the SQL engine has the cap of the bundle and nothing else
    is counted. `summary` is given the counts and a path, and writes a file there that appears with the scores.
    """

    memory: int | None = None
    threads: int = 2
    run: Path | None = None
    progress: Progress = field(default_factory=Silent)
    summary: Callable[[Counts, Path], None] | None = None


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
    scores when no application is fit. A run that was killed goes on after its last finished part.

    Raises
    ------
    BadTableError
        When a table that is needed is missing or cannot be used, or there is no application.
    OutputError, DatabaseError
        When the scores cannot be left there.
    HeldError
        When another run is writing there.
    BudgetError
        When the memory is too small.
    """
    asked, wanted = options or Options(), wanted or Checks()
    where = output if isinstance(output, Target) else target(str(output))
    refuse_places(where, tables, asked.run)
    if not tables.is_dir():
        message = f"wanted a folder of canonical tables; {tables} is not a folder"
        raise BadTableError(message)
    folder = work_folder(where)
    with held(folder, f"to write scores to {where.shown}"), _database(where) as database:
        stream = Stream(bundle, tables, where, folder, database, asked.memory, asked.threads, asked.run, asked.progress)
        counts = stream.run(extracted_on, wanted, asked.summary)
        shutil.rmtree(folder)
    return counts


def work_folder(where: Target) -> Path:
    """The private folder beside the target in which a run works, the same for every run of one target."""
    name = hashlib.sha256(f"{where.path.resolve()} {where.shown}".encode()).hexdigest()[:16]
    return where.path.absolute().parent / f".{PREFIX}{name}"


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
