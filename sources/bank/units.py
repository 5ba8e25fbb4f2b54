"""Units a bank's mapping may name, and the words for periods."""

from collections.abc import Mapping
from typing import NamedTuple

from policy.errors import MendableError


class Factor(NamedTuple):
    """Our unit of a foreign unit, and what to multiply and divide by (57 / 100 is 0.57; 57 * 0.01 is not)."""

    ours: str
    times: float = 1.0
    over: float = 1.0


UNITS: Mapping[str, Factor] = {
    "元": Factor("CNY"),
    "CNY": Factor("CNY"),
    "千元": Factor("CNY", 1e3),
    "万元": Factor("CNY", 1e4),
    "百万元": Factor("CNY", 1e6),
    "亿元": Factor("CNY", 1e8),
    "fraction": Factor("fraction"),
    "percent": Factor("fraction", over=100.0),
    "%": Factor("fraction", over=100.0),
    "permille": Factor("fraction", over=1000.0),
    "‰": Factor("fraction", over=1000.0),
    "persons": Factor("persons"),
    "人": Factor("persons"),
    "days": Factor("days"),
    "天": Factor("days"),
    "months": Factor("months"),
    "月": Factor("months"),
    "years": Factor("months", 12.0),
    "年": Factor("months", 12.0),
    "loans": Factor("loans"),
    "笔": Factor("loans"),
}
"""Units a mapping may name."""

DATE_WORDS: Mapping[str, str] = {
    "year_end": r"(?P<year>\d{4})\s*年?度?",
    "quarter_end": r"(?P<year>\d{4})\s*[-/年]?\s*[Qq第]?(?P<quarter>[1-4])季?度?",
    "month_end": r"(?P<year>\d{4})(?:\s*[-/年]\s*(?P<month>\d{1,2})|\.?(?P<compact>\d{2}))\s*月?",
}
"""Formats of periods: the date is the last day of the year, quarter or month.

A month after a point, or without a mark before it, has two digits: 2023.1 may be a number 2023.10 that lost its zero.
"""


def unit_factor(unit: str, ours: str | None) -> Factor:
    """Factor that brings `unit` to our unit `ours`.

    Raises
    ------
    ValueError
        When there is no such unit, or it measures something else.

    >>> unit_factor("万元", "CNY").times
    10000.0
    """
    possible = [name for name, factor in UNITS.items() if factor.ours == ours]
    if unit not in possible:
        wanted = f"unit must be one of {', '.join(possible)}" if possible else "the column has no unit"
        message = f"{wanted}; got {unit!r}"
        raise MendableError(message)
    return UNITS[unit]
