"""The path of a certificate as a drawing: observed ratio and p-value against the approved share of amounts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from reports.numbers import percent
from reports.texts import both
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
    """One plot: the line, its points (x, y, tested, passed), a level with its name, ticks; all in SVG units."""

    title: Text
    line: str
    dots: tuple[tuple[float, float, str], ...]
    level: float
    level_label: Text
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Chart:
    """Panels under one caption."""

    kind: ClassVar[str] = "chart"
    caption: Text
    panels: tuple[Panel, ...]


def path_chart(path: pd.DataFrame, tolerance: float, delta: float, size_class: Text) -> Chart:
    """Chart of the path of one size class; `path` has columns decisions.certificate.PATH_COLUMNS."""
    ratio = _panel(path, "observed_ratio", tolerance, "threshold.chart_ratio", "threshold.chart_tolerance")
    value = _panel(path, "p_value", delta, "threshold.chart_p", "threshold.chart_delta")
    return Chart(both("threshold.chart", size_class=size_class), (ratio, value))


def _panel(path: pd.DataFrame, column: str, level: float, title: str, level_label: str) -> Panel:
    top = ceiling(max(float(path[column].max()), level))
    known = path[path[column].notna() & path["approved_share"].notna()]
    places = [(_x(x), _y(y, top)) for x, y in zip(known["approved_share"], known[column], strict=True)]
    marks = [
        "passed" if p else "failed" if t else "shown" for t, p in zip(known["tested"], known["passed"], strict=True)
    ]
    return Panel(
        both(title),
        " ".join(f"{x:.1f},{y:.1f}" for x, y in places),
        tuple((round(x, 1), round(y, 1), mark) for (x, y), mark in zip(places, marks, strict=True)),
        round(_y(level, top), 1),
        both(level_label, level=percent(level, 1)),
        _ticks((0.0, 0.25, 0.5, 0.75, 1.0), _x, 0),
        _ticks((0.0, top / 2, top), lambda v: _y(v, top), digits_below(top)),
    )


def _ticks(values: Sequence[float], place: Callable[[float], float], digits: int) -> tuple[Tick, ...]:
    return tuple(Tick(round(place(v), 1), percent(v, digits)) for v in values)


def _x(share: float) -> float:
    return LEFT + WIDTH * share


def _y(value: float, top: float) -> float:
    return TOP + HEIGHT * (1 - value / top)


def ceiling(value: float) -> float:
    """Round number not below `value` whose half is round too; at most 1."""
    for ceiling in (0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8):
        if value <= ceiling:
            return ceiling
    return 1.0


def digits_below(top: float) -> int:
    """Decimals of the percentages on an axis that ends at `top`."""
    return 1 if top < 0.1 else 0
