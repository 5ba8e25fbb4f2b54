"""Pictures of the page of the monitoring: indices by look, and curves of vintages."""

import math
from collections.abc import Sequence

import pandas as pd

from models.monitoring.record import Record
from reports.monitoring.names import group_of
from reports.numbers import count, plain, rate
from reports.path_chart import HEIGHT, LEFT, TOP, WIDTH, Chart, Panel, Tick
from reports.texts import both
from schemas.declarations import Text

X_TICKS = 4
LATEST = 8
"""Vintages that are drawn, at most; the table has all."""
HALF_LABEL = 16.0


def index_chart(records: Sequence[Record]) -> Chart | None:
    """Index of PDs by look, a panel per stage, with the limit of every look; None without a look."""
    panels = []
    for group in dict.fromkeys(record.group for record in records):
        mine = [r for r in records if r.group == group and r.value is not None and r.limit is not None]
        if mine:
            panels.append(_index_panel(mine))
    return Chart(both("monitor.chart_index"), tuple(panels)) if panels else None


def _index_panel(records: Sequence[Record]) -> Panel:
    values, limits = ([getattr(r, name) or 0.0 for r in records] for name in ("value", "limit"))
    top = _top(max(*values, *limits))
    places, count_ = [_y(v / top) for v in values], len(records)
    marks = ["failed" if r.verdict == "exceeded" else "passed" for r in records]
    return Panel(
        group_of(records[0]),
        _line(places),
        tuple((_x(at, count_), y, mark) for at, (y, mark) in enumerate(zip(places, marks, strict=True))),
        None,
        both("monitor.chart_limit"),
        _ticks([r.month for r in records]),
        tuple(Tick(_y(share), plain(top * share)) for share in (0.0, 0.5, 1.0)),
        upper=_line([_y(v / top) for v in limits]) if count_ > 1 else "",
    )


def vintage_chart(curves: pd.DataFrame) -> Chart:
    """Cumulative share in default by months on book of the latest vintages, on one scale, beside their mean PD."""
    months = [name for name in curves.columns if name.startswith("m") and name[1:].isdigit()]
    latest = curves.tail(LATEST)
    top = _top(float(max(latest[months].to_numpy().max(), latest["mean_pd"].max())))
    panels = []
    for row in latest.to_dict("records"):
        places = [_y(0.0), *(_y(row[name] / top) for name in months)]
        name = both("monitor.chart_vintage", vintage=row["vintage"], loans=count(row["loans"]))
        panels.append(_vintage_panel(name, places, float(row["mean_pd"]), top))
    return Chart(both("monitor.chart_vintages"), tuple(panels))


def _vintage_panel(name: Text, places: list[float], mean_pd: float, top: float) -> Panel:
    last = len(places) - 1
    at = sorted({0, last, *(month for month in range(0, last, max(3, last // 4)))})
    return Panel(
        name,
        _line(places),
        tuple((_x(month, last + 1), y, "passed") for month, y in enumerate(places) if month),
        _y(mean_pd / top),
        both("monitor.chart_mean_pd", pd=rate(mean_pd)),
        tuple(Tick(_x(month, last + 1), str(month)) for month in at),
        tuple(Tick(_y(share), rate(top * share)) for share in (0.0, 0.5, 1.0)),
    )


def _top(highest: float) -> float:
    """Round number above the highest value: 1, 2 or 5 times a power of ten."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if highest <= step * power * (1 + 1e-9))


def _ticks(months: Sequence[str]) -> tuple[Tick, ...]:
    shown = min(X_TICKS, len(months))
    at = sorted({round(i * (len(months) - 1) / max(shown - 1, 1)) for i in range(shown)})
    return tuple(Tick(min(_x(place, len(months)), LEFT + WIDTH - HALF_LABEL), months[place]) for place in at)


def _line(places: Sequence[float]) -> str:
    return " ".join(f"{_x(at, len(places)):.1f},{y:.1f}" for at, y in enumerate(places))


def _x(at: int, count_: int) -> float:
    return round(LEFT + WIDTH * at / max(count_ - 1, 1), 1)


def _y(share: float) -> float:
    return round(TOP + HEIGHT * (1 - share), 1)
