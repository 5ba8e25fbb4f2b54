"""What each cut-off would do, against its PD: ratio observed, upper bound, and approved share, beside the ceilings."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from reports.numbers import percent
from reports.path_chart import HEIGHT, LEFT, TOP, WIDTH, Chart, Panel, Tick, ceiling, digits_below
from reports.texts import both, coded, joined
from reports.thresholds.facts import Facts, Statement, ceilings, path_of
from schemas.declarations import Text


def curves(facts: Facts, statement: Statement) -> Chart | None:
    """Two panels of one certificate; None where no cut-off was tested."""
    path = path_of(facts, statement)
    if not len(path) or not path["tested"].any():
        return None
    highest = ceilings(facts.found, statement)
    right = max(float(path["cut_off"].max()), *highest.values())
    c = statement.certificate
    cut_off = c["cut_off"]
    said = [_ceilings_text(highest)]
    if cut_off is not None:
        said.append(both("curve.line", line=percent(cut_off)))
    panels = (
        _panel(
            path,
            "observed_ratio",
            right,
            (both("curve.ratio"), both("curve.tested", level=percent(c["tested"]))),
            c["tested"],
            path["upper_bound"],
        ),
        _panel(path, "approved_share", right, (both("curve.share"), joined(said, "; ", "；")), None, None),
    )
    placed = tuple((round(_x(at, right), 1), "ceiling") for at in sorted(set(highest.values())))
    if cut_off is not None:
        placed = (*placed, (round(_x(cut_off, right), 1), "line"))
    return Chart(both("curve.caption", classes=statement.name), tuple(_marked(panel, placed) for panel in panels))


def _ceilings_text(highest: Mapping[str, float]) -> Text:
    if len(set(highest.values())) == 1:
        return both("curve.one_ceiling", ceiling=percent(next(iter(highest.values())), 1))
    told = [
        both("committee.stage_line", stage=coded("stage", s), line=percent(ceiling_, 1))
        for s, ceiling_ in highest.items()
    ]
    return both("curve.ceilings", ceilings=joined(told))


def _panel(
    path: pd.DataFrame,
    column: str,
    right: float,
    texts: tuple[Text, Text],
    level: float | None,
    bound: pd.Series | None,
) -> Panel:
    highest = [path[column].max(), *([] if bound is None else [bound.max()]), *([] if level is None else [level])]
    top = ceiling(float(pd.Series(highest, dtype="float64").max()))
    known = path[path[column].notna()]
    places = [
        (round(_x(x, right), 1), round(_y(y, top), 1)) for x, y in zip(known["cut_off"], known[column], strict=True)
    ]
    marks = [
        "passed" if p else "failed" if t else "shown" for t, p in zip(known["tested"], known["passed"], strict=True)
    ]
    upper = (
        ""
        if bound is None
        else " ".join(
            f"{_x(x, right):.1f},{_y(y, top):.1f}" for x, y in zip(path["cut_off"], bound, strict=True) if pd.notna(y)
        )
    )
    return Panel(
        texts[0],
        " ".join(f"{x},{y}" for x, y in places),
        tuple((x, y, mark) for (x, y), mark in zip(places, marks, strict=True)),
        None if level is None else round(_y(level, top), 1),
        texts[1],
        tuple(
            Tick(round(_x(right * s, right), 1), percent(right * s, digits_below(right)))
            for s in (0.0, 0.25, 0.5, 0.75, 1.0)
        ),
        tuple(Tick(round(_y(top * s, top), 1), percent(top * s, digits_below(top))) for s in (0.0, 0.5, 1.0)),
        upper,
    )


def _marked(panel: Panel, marks: tuple[tuple[float, str], ...]) -> Panel:
    return replace(panel, marks=marks)


def _x(pd_: float, right: float) -> float:
    return LEFT + WIDTH * pd_ / right


def _y(value: float, top: float) -> float:
    return TOP + HEIGHT * (1 - value / top)
