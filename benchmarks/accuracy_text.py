"""The accuracy tables as text for people."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from benchmarks.accuracy_sets import Set
from models.challengers.comparison import FIGURES
from models.challengers.verdicts import OURS

HEADS = {"auc": "AUC", "log_loss": "log-loss", "ece": "ECE", "cox_slope": "Cox slope", "excess_log_loss": "excess"}
WIDTHS = {"auc": 10, "log_loss": 10, "ece": 26, "cox_slope": 22, "excess_log_loss": 10}
WITH_INTERVAL = {"ece": 4, "cox_slope": 2}
"""Figures shown with their 95 % interval, and its decimals."""
GOAL = "ours beside the best single challenger (goal: AUC at most .002 below, log-loss at most 1 % above)"
CALIBRATION_GOAL = (
    "calibration (goal: ECE and Cox slope best, or the best challenger's, or a slope of 1, within our interval)"
)


def text(data: Set, table: pd.DataFrame, goals: pd.DataFrame, seconds: Mapping[str, float]) -> str:
    """The figures: a block per stage, then what ours gains or loses against the best challenger."""
    columns = [name for name in HEADS if name in (*FIGURES, "excess_log_loss") and name in table.columns]
    lines = ["", data.name, *data.remarks]
    for stage, rows in table.groupby("stage", sort=False):
        first = rows.iloc[0]
        heads = "".join(f"{HEADS[name]:>{WIDTHS[name]}}" for name in columns) + f"{'ours - it, AUC':>24}"
        lines.append(f"\n{f'{stage}: {first.loans:,} loans, {first.defaults:,} defaults':40}{heads}")
        for row in rows.to_dict("records"):
            cells = "".join(f"{_cell(row, name):>{WIDTHS[name]}}" for name in columns)
            lines.append(f"  {row['model']:38}{cells}{_gap(row)}")
    lines += [f"\n{GOAL}", *map(_accuracy, goals.to_dict("records"))]
    lines += [f"\n{CALIBRATION_GOAL}", *(_calibration(row, table) for row in goals.to_dict("records"))]
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


def _accuracy(goal: dict[Any, Any]) -> str:
    by_auc = f"AUC {goal['auc_gap']:+.4f} (s.e. {goal['auc_gap_error']:.4f}) to {goal['best_by_auc']}"
    error = f"(s.e. {goal['log_loss_excess_error']:.2%})"
    by_loss = f"log-loss {goal['log_loss_excess']:+.2%} {error} to {goal['best_by_log_loss']}"
    noise = ", within noise" if goal["within_noise"] else ""
    return f"  {goal['stage']:10}{by_auc:56}{by_loss:58}{_said(goal['met'])}{noise}"


def _calibration(goal: dict[Any, Any], table: pd.DataFrame) -> str:
    known = table[table["stage"] == goal["stage"]].set_index("model")
    told = [
        f"{HEADS[name]} {_number(known, OURS, name)} to {_number(known, goal[f'best_by_{name}'], name)}"
        f" of {goal[f'best_by_{name}'] or 'none'}"
        for name in WITH_INTERVAL
    ]
    return f"  {goal['stage']:10}{told[0]:56}{told[1]:58}{_said(goal['calibration_met'])}"


def _number(known: pd.DataFrame, model: str | None, name: str) -> str:
    value = known.loc[model, name] if model else None
    return "-" if pd.isna(value) else f"{value:.{WITH_INTERVAL[name]}f}"


def _said(met: bool) -> str:
    return "met" if met else "MISSED"
