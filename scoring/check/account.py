"""The account of a check beside its fit tables, and whether the gap rows there are those that it counts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from schemas.gaps import AMBIGUOUS, GAP_TABLES, KEYS
from schemas.seal import SEAL
from schemas.tables import TABLES

SUMMARY = "summary.json"
"""The account of a check beside its fit tables, as validation leaves it."""
DAY = "extracted_on"
"""The day that the checked tables stand for, in an account."""
UNREAD = "unread"
"""Rows of the bank's files that the import could not read, by table, in an account."""
ENTERPRISES = "enterprises"
"""The table of the gap rows that are no rejected rows, but enterprises whose identifier is like another one."""
_COUNTS = ("rows", "kept", "rejected", "duplicates")
_BY_TABLE = ("unattributed", "rejected_before", UNREAD)
_LISTS = ("says_nothing", AMBIGUOUS)


@dataclass(frozen=True)
class GapCounts:
    """Gap rows by the table they speak of, and those among them without the identifier of somebody or without rules."""

    rows: Mapping[str, int]
    nobody: Mapping[str, int] = field(default_factory=dict)
    no_rules: int = 0


def account_of(text: str) -> dict[str, Any]:
    """The account that a check wrote as `text`.

    Raises
    ------
    ValueError
        When it is none: the message says what it lacks.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        message = f"it is no JSON ({error})"
        raise ValueError(message) from error
    said = _lacks(found)
    if said:
        raise ValueError(said)
    account: dict[str, Any] = found
    return account


def _lacks(found: Any) -> str:
    """What keeps plain data from being an account; empty where nothing does."""
    if not isinstance(found, dict):
        return "it is no object of JSON"
    day = found.get(DAY)
    if not isinstance(day, str) or pd.isna(pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")):
        return f"it has no day in {DAY}"
    tables = found.get("tables")
    if not isinstance(tables, dict) or "applications" not in tables or not set(tables) <= set(TABLES):
        return "its tables are not those of a bank, with applications among them"
    wrong = [name for name, told in tables.items() if not _is_account_of_table(told)]
    if wrong:
        return f"rows are not kept + rejected + duplicates + left out in {', '.join(wrong)}"
    sealed = found.get(SEAL)
    if not isinstance(sealed, dict) or not _are_texts(list(sealed.values())):
        return (
            f"it has no SHA-256 of the files that the check left, in {SEAL}; an earlier version left none: check anew"
        )
    wrong = [name for name in _BY_TABLE if not _are_counts(found.get(name, {}))]
    wrong += [name for name in _LISTS if not _are_texts(found.get(name, []))]
    return f"{', '.join(wrong)} is not as a check writes it" if wrong else ""


def _is_account_of_table(told: Any) -> bool:
    if not isinstance(told, dict) or not _are_counts({name: told.get(name) for name in _COUNTS}):
        return False
    parts = (told.get("broken"), told.get("warned"), told.get("left_out", {}))
    if not all(_are_counts(part) for part in parts):
        return False
    apart = told["kept"] + told["rejected"] + told["duplicates"] + sum(told.get("left_out", {}).values())
    return bool(told["rows"] == apart)


def _are_counts(found: Any) -> bool:
    return isinstance(found, dict) and all(isinstance(n, int) and n >= 0 for n in found.values())


def _are_texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(each, str) for each in found)


def counted_gaps(gaps: pd.DataFrame) -> GapCounts:
    """Counts of gap rows (`schemas.gaps.COLUMNS`)."""
    of = gaps["table"].fillna("")
    nobody = {name: int(gaps.loc[of == name, key].isna().sum()) for name, key in KEYS.items()}
    rows = {str(name): int(number) for name, number in of.value_counts().items()}
    return GapCounts(rows, nobody, int(gaps["rules"].isna().sum()))


def gaps_amiss(found: GapCounts) -> list[str]:
    """What no gap rows of any check can have: a table that is none of theirs, a row without rules."""
    others = sorted(set(found.rows) - {*GAP_TABLES, ENTERPRISES})
    said = [f"{found.rows[name]} of a table {name!r}" for name in others]
    return [*said, *([f"{found.no_rules} without rules"] if found.no_rules else [])]


def gaps_apart(found: GapCounts, account: Mapping[str, Any]) -> list[str]:
    """Where gap rows are not those that the account counts; empty where they are.

    A rejected row leaves one, whether it fits somebody or nobody; so do one that an earlier check rejected and one that
    the import could not read. More there can be only where an identifier fits several, as those that are like another
    one do; where that can be, or the account does not count unread rows, fewer alone are told.
    """
    alike = account.get(AMBIGUOUS, [])
    said = _differs(ENTERPRISES, found.rows.get(ENTERPRISES, 0), len(alike), exact=True)
    for name, key in KEYS.items():
        wanted = account["tables"].get(name, {}).get("rejected", 0)
        wanted += sum(account.get(more, {}).get(name, 0) for more in ("rejected_before", UNREAD))
        exact = key == "enterprise_id" and not alike and UNREAD in account
        said += _differs(name, found.rows.get(name, 0), wanted, exact)
        nobody, told = found.nobody.get(name, 0), account.get("unattributed", {}).get(name, 0)
        if nobody > told:
            said.append(f"{nobody} of {name} without {key} instead of at most {told}")
    return said


def _differs(name: str, rows: int, wanted: int, exact: bool) -> list[str]:
    if rows == wanted or (rows > wanted and not exact):
        return []
    return [f"{rows} of {name} instead of {'' if exact else 'at least '}{wanted}"]
