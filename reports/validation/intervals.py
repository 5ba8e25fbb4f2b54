"""Figures with their intervals as rows of a drawing, computed here and only shown by the template."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from reports.numbers import absent
from schemas.declarations import Text

LEFT, WIDTH, ROW, TOP = 130.0, 440.0, 20.0, 8.0
"""Where the axis begins and how long it is; height of a row, and of the room above the first [SVG units]."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
TICKS = 4


@dataclass(frozen=True)
class Estimate:
    """One row: its name, a figure with the ends of its interval, and what it is compared with; None where absent."""

    name: Text
    value: float | None
    low: float | None = None
    high: float | None = None
    beside: float | None = None
    tone: str = ""


@dataclass(frozen=True)
class Bar:
    """A row placed [SVG units]; what is absent has no place."""

    name: Text
    y: float
    value: float | None
    low: float | None
    high: float | None
    beside: float | None
    tone: str


@dataclass(frozen=True)
class Intervals:
    """The drawing: rows, marks of the axis, and the key under it in words."""

    kind: ClassVar[str] = "intervals"
    caption: Text
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    height: float
    level: float | None
    key: Text


def intervals(
    caption: Text,
    estimates: Sequence[Estimate],
    show: Callable[[float], str],
    key: Text,
    level: float | None = None,
    from_zero: bool = False,
) -> Intervals | None:
    """The drawing of those estimates that have a value, on one axis; None where none has.

    `level` is drawn as a line; `show` labels the axis; `from_zero` lets it begin at 0.
    """
    known = [e for e in estimates if not absent(e.value)]
    if not known:
        return None
    ends = [x for e in known for x in (e.value, e.low, e.high, e.beside) if x is not None and not absent(x)]
    ends += [level] if level is not None else []
    ends += [0.0] if from_zero else []
    marks = _marks(min(ends), max(ends))
    low, high = marks[0], marks[-1]

    def at(value: float | None) -> float | None:
        return None if value is None or absent(value) else round(LEFT + WIDTH * (value - low) / (high - low), 1)

    bars = tuple(
        Bar(e.name, TOP + ROW * (n + 0.5), at(e.value), at(e.low), at(e.high), at(e.beside), e.tone)
        for n, e in enumerate(known)
    )
    ticks = tuple((at(mark) or LEFT, show(mark)) for mark in marks)
    return Intervals(caption, bars, ticks, TOP + ROW * len(known) + 22, at(level), key)


def _marks(low: float, high: float) -> list[float]:
    """Round numbers at equal steps, the first not above `low` and the last not below `high`.

    >>> _marks(0.52, 0.83)
    [0.5, 0.6, 0.7, 0.8, 0.9]
    """
    spread = max(high - low, 1e-6)
    power = 10.0 ** _exponent(spread / TICKS)
    step = next(s * power for s in STEPS if s * power >= spread / TICKS)
    first = int((low + 1e-12) // step)
    marks = [first * step]
    while marks[-1] < high - 1e-12:
        marks.append((first + len(marks)) * step)
    return [round(mark, 10) for mark in (marks if len(marks) > 1 else [*marks, marks[0] + step])]


def _exponent(size: float) -> int:
    return int(f"{size:e}".split("e")[1])
