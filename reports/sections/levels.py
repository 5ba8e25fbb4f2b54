"""PDs at other horizons, and explicit adjustments that a bank may add to them; none of these decides anything here."""

from policy.segments import STAGES
from reports.inputs import Inputs, Json
from reports.numbers import MISSING, decimal, points, rate, signed
from reports.texts import both, coded
from reports.view import Grid, Head, Row, number, short, word


def horizons(inputs: Inputs) -> Grid | None:
    """Mean PD by the end of each period at risk, per stage; None where the window is one period."""
    found = inputs.metrics["horizons"]
    months = sorted({month for stage in found.values() for month in stage["months"]})
    if len(months) < 2:
        return None
    windows = {stage["window_months"] for stage in found.values()}
    heads = (short("column.stage"), *(_month(month, month in windows) for month in months))
    rows = []
    for stage in STAGES:
        if stage in found:
            known = dict(zip(found[stage]["months"], found[stage]["mean_pd"], strict=True))
            rows.append(Row((coded("stage", stage), *(rate(known.get(month)) for month in months))))
    return Grid(both("levels.horizons"), heads, tuple(rows), both("levels.horizons_note"))


def _month(month: int, window: bool) -> Head:
    return Head(both("levels.month_window" if window else "levels.month", months=str(month)))


def conservatism(inputs: Inputs) -> Grid:
    """Long-run rate, shift to it and margin of conservatism per stage, next to the PDs that decide."""
    heads = (
        short("column.stage"),
        short("column.years"),
        number("column.long_run"),
        number("column.mean_pd"),
        number("column.shift"),
        number("column.margin"),
        word("column.bank_parts"),
    )
    found = inputs.metrics["conservatism"]
    rows = [_conservatism_row(stage, found[stage]) for stage in STAGES if stage in found]
    return Grid(both("levels.conservatism"), heads, tuple(rows), both("levels.conservatism_note"))


def _conservatism_row(stage: str, found: Json) -> Row:
    years = sorted(found["years"])
    cells = (
        coded("stage", stage),
        f"{years[0]}–{years[-1]} ({len(years)})" if years else MISSING,
        rate(found["long_run"]),
        rate(found["mean_pd"]),
        signed(found["shift"], 2),
        f"+{points(found['margin'])}" if found["margin"] is not None else decimal(None),
        both("levels.banks"),
    )
    return Row(cells)
