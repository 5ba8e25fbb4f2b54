"""The capital of a watch as a drawing: on a logarithmic axis with the level of the alarm; and what it was staked on."""

import math
from collections.abc import Sequence

from decisions.alarm import Fed
from decisions.alarm_state import Watch
from reports.numbers import decimal, plain
from reports.path_chart import HEIGHT, LEFT, TOP, WIDTH, Chart, Panel, Tick
from reports.texts import both
from schemas.declarations import Text

X_TICKS, Y_TICKS = 5, 4
HALF_LABEL = 6.0
"""How far the last label is moved in, so that the drawing does not cut it [SVG units]."""


def capital_chart(watch: Watch, size_class: Text) -> Chart:
    """Capital after every period, and defaulted over tolerated exposure from the first period on."""
    return Chart(both("alarm.chart", size_class=size_class), (_capital(watch), _ratio(watch)))


def shown_capital(capital: float) -> str:
    """Capital as a person reads it.

    >>> shown_capital(0.0004), shown_capital(1.5), shown_capital(23456.7), shown_capital(3.2e9)
    ('<0.01', '1.50', '23,457', '3e9')
    """
    if capital < 0.01:
        return "<0.01"
    if capital >= 1e6:
        return f"{capital:.0e}".replace("e+0", "e").replace("e+", "e")
    return decimal(capital, 0 if capital >= 100 else 2)


def _capital(watch: Watch) -> Panel:
    values = [math.log10(max(capital, 1e-300)) for capital in (1.0, *(p.capital for p in watch.periods))]
    level = math.log10(watch.terms.level)
    low, high = math.floor(min(*values, 0.0)), math.ceil(max(*values, level))
    step = max(1, math.ceil((high - low) / Y_TICKS))
    high = low + step * math.ceil((high - low) / step)
    places = [_y((value - low) / (high - low)) for value in values]
    return Panel(
        both("alarm.chart_capital"),
        _line(places),
        tuple(
            (_x(at, len(values)), round(y, 1), "failed" if value >= level else "passed")
            for at, (y, value) in enumerate(zip(places, values, strict=True))
        ),
        round(_y((level - low) / (high - low)), 1),
        both("alarm.chart_level", level=plain(watch.terms.level)),
        _days(watch.periods),
        tuple(Tick(round(_y((p - low) / (high - low)), 1), _power(p)) for p in range(low, high + 1, step)),
    )


def _ratio(watch: Watch) -> Panel:
    defaulted = tolerated = 0.0
    values = []
    for period in watch.periods:
        defaulted, tolerated = defaulted + period.defaulted, tolerated + period.tolerated
        values.append(defaulted / tolerated if tolerated > 0 else 0.0)
    top = 2.0 * math.ceil(max(*values, 1.5) / 2)
    places = [_y(0.0), *(_y(value / top) for value in values)]
    return Panel(
        both("alarm.chart_ratio"),
        _line(places),
        tuple((_x(at, len(places)), round(y, 1), "passed") for at, y in enumerate(places) if at),
        round(_y(1 / top), 1),
        both("alarm.chart_tolerated"),
        _days(watch.periods),
        tuple(Tick(round(_y(share), 1), plain(top * share)) for share in (0.0, 0.5, 1.0)),
    )


def _power(power: int) -> str:
    return plain(10.0**power, -power) if -4 < power < 0 else f"{10**power:,}" if 0 <= power < 5 else f"1e{power}"


def _days(periods: Sequence[Fed]) -> tuple[Tick, ...]:
    """Ticks of months: the first day watched, and ends of periods evenly between it and the last."""
    count = min(X_TICKS, len(periods) + 1)
    at = sorted({round(i * len(periods) / max(count - 1, 1)) for i in range(count)})
    days = [periods[0].start, *(p.end for p in periods)]
    return tuple(Tick(min(_x(place, len(days)), LEFT + WIDTH - HALF_LABEL), f"{days[place]:%Y-%m}") for place in at)


def _line(places: Sequence[float]) -> str:
    return " ".join(f"{_x(at, len(places)):.1f},{y:.1f}" for at, y in enumerate(places))


def _x(at: int, count: int) -> float:
    return round(LEFT + WIDTH * at / max(count - 1, 1), 1)


def _y(share: float) -> float:
    return TOP + HEIGHT * (1 - share)
