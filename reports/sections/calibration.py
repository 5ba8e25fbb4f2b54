"""Calibration out-of-time, before and after: small plots of default rates against PDs, and the bins behind them."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from policy.segments import STAGES
from reports.codes import STEPS
from reports.groups import group_name
from reports.inputs import Inputs
from reports.numbers import count, interval, p_value, percent, rate
from reports.path_chart import Tick, ceiling, digits_below
from reports.texts import both, coded, joined
from reports.view import Grid, Head, Row, number, short
from schemas.declarations import Text

SIDE, LEFT, TOP = 180.0, 40.0, 8.0
"""Plot area, a square, and its margins [SVG units]."""


@dataclass(frozen=True)
class Mark:
    """One bin: place of its mean PD and default rate, ends of the 95 % interval of the rate [SVG units]."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """Bins of one step, `before` or `after`, and the line through them [SVG units]."""

    step: str
    line: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Plot:
    """Both curves of one group on one scale; the diagonal is where default rates equal PDs."""

    title: Text
    curves: tuple[Curve, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Plots:
    """Small plots side by side under one caption."""

    kind: ClassVar[str] = "calibration"
    caption: Text
    items: tuple[Plot, ...]


def blocks(inputs: Inputs) -> tuple[object, ...]:
    """Plots of all groups that have both outcomes, then a folded table of each."""
    groups = {name: found for name in ("total", *STAGES) if len(found := _of(inputs, name))}
    plots = Plots(both("calibration.plots"), tuple(_plot(name, found) for name, found in groups.items()))
    return (plots, *(_table(name, found) for name, found in groups.items()))


def _of(inputs: Inputs, name: str) -> pd.DataFrame:
    return inputs.calibration[inputs.calibration["stage"] == name]


def _plot(name: str, found: pd.DataFrame) -> Plot:
    top = ceiling(max(float(found["jeffreys_high"].max()), float(found["mean_pd"].max())))
    marks = (0.0, top / 2, top)
    digits = digits_below(top)
    return Plot(
        group_name(name),
        tuple(_curve(step, found[found["step"] == step], top) for step in STEPS),
        tuple(Tick(round(_x(value, top), 1), percent(value, digits)) for value in marks),
        tuple(Tick(round(_y(value, top), 1), percent(value, digits)) for value in marks),
    )


def _curve(step: str, bins: pd.DataFrame, top: float) -> Curve:
    numbers = bins[["mean_pd", "default_rate", "jeffreys_low", "jeffreys_high"]].itertuples(index=False)
    marks = tuple(
        Mark(round(_x(pd_, top), 1), *(round(_y(value, top), 1) for value in rates)) for pd_, *rates in numbers
    )
    return Curve(step, " ".join(f"{mark.x},{mark.y}" for mark in marks), marks)


def _x(value: float, top: float) -> float:
    return LEFT + SIDE * value / top


def _y(value: float, top: float) -> float:
    return TOP + SIDE * (1 - value / top)


def _table(name: str, found: pd.DataFrame) -> Grid:
    heads: tuple[Head, ...] = (
        short("column.step"),
        number("column.pd_bin"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.mean_pd"),
        number("column.default_rate_interval"),
        number("column.jeffreys_p"),
    )
    rows = []
    for step in STEPS:
        bins = found[found["step"] == step].to_dict("records")
        rows += [_bin(coded("step", step) if at == 0 else "", bin_) for at, bin_ in enumerate(bins)]
    caption = joined((both("calibration.bins"), group_name(name)), ": ", "：")
    return Grid(caption, heads, tuple(rows), both("calibration.bins_note"), folded=True)


def _bin(first: Text | str, found: Mapping[Hashable, Any]) -> Row:
    low, high = rate(found["jeffreys_low"]), rate(found["jeffreys_high"])
    return Row(
        (
            first,
            f"{rate(found['low_pd'])} – {rate(found['high_pd'])}",
            count(found["loans"]),
            count(found["defaults"]),
            rate(found["mean_pd"]),
            interval(rate(found["default_rate"]), low, high),
            p_value(found["jeffreys_p"]),
        )
    )
