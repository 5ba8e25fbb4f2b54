"""Figures of several models on the same loans, side by side: order, level and shape of the PDs, with intervals."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from models.challengers.verdicts import OURS
from models.validation.discrimination import auc_difference
from models.validation.ece_interval import ece_interval
from models.validation.metrics import validation_metrics

SMALLEST = 1e-6
"""PDs are kept this far from 0 and 1, so that log-loss is finite."""
BINS = 10
"""Bins of equal weight behind the ECE."""
FIGURES = ("auc", "log_loss", "ece", "cox_slope")
"""What is compared: AUC, log-loss [nats], expected calibration error [fraction], Cox slope."""
GAPS = ("auc_gap", "auc_gap_error", "log_loss_gap", "log_loss_gap_error")
ENDS = ("cox_slope_low", "cox_slope_high")


def kept_apart(pds: pd.DataFrame) -> pd.DataFrame:
    """PDs, a column per model, none nearer to 0 or 1 than SMALLEST."""
    return pds.clip(SMALLEST, 1 - SMALLEST)


def figures(loans: pd.DataFrame, pds: pd.DataFrame, resamples: int, seed: int) -> pd.DataFrame:
    """One row per stage (and `total`) and model: loans, defaults, FIGURES with intervals, differences to ours.

    `loans` has stage, defaulted and weight, `pds` a column per model in the same rows, ours among them. ece_low and
    ece_high are from `resamples` of the loans, cox_slope_low and cox_slope_high from the standard error of the slope;
    auc_gap and log_loss_gap are ours less it, paired loan by loan, with standard errors (auc_gap_error, …). Missing
    where a model has no PD or all outcomes are the same; the slope also where all PDs are equal.
    """
    lines = [
        {"stage": group, "model": str(model), **_figures(loans[rows], pds[rows], str(model), resamples, seed)}
        for group, rows in _groups(loans).items()
        for model in pds.columns
    ]
    return pd.DataFrame(lines)


def excess_log_loss(loans: pd.DataFrame, pds: pd.DataFrame, best: np.ndarray) -> dict[str, dict[str, float | None]]:
    """Per stage (and `total`) and model the mean divergence of its PDs from the best attainable ones [nats].

    Free of the chance in the outcomes, and 0 for the best PDs alone; None where a model has no PD.
    """
    found: dict[str, dict[str, float | None]] = {}
    for group, rows in _groups(loans).items():
        true, weight = best[rows], loans.loc[rows, "weight"].to_numpy()
        each = {str(model): _divergence(true, pds.loc[rows, model].to_numpy(), weight) for model in pds.columns}
        found[group] = {model: value if np.isfinite(value) else None for model, value in each.items()}
    return found


def excess_of_models(
    scored: pd.DataFrame, pds: pd.DataFrame, truth: pd.DataFrame
) -> dict[str, dict[str, float | None]]:
    """Per stage and in total the divergence of each model's PDs from the attainable ones [nats]; see `excess_log_loss`.

    `pds` has application_id and a column per model, ours among them, for every scored application.
    """
    keys = scored[["application_id", "stage", "weight"]]
    rows = keys.merge(pds, on="application_id", validate="1:1").merge(
        truth[["application_id", "pd_attainable"]], on="application_id", validate="1:1"
    )
    models = rows[[name for name in pds.columns if name != "application_id"]]
    return excess_log_loss(rows, models, rows["pd_attainable"].to_numpy())


def _groups(loans: pd.DataFrame) -> Mapping[str, np.ndarray]:
    stages = {str(name): (loans["stage"] == name).to_numpy() for name in sorted(loans["stage"].unique())}
    return stages if len(stages) == 1 else {**stages, "total": np.ones(len(loans), dtype=bool)}


def _figures(loans: pd.DataFrame, pds: pd.DataFrame, model: str, resamples: int, seed: int) -> dict[str, float | None]:
    empty: dict[str, float | None] = {"loans": len(loans), "defaults": int(loans["defaulted"].sum())}
    unknown = dict.fromkeys((*FIGURES, *ENDS, "ece_low", "ece_high", *GAPS))
    found = None if pds[model].isna().any() else validation_metrics(loans.assign(pd=pds[model], exposure=1.0), BINS)
    if found is None:
        return {**empty, **unknown}
    beside = auc_difference(loans["defaulted"], pds[OURS], pds[model], loans["weight"])
    low, high = ece_interval(loans["defaulted"], pds[model], loans["weight"], BINS, resamples, seed)
    return {
        **empty,
        **{name: found[name] for name in (*FIGURES, *ENDS)},
        "ece_low": low,
        "ece_high": high,
        "auc_gap": beside.difference,
        "auc_gap_error": beside.standard_error,
        **_log_loss_gap(loans, pds[OURS].to_numpy(), pds[model].to_numpy()),
    }


def _log_loss_gap(loans: pd.DataFrame, ours: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """Weighted mean of the log-loss of ours less the other's, and its standard error [nats]."""
    bad, share = loans["defaulted"].to_numpy() > 0, (loans["weight"] / loans["weight"].sum()).to_numpy()
    each = np.log(np.where(bad, other, 1 - other)) - np.log(np.where(bad, ours, 1 - ours))
    mean = float(share @ each)
    return {"log_loss_gap": mean, "log_loss_gap_error": float(np.sqrt(share**2 @ (each - mean) ** 2))}


def _divergence(true: np.ndarray, given: np.ndarray, weight: np.ndarray) -> float:
    each = true * np.log(true / given) + (1 - true) * np.log((1 - true) / (1 - given))
    return float(np.average(each, weights=weight))
