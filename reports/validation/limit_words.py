"""Limits as a reader sees them: what is compared, on which side, and the value that was compared."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from policy.loader import figures
from reports.inputs import Json
from reports.numbers import MISSING, absent, p_value
from reports.validation.words import shown


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
    side = "≥" if "least" in found else "≤"
    return f"p ≥ {number:g}" if found.get("compares") == "p_value" else f"{side} {number:g}"


def compared(record: Json, day: date) -> str:
    """The value, with the adjusted p-value where that is what is held against the limit."""
    value = shown(record.get("value"))
    adjusted = record.get("p_holm") if record.get("p_holm") is not None else record.get("p_value")
    return f"{value}, p {p_value(adjusted)}" if by_p_value(record, day) else value
