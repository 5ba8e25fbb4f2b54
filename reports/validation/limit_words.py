"""Limits as a reader sees them: what is compared, on which side, and the value that was compared."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from policy.loader import figures
from reports.inputs import Json
from reports.numbers import MISSING, absent, decimal, p_value, rate, signed
from reports.validation.words import shown

MISSING_RATE = "missing_rate"


def entry(record: Json, day: date) -> Mapping[str, Any]:
    """Limit of a record's test in force on `day`, from policy/model_validation.yaml; empty where it has none."""
    known = figures("model_validation").get(str(record.get("limit_figure") or record["test"]))
    found = known.on(day) if known is not None else {}
    return found if isinstance(found, Mapping) else {}


def by_p_value(record: Json, day: date) -> bool:
    """Whether the limit of a record is one of its p-value."""
    return entry(record, day).get("compares") == "p_value"


def limit(record: Json, day: date) -> str:
    """The limit with its side: what meets it; a dash where there is none."""
    number = record.get("limit")
    if number is None or absent(number):
        return MISSING
    found = entry(record, day)
    if found.get("either_way"):
        return f"± {number:g}"
    side = "≥" if "least" in found else "≤"
    return f"p ≥ {number:g}" if found.get("compares") == "p_value" else f"{side} {number:g}"


def compared(record: Json, day: date) -> str:
    """The value, a change with both its ends, with the adjusted p-value where that is held against the limit."""
    value = compared_value(record)
    adjusted = record.get("p_holm") if record.get("p_holm") is not None else record.get("p_value")
    return f"{value}, p {p_value(adjusted)}" if by_p_value(record, day) else value


def compared_value(record: Json) -> str:
    """The value of a record, with both its ends where it is a change."""
    return _changed(record) or shown(record.get("value"))


def _changed(record: Json) -> str:
    """A change as before, after and signed difference, shares in percent; empty where the record has no two ends."""
    before, after = record.get("before"), record.get("after")
    if before is None or after is None or absent(before) or absent(after):
        return ""
    ends = (rate(before), rate(after)) if record["test"] == MISSING_RATE else (decimal(before, 4), decimal(after, 4))
    return f"{ends[0]} → {ends[1]}, {signed(after - before, 4)}"
