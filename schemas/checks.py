"""The one check of a folder of tables that `score`, `validate` and the run go through, and the files it leaves."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from schemas.account import LIMITS, summary
from schemas.bank_suites import BankSuite, bank_suites
from schemas.check import Validated, quality_report, validated
from schemas.conform import BadTableError, require
from schemas.folder import read_tables
from schemas.seal import SEAL, seal
from schemas.tables import TABLES

NEEDED = ("enterprises", "applications")
"""Tables without which nothing can be scored or learned."""


@dataclass(frozen=True)
class Checks:
    """What a check goes by besides the declarations: limits of rejected rows by table, expectations of the bank."""

    limits: Mapping[str, float] = field(default_factory=lambda: dict(LIMITS))
    bank: tuple[BankSuite, ...] = ()


def checks(limits: Mapping[str, float] | None = None, expectations: Path | None = None) -> Checks:
    """Checks with these limits over those that stand in schemas.account, and the bank's suites in `expectations`.

    Raises
    ------
    BadTableError
        When a limit names no table or is no share, or a suite cannot be used.
    """
    given = dict(limits or {})
    wrong = [name for name in given if name not in {"default", *TABLES}]
    if wrong:
        message = f"rejected_limit: wanted default or a table ({', '.join(TABLES)}); got {', '.join(wrong)}"
        raise BadTableError(message)
    for name, limit in given.items():
        if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 <= limit <= 1:
            message = f"rejected_limit of {name} must be a share from 0 to 1; got {limit!r}"
            raise BadTableError(message)
    # A bank that sets its own default means it for every table it does not name.
    standing = {"default": LIMITS["default"]} if "default" in given else dict(LIMITS)
    return Checks({**standing, **given}, bank_suites(expectations))


def checked_folder(folder: Path, extracted_on: pd.Timestamp | None, wanted: Checks) -> tuple[Validated, pd.Timestamp]:
    """The tables of a folder after their check, and the day they stand for: see `last_known` where none is given.

    Raises
    ------
    BadTableError
        When a table that is needed is missing, has no row, or cannot be used.
    """
    found = read_tables(folder)
    require(found, NEEDED, folder)
    applications = found["applications"]
    if applications.empty:
        message = f"table applications in {folder}: wanted at least one application; it is empty"
        raise BadTableError(message)
    day = extracted_on if extracted_on is not None else last_known(found)
    return validated(found, day, wanted.bank), day


KNOWN_DAYS = ("known_on", "as_of")
"""Columns that say when something was known or decided."""
NEVER = pd.Timestamp("2199-12-31")
"""Days after it are those that programs write for "never" (2999, 9999), not days on which something was known."""


def last_known(tables: Mapping[str, pd.DataFrame]) -> pd.Timestamp:
    """The last day on which anything in the tables was known or decided: they cannot have been extracted earlier.

    Raises
    ------
    BadTableError
        When no row has a day of either kind.
    """
    days = [frame[name] for frame in tables.values() for name in KNOWN_DAYS if name in frame.columns]
    return latest(pd.Series([day[day <= NEVER].max() for day in days], dtype="datetime64[us]"))


def latest(days: pd.Series) -> pd.Timestamp:
    """The last of these days.

    Raises
    ------
    BadTableError
        When there is none.
    """
    found = days.max()
    if pd.isna(found):
        message = f"wanted a day in {' or '.join(reversed(KNOWN_DAYS))} of any table; no row has one"
        raise BadTableError(message)
    return pd.Timestamp(found)


def write_rejects(rejects: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """The rejected rows of each table as `<table>.parquet` in `folder`; a table without any has no file.

    Files of an earlier check of these tables do not stay.
    """
    written = []
    for name, frame in rejects.items():
        path = folder / f"{name}.parquet"
        path.unlink(missing_ok=True)
        if len(frame):
            folder.mkdir(parents=True, exist_ok=True)
            frame.to_parquet(path, index=False)
            written.append(path)
    return written


def write_check(
    result: Validated,
    extracted_on: pd.Timestamp,
    wanted: Checks,
    folder: Path,
    told: Mapping[str, Any] | None = None,
    *,
    sealed: bool = False,
) -> dict[str, Any]:
    """What a check leaves in `folder`; gives the content of quality.json. What is `told` stands in both JSON files.

    Where fit tables lie there that are to be `sealed`, the account holds their seal (`schemas.seal`).

    `rejects/<table>.parquet`, `quality.json` (every rule with its count), `summary.json` (the account), and
    `expectations/<table>.suite.json`, `<table>.result.json` as Great Expectations writes them; those of the bank's own
    suites are `<table>.bank<number>.suite.json` and `.result.json`.
    """
    write_rejects(result.rejects, folder / "rejects")
    report = {**quality_report(result, extracted_on), **(told or {})}
    _write(report, folder / "quality.json")
    account = {"extracted_on": str(extracted_on.date()), **summary(result.quality, wanted.limits), **(told or {})}
    _write({**account, SEAL: seal(folder)} if sealed else account, folder / "summary.json")
    for name, outcomes in result.outcomes.items():
        for number, outcome in enumerate(outcomes):
            stem = f"{name}.bank{number}" if number else name
            _write(outcome.suite, folder / "expectations" / f"{stem}.suite.json")
            _write(outcome.result, folder / "expectations" / f"{stem}.result.json")
    return report


def _write(content: Mapping[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = json.dumps(_plain(content), indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(told + "\n", encoding="utf8")


def _plain(value: Any) -> Any:
    """The value with NaN and infinity, which JSON does not have, as null."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
