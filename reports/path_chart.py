"""Plots as plain data in SVG units: panels with a line, points, a level and ticks, under one caption."""

from dataclasses import dataclass
from typing import ClassVar

from schemas.declarations import Text

WIDTH, HEIGHT, LEFT, TOP = 420.0, 132.0, 52.0, 10.0
"""Plot area and its margins [SVG units]."""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: position [SVG units] and label."""

    at: float
    label: str


@dataclass(frozen=True)
class Panel:
    """One plot: the line, its points (x, y, tested, passed), a level with its name, ticks; all in SVG units.

    `upper` is a second line, `marks` are upright lines (x, class); a plot without a level shows its name alone.
    """

    title: Text
    line: str
    dots: tuple[tuple[float, float, str], ...]
    level: float | None
    level_label: Text
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    upper: str = ""
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Chart:
    """Panels under one caption."""

    kind: ClassVar[str] = "chart"
    caption: Text
    panels: tuple[Panel, ...]


def ceiling(value: float) -> float:
    """Round number not below `value` whose half is round too; at most 1."""
    for ceiling in (0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8):
        if value <= ceiling:
            return ceiling
    return 1.0


def digits_below(top: float) -> int:
    """Decimals of the percentages on an axis that ends at `top`."""
    return 1 if top < 0.1 else 0
