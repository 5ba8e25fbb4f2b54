"""The stage models compared with their challengers: same loans out-of-time, same calibration, same figures."""

from collections.abc import Mapping
from typing import Any

from models.challengers.verdicts import AUC_GOAL, LOG_LOSS_GOAL, OURS, SLOPE_GOAL
from reports.groups import GROUPS, group_name
from reports.inputs import Inputs, Json
from reports.numbers import decimal, interval, percent, plain, rate, signed
from reports.texts import both, coded, joined
from reports.view import Block, Grid, Paragraph, Points, Row, number, short
from schemas.declarations import Text

Numbers = Mapping[str, Any]
REACH = 1.96
"""Standard errors on each side of a difference of AUC, for 95 %."""


def blocks(inputs: Inputs) -> tuple[Block, ...]:
    """The table of figures, a sentence per group on both goals, what the challengers are; or where it is measured."""
    if inputs.study is None:
        return (Paragraph(both("challengers.not_measured"), "note"),)
    found = inputs.study.challengers
    said = tuple(_said(verdict, found) for name in GROUPS for verdict in _of(found["verdicts"], name))
    goal = both("challengers.goal", auc=plain(AUC_GOAL, 3), loss=percent(LOG_LOSS_GOAL, 0), slope=plain(SLOPE_GOAL, 1))
    challengers = tuple(
        both("challengers.is", name=_name(challenger), what=coded("challenger_what", challenger))
        for challenger in found["challengers"]
    )
    return (
        _grid(found),
        *((Points(both("challengers.verdicts"), said), Paragraph(goal, "note")) if said else ()),
        *((Points(both("challengers.challengers"), challengers),) if challengers else ()),
    )


def figure(challengers: Json, model: str, name: str) -> float | None:
    """Figure of a model over all stages out-of-time, the last group; None where it was not compared."""
    rows = [row for row in challengers["rows"] if row["model"] == model]
    value: float | None = rows[-1][name] if rows else None
    return value


def _grid(found: Numbers) -> Grid:
    heads = (
        short("column.stage"),
        short("column.model"),
        number("column.auc_only"),
        number("column.auc_ahead"),
        number("column.log_loss"),
        number("column.ece_interval"),
        number("column.cox_slope_interval"),
    )
    rows = [
        _row(group_name(name) if at == 0 else "", row)
        for name in GROUPS
        for at, row in enumerate(_of(found["rows"], name))
    ]
    note = both("challengers.note", resamples=plain(found["resamples"]))
    return Grid(both("challengers.grid"), heads, tuple(rows), note)


def _row(group: Text | str, m: Numbers) -> Row:
    ours, error = m["model"] == OURS, m["auc_gap_error"]
    gap, reach = m["auc_gap"], None if error is None else REACH * error
    ends = (None, None) if gap is None or reach is None else (gap - reach, gap + reach)
    cells = (
        group,
        _name(m["model"]),
        decimal(m["auc"]),
        "" if ours else interval(signed(gap), *map(signed, ends)),
        decimal(m["log_loss"], 4),
        interval(*(rate(m[key]) for key in ("ece", "ece_low", "ece_high"))),
        interval(*(decimal(m[key], 2) for key in ("cox_slope", "cox_slope_low", "cox_slope_high"))),
    )
    return Row(cells, strong=ours)


def _said(verdict: Numbers, found: Numbers) -> Text:
    """Whether ours is as accurate and as well calibrated as the best challenger, with the figures behind it."""
    rows = {row["model"]: row for row in _of(found["rows"], verdict["stage"])}
    by_ece, by_slope = verdict["best_by_ece"], verdict["best_by_cox_slope"]
    return both(
        "challengers.said",
        group=group_name(verdict["stage"]),
        accuracy=_accuracy(verdict),
        gap=signed(verdict["auc_gap"], 4),
        by_auc=_name(verdict["best_by_auc"]),
        excess=f"{signed(100 * verdict['log_loss_excess'], 2)}%",
        gap_error=decimal(verdict["auc_gap_error"], 4),
        excess_error=percent(verdict["log_loss_excess_error"], 2),
        by_loss=_name(verdict["best_by_log_loss"]),
        calibration=_calibration(verdict, rows[OURS], rows[by_ece], rows.get(by_slope)),
        ece=rate(rows[OURS]["ece"]),
        challenger_ece=rate(rows[by_ece]["ece"]),
        by_ece=_name(by_ece),
        slope=decimal(rows[OURS]["cox_slope"], 2),
        challenger_slope=decimal(rows[by_slope]["cox_slope"] if by_slope else None, 2),
        by_slope=_name(by_slope) if by_slope else both("challengers.nobody"),
    )


def _accuracy(verdict: Numbers) -> Text:
    if verdict["met"]:
        return both("challengers.met")
    return both("challengers.within_noise") if verdict["within_noise"] else both("challengers.missed")


def _calibration(verdict: Numbers, ours: Numbers, by_ece: Numbers, by_slope: Numbers | None) -> Text:
    """As good only where ours is best by both figures; a better challenger within our interval is said so."""
    behind = [both(f"challengers.{name}") for name in ("ece", "cox_slope") if not verdict[f"{name}_met"]]
    if behind:
        return both("challengers.missed_in", figures=joined(behind, " and ", "和"))
    levelled = ours["ece"] <= by_ece["ece"]
    shaped = by_slope is None or abs(ours["cox_slope"] - 1) <= abs(by_slope["cox_slope"] - 1)
    return both("challengers.met") if levelled and shaped else both("challengers.not_apart")


def _of(rows: list[Numbers], group: str) -> list[Numbers]:
    return [row for row in rows if row["stage"] == group]


def _name(model: str) -> Text:
    return coded("challenger", model)
