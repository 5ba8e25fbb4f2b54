"""PDs of the tested loans of a set by ours and by every challenger, and the figures that judge them."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.accuracy_sets import Fold, Set
from models.battery import battery
from models.challengers import CHALLENGERS, Challenger, Setting, challenger_pds
from models.discrimination import auc_difference
from models.fit import Part, fit_stage
from models.folds import fit_with_folds

OURS = "ours"
FACTS = {"catalogue": "none", "data": "none", "split": "none"}
"""Fingerprints a model of a comparison does not need: it is not kept."""
SMALLEST = 1e-6
"""PDs are kept this far from 0 and 1, so that log-loss is finite."""
BINS = 10
FIGURES = ("auc", "log_loss", "ece", "cox_slope")
"""What the table shows: AUC, log-loss [nats], expected calibration error [fraction], Cox slope."""


@dataclass(frozen=True)
class Compared:
    """Tested loans with stage, outcome, weight, application_id where there is one, and a column of PDs a model."""

    loans: pd.DataFrame
    pds: pd.DataFrame
    seconds: Mapping[str, float]


def our_pds(fold: Fold, data: Set) -> np.ndarray:
    """PDs of the tested loans by the stage models, fitted as the stages `pool` and `train` of the pipeline fit them."""
    stage = fold.development.table["stage"].to_numpy(dtype="object")
    pooled = fit_with_folds(fold.development.loans, data.shape, data.params, "pooled model")
    found = np.full(len(fold.tested.loans), np.nan)
    tested = fold.tested.table["stage"].to_numpy(dtype="object")
    for name in np.unique(tested):
        rows = stage == name
        model = fit_stage(
            str(name),
            _of(fold.development, rows),
            _of(fold.calibration, fold.calibration.table["stage"].to_numpy(dtype="object") == name),
            pooled.where(rows),
            data.shape,
            data.params,
            FACTS,
        )
        found[tested == name] = model.probability(fold.tested.table[tested == name])
    return found


def _of(part: Part, rows: np.ndarray) -> Part:
    return Part(part.loans.where(rows), part.table[rows].reset_index(drop=True))


def compared(data: Set, left_out: tuple[str, ...] = ()) -> Compared:
    """Ours and all challengers but those `left_out`, on every fold of the set; tested loans of all folds together."""
    rivals = {name: rival for name, rival in CHALLENGERS.items() if name not in left_out}
    seconds = dict.fromkeys((OURS, *rivals), 0.0)
    tables, pds = [], []
    for fold in data.folds:
        found: dict[str, np.ndarray] = {}
        for name in seconds:
            with _timed(seconds, name):
                found[name] = our_pds(fold, data) if name == OURS else _rival_pds(rivals[name], fold, data)
        pds.append(pd.DataFrame(found).clip(SMALLEST, 1 - SMALLEST))
        kept = [c for c in ("application_id", "stage", "defaulted", "weight") if c in fold.tested.table.columns]
        tables.append(fold.tested.table[kept])
    return Compared(pd.concat(tables, ignore_index=True), pd.concat(pds, ignore_index=True), seconds)


def _rival_pds(rival: Challenger, fold: Fold, data: Set) -> np.ndarray:
    stages = [
        part.table["stage"].to_numpy(dtype="object") for part in (fold.development, fold.calibration, fold.tested)
    ]
    setting = Setting(fold.development.loans, stages[0], data.shape, data.params)
    return challenger_pds(rival, setting, fold.calibration.loans, stages[1], fold.tested.loans.features, stages[2])


@contextlib.contextmanager
def _timed(seconds: dict[str, float], name: str):  # type: ignore[no-untyped-def]  # a generator of nothing
    start = time.perf_counter()
    yield
    seconds[name] += time.perf_counter() - start


def figures(found: Compared, truth: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a stage (and `total`) and model: loans, defaults, FIGURES, ΔAUC of ours to it with its standard error.

    With a `truth` (application_id, pd_attainable) also `excess_log_loss`: mean divergence of the PD from the best PD
    that the features allow [nats], free of the luck of the outcomes.
    """
    loans = found.loans if truth is None else found.loans.merge(truth, on="application_id", how="left", validate="1:1")
    stages = {str(name): (loans["stage"] == name).to_numpy() for name in sorted(loans["stage"].unique())}
    groups = stages if len(stages) == 1 else {**stages, "total": np.ones(len(loans), dtype=bool)}
    lines = [
        {"stage": group, "model": str(model), **_figures(loans[rows], found.pds[rows], str(model))}
        for group, rows in groups.items()
        for model in found.pds.columns
    ]
    return pd.DataFrame(lines)


def _figures(loans: pd.DataFrame, pds: pd.DataFrame, model: str) -> dict[str, float | None]:
    empty: dict[str, float | None] = {"loans": len(loans), "defaults": int(loans["defaulted"].sum())}
    if pds[model].isna().any():
        return empty
    judged = battery(loans.assign(pd=pds[model], exposure=1.0), BINS)
    if judged is None:
        return empty
    beside = auc_difference(loans["defaulted"], pds[OURS], pds[model], loans["weight"])
    found = {**empty, **{name: judged[name] for name in FIGURES}}
    found |= {"auc_gap": beside.difference, "auc_gap_error": beside.standard_error}
    if "pd_attainable" in loans.columns:
        found["excess_log_loss"] = _divergence(loans["pd_attainable"].to_numpy(), pds[model].to_numpy())
    return found


def _divergence(true: np.ndarray, given: np.ndarray) -> float:
    each = true * np.log(true / given) + (1 - true) * np.log((1 - true) / (1 - given))
    return float(each.mean())


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """One row a stage: best rival by AUC and by log-loss, how far ours is ahead, and whether both goals are met.

    The goal: AUC at most 0.002 below, log-loss at most 1 % above the best single rival.
    """
    lines = []
    for stage, rows in table[table["auc"].notna()].groupby("stage", sort=False):
        models = rows.to_dict("records")
        ours = next(row for row in models if row["model"] == OURS)
        rivals = [row for row in models if row["model"] != OURS]
        ranks, fits = max(rivals, key=lambda row: row["auc"]), min(rivals, key=lambda row: row["log_loss"])
        gap, ratio = ours["auc"] - ranks["auc"], ours["log_loss"] / fits["log_loss"] - 1
        lines.append(
            {
                "stage": stage,
                "best_by_auc": ranks["model"],
                "auc_gap": gap,
                "auc_gap_error": ranks["auc_gap_error"],
                "best_by_log_loss": fits["model"],
                "log_loss_excess": ratio,
                "met": bool(gap >= -0.002 and ratio <= 0.01),
            }
        )
    return pd.DataFrame(lines)
