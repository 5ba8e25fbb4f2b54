"""The check of a folder of tables as a stream, for `score`: as `schemas.checks` and `schemas.fit`, in little memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from features.engine import Engine, Relations
from features.ranges import ahead
from schemas.account import TableQuality
from schemas.bank_suites import BankSuite
from schemas.check import parents_first
from schemas.checks import NEEDED, Checks
from schemas.compiled.text import name as quoted
from schemas.conform import BadTableError, require
from schemas.fit import ALWAYS_SAYS, Fit, telling
from schemas.gaps import EVERYBODY, no_gaps
from schemas.rules import rules
from schemas.tables import TABLES
from scoring.check.broken import Broken, broken
from scoring.check.delivered import delivered
from scoring.check.gaps import name_subjects, write_gap_rows
from scoring.check.own import not_compiled
from scoring.check.rejects import relation, write_rejected
from scoring.check.repeated import Repeated, repeated
from scoring.check.survey import Surveyed, asked, last_known, surveyed


@dataclass(frozen=True)
class StreamChecked:
    """What a check leaves: the account of every table, the day the tables stand for, and the fit rows as `relations`.

    Files of the folder `work` belong to the relations, and the gap rows lie there as `schemas.gaps.FILE`. `told` is
    what `schemas.fit.Fit.told` says; a table that says nothing is none of the relations. `in_memory` has a sentence per
    suite of the bank that only Great Expectations can check, on the whole table in memory.
    """

    quality: tuple[TableQuality, ...]
    extracted_on: pd.Timestamp
    relations: Relations
    told: Mapping[str, Any]
    in_memory: tuple[str, ...] = ()


def stream_check(
    engine: Engine, folder: Path, work: Path, rejects: Path, extracted_on: pd.Timestamp | None, wanted: Checks
) -> StreamChecked:
    """The tables of `folder` after their check; what it needs beside them lies in `work`.

    Rejected rows go to `<table>.parquet` in `rejects`, with `row` and the list `rules`. Rows, counts and gap rows are
    those of `schemas.checks.checked_folder` and `schemas.fit.fit`; the engine's memory is all that a table takes.

    Raises
    ------
    BadTableError
        When a table that is needed is missing, has no row, or cannot be used.
    MendableError
        When `folder` holds rejected rows of a check without their gap rows.
    """
    tables = _tables(engine, folder, work)
    day = extracted_on if extracted_on is not None else last_known(tables.values())
    name_subjects(engine, {name: found.table for name, found in tables.items()}, work)
    relations: dict[str, str] = {}
    quality: dict[str, TableQuality] = {}
    for name in parents_first(tables):
        found = tables[name]
        repeats = repeated(engine, found.table, found.ordered)
        own = [suite for suite in wanted.bank if suite.table == name]
        breaks = broken(engine, found, repeats, relations, day, own, work)
        write_rejected(engine, found.table, breaks, rejects)
        relations[name] = relation(engine, found.table, breaks, repeats, work)
        quality[name] = _account(found, repeats, breaks, own)
    not_sql = (not_compiled(suite, TABLES[suite.table]) for suite in wanted.bank if suite.table in tables)
    gaps = write_gap_rows(engine, rejects, folder, list(tables), work)
    silent = tuple(name for name in tables if _says_nothing(engine, name, relations[name], quality[name]))
    told = Fit({}, no_gaps(), silent, gaps.unattributed, gaps.before, gaps.alike).told()
    return StreamChecked(
        tuple(quality[name] for name in tables),
        day,
        {name: relations[name] for name in tables if name not in silent},
        told,
        tuple(sentence for sentence in not_sql if sentence is not None),
    )


def _tables(engine: Engine, folder: Path, work: Path) -> dict[str, Surveyed]:
    if not folder.is_dir():
        message = f"wanted a folder of canonical tables; {folder} is not a folder"
        raise BadTableError(message)
    paths = [path for name in TABLES if (path := folder / f"{name}.parquet").exists()]
    with engine.beside() as beside:
        answers = ahead(lambda path: asked(beside, delivered(path, TABLES[path.stem], work)), paths)
        survey = (
            surveyed(engine, each, work) for each in answers
        )  # partly on one core: the next pass goes on meanwhile
        found = {each.table.table.name: each for each in survey}
    require(found, NEEDED, folder)
    if not found["applications"].table.rows:
        message = f"table applications in {folder}: wanted at least one application; it is empty"
        raise BadTableError(message)
    return found


def _account(found: Surveyed, repeats: Repeated, breaks: Broken, own: Sequence[BankSuite]) -> TableQuality:
    table = found.table
    levels = {rule.name: rule.level for rule in rules(table.table)}
    for suite in own:
        levels |= suite.levels
    return TableQuality(
        table.table.name,
        rows=table.rows,
        kept=table.rows - repeats.identical - breaks.rejected,
        rejected=breaks.rejected,
        duplicates=repeats.identical,
        broken={rule: count for rule, count in breaks.counts.items() if levels[rule] == "reject"},
        warned={rule: count for rule, count in breaks.counts.items() if levels[rule] == "warn"},
    )


def _says_nothing(engine: Engine, name: str, relation: str, quality: TableQuality) -> bool:
    """As `schemas.fit.says_nothing`; one value that says something is enough."""
    if name in ALWAYS_SAYS:
        return False
    if not quality.kept:
        return name in EVERYBODY
    given = " OR ".join(f"{quoted(column)} IS NOT NULL" for column in telling(name))
    return not engine.rows(f"SELECT 1 FROM {relation} WHERE {given} LIMIT 1")
