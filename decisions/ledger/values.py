"""Checks of single values in the ledger; each refusal says what was wanted and what came."""

import math
from datetime import date

from policy.errors import MendableError
from policy.segments import SIZE_CLASSES

MOST = 1e15
"""Largest amount: what is above it is written in a wrong unit, and sums of such amounts lose their units."""


class LedgerError(MendableError):
    """An entry cannot stand in the ledger, or the ledger cannot be used; the message says what was wanted and came."""


def check_class(name: str) -> None:
    """Refuse a size class that policy/segments.yaml does not name."""
    if name not in SIZE_CLASSES:
        message = f"size class must be one of {', '.join(SIZE_CLASSES)}; got {name!r}"
        raise LedgerError(message)


def check_named(what: str, value: object) -> None:
    """Refuse a text that says nothing."""
    if not isinstance(value, str) or not value.strip():
        message = f"wanted a name or text as {what}; got {value!r}"
        raise LedgerError(message)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def check_amount(what: str, value: float) -> None:
    """Refuse an amount that is negative, missing, no number, or above MOST."""
    if not _number(value) or not 0 <= value <= MOST:
        message = f"{what} must be a number of at least 0 and at most {MOST:.0e}; got {value}"
        raise LedgerError(message)


def check_count(what: str, value: int) -> None:
    """Refuse a count that is negative or not whole."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        message = f"{what} must be a whole number of at least 0; got {value}"
        raise LedgerError(message)


def check_inside(what: str, value: float) -> None:
    """Refuse a ratio that is not inside (0, 1)."""
    if not _number(value) or not 0 < value < 1:
        message = f"{what} must be a fraction between 0 and 1, both excluded; got {value}"
        raise LedgerError(message)


def check_bound(value: float) -> None:
    """Refuse an upper bound that is not in (0, 1]."""
    if not _number(value) or not 0 < value <= 1:
        message = f"upper bound of a certificate must be a fraction above 0 and at most 1; got {value}"
        raise LedgerError(message)


def check_day(what: str, value: date) -> None:
    """Refuse what is no plain day: a time of day would be written beside it and could not be read again."""
    if type(value) is not date:
        message = f"{what} must be a day without a time of day; got {value!r}"
        raise LedgerError(message)
