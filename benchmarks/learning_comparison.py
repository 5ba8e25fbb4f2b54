"""Ours beside each challenger over all cells of the learning curves: paired differences, adjusted tests, slopes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.learning_figures import GROUPS
from models.challengers.verdicts import OURS

CELL = ["set", "rows"]
"""A cell of the comparison; its draws are repetitions."""
AUC_MARGIN, LOSS_MARGIN = 0.005, 0.01
"""How far ours may be below in AUC, and above in log-loss [fraction of the challenger's], in any cell."""
LEVEL = 0.05
"""Of the Holm-adjusted test."""
SLOPE_FROM, SLOPES = 100, (0.8, 1.2)
"""Defaults to fit and to calibrate on from which the slope of calibration must lie in this range."""
MEASURES = {"auc": ("auc_gap", -1.0, AUC_MARGIN), "log_loss": ("loss_excess", 1.0, LOSS_MARGIN)}
"""Difference of each measure, the sign that makes worse positive, and the margin."""


def draws_beside(lines: pd.DataFrame, challenger: str) -> pd.DataFrame:
    """One row per set, size and draw that ours and the challenger both have figures of: differences and their errors.

    `auc_gap` is ours less its; `loss_excess` the log-loss of ours over its, less 1 [fraction]; `…_error` the standard
    error from the tested loans by the jackknife over groups of enterprises, 0 where the true PDs are known.
    """
    keys = [*CELL, "draw"]
    known = lines[lines["refused"].isna()]
    pairs = known[known["model"] == OURS].merge(
        known[known["model"] == challenger], on=keys, suffixes=("", "_its"), validate="1:1"
    )
    rows = [{**{key: row[key] for key in keys}, **_differences(row)} for row in pairs.to_dict("records")]
    return pd.DataFrame(rows, columns=[*keys, "auc_gap", "auc_gap_error", "loss_excess", "loss_excess_error"])


def _differences(row: dict[Any, Any]) -> dict[str, float]:
    found = {
        "auc_gap": row["auc"] - row["auc_its"],
        "loss_excess": row["log_loss"] / row["log_loss_its"] - 1,
    }
    gaps = excesses = None
    if isinstance(row.get("auc_without"), list) and isinstance(row.get("auc_without_its"), list):
        gaps = np.subtract(row["auc_without"], row["auc_without_its"])
        excesses = np.divide(row["log_loss_without"], row["log_loss_without_its"]) - 1
    return {**found, "auc_gap_error": _jackknife(gaps), "loss_excess_error": _jackknife(excesses)}


def _jackknife(without: np.ndarray | None) -> float:
    """Standard error from a figure without each of GROUPS groups in turn; 0 where none is wanted."""
    return 0.0 if without is None else float(np.sqrt((GROUPS - 1) * without.var()))


def cells_beside(draws: pd.DataFrame) -> pd.DataFrame:
    """One row per cell: mean differences over its draws, standard errors, and one-sided p-values that ours is worse.

    The variance of the mean is that between draws over their number, plus that of the tested loans, which all draws of
    a source share. Student's t with draws - 1 degrees of freedom; with one draw no p-value, since nothing tells how
    draws differ, which is the larger part of the error. `…_holm` are adjusted over all cells; `…_lost` says that ours
    is beyond the margin and the adjusted p-value below LEVEL.
    """
    rows = []
    for (name, size), group in draws.groupby(CELL, sort=False):
        row: dict[str, Any] = {"set": name, "rows": size, "draws": len(group)}
        for column, sign, _ in MEASURES.values():
            values, errors = group[column].to_numpy(), group[f"{column}_error"].to_numpy()
            row[column] = float(values.mean())
            row[f"{column}_p"] = _worse(sign * values, float((errors**2).mean()))
        rows.append(row)
    found = pd.DataFrame(rows)
    for column, sign, margin in MEASURES.values() if rows else ():
        found[f"{column}_holm"] = holm(found[f"{column}_p"].to_numpy())
        found[f"{column}_beyond"] = sign * found[column] > margin
        found[f"{column}_lost"] = found[f"{column}_beyond"] & (found[f"{column}_holm"] < LEVEL)
    return found


def _worse(values: np.ndarray, shared: float) -> float:
    """One-sided p-value that the mean is above 0; missing where nothing tells its error."""
    draws = len(values)
    if draws == 1:
        return float("nan")
    variance = values.var(ddof=1) / draws + shared
    if variance == 0:
        return float(values.mean() <= 0)
    return float(stats.t.sf(values.mean() / np.sqrt(variance), draws - 1))


def holm(p: Sequence[float] | np.ndarray) -> np.ndarray:
    """p-values adjusted for their number; missing ones stay so and are not counted.

    Holm 1979, A simple sequentially rejective multiple test procedure (Scandinavian Journal of Statistics 6).

    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p, dtype="float64")
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    steps = values[order] * np.arange(len(order), 0, -1)
    adjusted = np.full(len(values), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return adjusted


def overall(cells: pd.DataFrame) -> dict[str, Any]:
    """Means over all cells, two-sided p-values of Student's t over sets, and how many cells are beyond and lost.

    The cells of a set share its truth: their mean counts once.
    """
    found: dict[str, Any] = {"cells": len(cells)}
    for column, _, _ in MEASURES.values():
        by_set = cells.groupby("set")[column].mean().to_numpy() if len(cells) else np.empty(0)
        found[column] = float(cells[column].mean()) if len(cells) else None
        tested = len(by_set) > 1 and float(np.ptp(by_set)) > 0
        found[f"{column}_p"] = float(stats.ttest_1samp(by_set, 0.0).pvalue) if tested else None
        found[f"{column}_beyond"] = int(cells[f"{column}_beyond"].sum()) if len(cells) else 0
        found[f"{column}_lost"] = int(cells[f"{column}_lost"].sum()) if len(cells) else 0
    return found


def slopes(lines: pd.DataFrame) -> pd.DataFrame:
    """Mean slope of calibration per cell and model with SLOPE_FROM defaults on average or more; `within` is SLOPES."""
    known = lines[lines["refused"].isna() & lines["slope"].notna()].assign(
        defaults=lambda table: table["defaults"] + table["calibration_defaults"]
    )
    found = known.groupby([*CELL, "model"], sort=False).agg(slope=("slope", "mean"), defaults=("defaults", "mean"))
    found = found[found["defaults"] >= SLOPE_FROM].reset_index()
    return found.assign(within=found["slope"].between(*SLOPES))


def refusals(lines: pd.DataFrame) -> pd.DataFrame:
    """Cells that a model refused: how many of their draws, and the sentence of the first."""
    refused = lines[lines["refused"].notna()]
    counted = refused.groupby([*CELL, "model"], sort=False).agg(refused=("draw", "size"), sentence=("refused", "first"))
    draws = lines.groupby([*CELL, "model"], sort=False).agg(draws=("draw", "size"))
    return counted.join(draws).reset_index()
