"""The accuracy tables as text for people."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from models.challengers.comparison import FIGURES
from models.challengers.verdicts import OURS, SLOPE_GOAL

HEADS = {"auc": "AUC", "log_loss": "log-loss", "ece": "ECE", "cox_slope": "Cox slope", "excess_log_loss": "excess"}
WIDTHS = {"auc": 10, "log_loss": 10, "ece": 26, "cox_slope": 22, "excess_log_loss": 10}
WITH_INTERVAL = {"ece": 4, "cox_slope": 2}
"""Figures shown with their 95 % interval, and its decimals."""
GOAL = "ours beside the best single challenger (goal: AUC at most .002 below, log-loss at most 1 % above)"
CALIBRATION_GOAL = (
    "calibration (goal: ECE best, or the best challenger's within our interval; 1 within the interval of our Cox "
    f"slope, or a slope at most {SLOPE_GOAL} from 1 and best, or the best challenger's within our interval)"
)


def text(
    name: str, remarks: Sequence[str], table: pd.DataFrame, goals: pd.DataFrame, seconds: Mapping[str, float]
) -> str:
    """The figures of a set: a block per stage, then what ours gains or loses against the best challenger."""
    columns = [name for name in HEADS if name in (*FIGURES, "excess_log_loss") and name in table.columns]
    lines = ["", name, *remarks]
    titles = {stage: _title(rows.iloc[0]) for stage, rows in table.groupby("stage", sort=False)}
    wide = max([40, *(len(title) + 2 for title in titles.values()), *(len(model) + 4 for model in table["model"])])
    for stage, rows in table.groupby("stage", sort=False):
        heads = "".join(f"{HEADS[name]:>{WIDTHS[name]}}" for name in columns) + f"{'ours - it, AUC':>24}"
        lines.append(f"\n{titles[stage]:{wide}}{heads}")
        for row in rows.to_dict("records"):
            cells = "".join(f"{_cell(row, name):>{WIDTHS[name]}}" for name in columns)
            lines.append(f"  {row['model']:{wide - 2}}{cells}{_gap(row)}")
    said = goals.to_dict("records")
    lines += [f"\n{GOAL}", *_lined(said, _accuracy), f"\n{CALIBRATION_GOAL}"]
    lines += _lined(said, lambda row: _calibration(row, table))
    lines.append("seconds: " + ", ".join(f"{name} {value:.0f}" for name, value in seconds.items()) + "\n")
    return "\n".join(lines)


def _cell(row: dict[Any, Any], name: str) -> str:
    if pd.isna(row[name]):
        return "-"
    if name not in WITH_INTERVAL:
        return f"{row[name]:.4f}"
    digits = WITH_INTERVAL[name]
    return f"{row[name]:.{digits}f} [{row[f'{name}_low']:.{digits}f}, {row[f'{name}_high']:.{digits}f}]"


def _gap(row: dict[Any, Any]) -> str:
    if row["model"] == OURS or pd.isna(row["auc"]):
        return ""
    return f"{row['auc_gap']:+14.4f} ± {1.96 * row['auc_gap_error']:.4f}"


def _lined(goals: list[dict[Any, Any]], told: Callable[[dict[Any, Any]], tuple[str, ...]]) -> list[str]:
    """A line per goal: the stage, then what is told, each in a column as wide as its longest text."""
    rows = [(_clear(goal["stage"]), *told(goal)) for goal in goals]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _title(first: Any) -> str:
    return f"{_clear(first.stage)}: {first.loans:,} loans, {first.defaults:,} defaults"


def _clear(stage: str) -> str:
    """The name of a stage on one line."""
    return " ".join(str(stage).split())


def _accuracy(goal: dict[Any, Any]) -> tuple[str, ...]:
    by_auc = f"AUC {goal['auc_gap']:+.4f} (s.e. {goal['auc_gap_error']:.4f}) to {goal['best_by_auc']}"
    error = f"(s.e. {goal['log_loss_excess_error']:.2%})"
    by_loss = f"log-loss {goal['log_loss_excess']:+.2%} {error} to {goal['best_by_log_loss']}"
    noise = ", within noise" if goal["within_noise"] else ""
    return by_auc, by_loss, _said(goal["met"]) + noise


def _calibration(goal: dict[Any, Any], table: pd.DataFrame) -> tuple[str, ...]:
    known = table[table["stage"] == goal["stage"]].set_index("model")
    told = [
        f"{HEADS[name]} {_number(known, OURS, name)} to {_number(known, goal[f'best_by_{name}'], name)}"
        f" of {goal[f'best_by_{name}'] or 'none'}"
        for name in WITH_INTERVAL
    ]
    return *told, _said(goal["calibration_met"])


def _number(known: pd.DataFrame, model: str | None, name: str) -> str:
    value = known.loc[model, name] if model else None
    return "-" if pd.isna(value) else f"{value:.{WITH_INTERVAL[name]}f}"


def _said(met: bool) -> str:
    return "met" if met else "MISSED"
