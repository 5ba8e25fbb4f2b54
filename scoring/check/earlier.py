"""Fit tables and gap rows that an earlier check left, held against the account of that check."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from policy.errors import MendableError
from schemas.gaps import FILE, of_earlier_check
from schemas.seal import SEAL, broken_seal, seal
from scoring.check.account import DAY, SUMMARY, account_of, counted_gaps, gaps_amiss, gaps_apart


def earlier_gaps(folder: Path) -> pd.DataFrame:
    """`schemas.gaps.of_earlier_check`, as the account beside it counts them; no rows where no check came before.

    Raises
    ------
    MendableError
        When rejected rows or the account of a check lie there without their gap rows, gap rows without the account of
        their check, gap rows that are not those of the account, or files that were changed, added or taken away since:
        then nobody knows what the check left out.
    """
    gaps = of_earlier_check(folder)
    if not (folder / FILE).exists():
        _require_no_check(folder)
        return gaps
    account = _account(folder)
    counts = counted_gaps(gaps)
    apart = [*gaps_amiss(counts), *gaps_apart(counts, account)]
    if apart:
        message = f"wanted the gap rows in {folder / FILE} that the check left ({SUMMARY}); got {', '.join(apart)}"
        raise MendableError(message)
    broken = broken_seal(seal(folder), account[SEAL])
    if broken:
        message = (
            f"wanted the tables in {folder} as their check left them, by the SHA-256 in {SUMMARY}; got "
            f"{', '.join(broken)}. Give them as they were, or the tables from before the check"
        )
        raise MendableError(message)
    return gaps


def require_as_left(folder: Path) -> None:
    """Nothing, where `earlier_gaps` finds no fault: what it raises, it raises before anything is computed."""
    earlier_gaps(folder)


def _account(folder: Path) -> dict[str, Any]:
    """The account beside gap rows."""
    summary = folder / SUMMARY
    wanted = f"wanted {summary} as the check leaves it beside {FILE}"
    if not summary.is_file():
        message = f"{wanted}; there is no such file. Copy it with the tables, or give the tables as they were before"
        raise MendableError(message)
    try:
        return account_of(summary.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        message = f"{wanted}; {error}"
        raise MendableError(message) from error


def _require_no_check(folder: Path) -> None:
    """Nothing, where no account of a check lies in the folder; that of an import names no day of extraction."""
    summary = folder / SUMMARY
    if not summary.is_file():
        return
    try:
        found = json.loads(summary.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        message = f"wanted {summary} as an import or a check leaves it; it cannot be read ({error})"
        raise MendableError(message) from error
    if isinstance(found, dict) and DAY in found:
        message = (
            f"wanted {folder / FILE} as the check leaves it beside {SUMMARY}; there is no such file. Copy it with the "
            "tables, or give the tables as they were before"
        )
        raise MendableError(message)
