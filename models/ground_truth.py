"""Ground-truth check: scores, certificates and reasons compared with the truth of a simulated portfolio."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from models.validation.calibration_tests import log_loss
from models.validation.discrimination import auc

TOP = 5
"""Drivers and features compared per stage."""

Lines = tuple[Collection[str], Mapping[str, float]]
"""Size classes of a certificate, and its PD by stage."""


def beside_truth(scored: pd.DataFrame, truth: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Out-of-time scores compared with the truth, per stage and in total; both frames have application_id.

    attainable_auc: of the PD given all that tables can show, on the same loans and outcomes; excess_log_loss: ours
    less the attainable one's [nats]; mean_pd, mean_pd_true (given the year effects) and the mean absolute error between
    them.
    """
    rows = scored.merge(truth, on="application_id", validate="1:1")
    groups = {str(stage): part for stage, part in rows.groupby("stage")} | {"total": rows}
    return {name: _one(part) for name, part in groups.items() if part["defaulted"].nunique() == 2}


def _one(rows: pd.DataFrame) -> dict[str, Any]:
    y, w = rows["defaulted"], rows["weight"]
    return {
        "loans": len(rows),
        "defaults": int(y.sum()),
        "auc": auc(y, rows["pd"], w).auc,
        "attainable_auc": auc(y, rows["pd_attainable"], w).auc,
        "excess_log_loss": log_loss(y, rows["pd"], w) - log_loss(y, rows["pd_attainable"], w),
        "mean_pd": float(np.average(rows["pd"], weights=w)),
        "mean_pd_true": float(np.average(rows["pd_in_year"], weights=w)),
        "mean_absolute_error": float(np.average((rows["pd"] - rows["pd_attainable"]).abs(), weights=w)),
    }


def true_ratios(scored: pd.DataFrame, truth: pd.DataFrame, lines: Mapping[str, Lines | None]) -> dict[str, Any]:
    """True expected default ratio by amounts of what each certificate approves, in the population it was made on.

    Part `certification`, true PDs given that year's effects: a certificate fails when the ratio is above the one its
    tolerance allows. `scored` are the loans that certificates are tested on: those that the whole procedure would
    approve. `lines` gives for each size class the classes its certificate is of and the PD of each stage; None without
    a certificate.
    """
    rows = scored[scored["part"] == "certification"].merge(truth, on="application_id", validate="1:1")
    found = {}
    for size_class, certified in lines.items():
        if certified is None:
            continue
        classes, by_stage = certified
        line = rows["stage"].map(dict(by_stage)).astype("float64")
        kept = rows[rows["size_class"].isin(classes) & (rows["pd"] <= line)]
        amount = kept["exposure"] * kept["weight"]
        found[size_class] = float((amount * kept["pd_in_year"]).sum() / amount.sum()) if len(kept) else None
    return found


def recovered_drivers(contributions: pd.DataFrame, stage: pd.Series, drivers: pd.DataFrame) -> dict[str, Any]:
    """Per stage the strongest true drivers, the model's strongest features, and how many of the first are among them.

    `contributions` has a column per feature on the log-odds, `stage` the stage of its rows. A feature counts as a
    driver when it has its name, or is its rank among peers.
    """
    names = [c for c in contributions.columns if c not in ("application_id", "base", "logit")]
    found = {}
    for name, part in drivers.groupby("stage"):
        true = part.sort_values("share", ascending=False)["driver"].head(TOP).tolist()
        rows = contributions.loc[(stage == name).to_numpy(), names]
        if rows.empty:
            continue
        strength = rows.std().sort_values(ascending=False)
        plain = strength.groupby(
            [str(n).removesuffix("_peer_rank").removesuffix("_effect") for n in strength.index]
        ).max()
        learned = plain.sort_values(ascending=False).head(2 * TOP).index.tolist()
        found[str(name)] = {"true": true, "learned": learned, "recovered": len(set(true) & set(learned))}
    return found
