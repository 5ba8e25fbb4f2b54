"""Whether the stage models are as good as the best challenger: accuracy and calibration, per stage and in total."""

from typing import Any

import pandas as pd

OURS = "ours"
"""Name of the stage models among the compared ones."""
AUC_GOAL = 0.002
"""How far the AUC may be below that of the best challenger."""
LOG_LOSS_GOAL = 0.01
"""How far the log-loss may be above that of the best challenger [fraction of it]."""
SLOPE_GOAL = 0.2
"""How far a Cox slope that is no worse than the challengers' may be from 1 all the same."""
NOISE = 1.96
"""Standard errors of a paired difference, beyond which sampling of the loans does not explain it."""

Figures = dict[Any, Any]


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """One row per stage: the best challenger by each figure, how far ours is from it, and which goals are met.

    `table` has a row per stage and model, as models.challengers.comparison.figures gives it. Accuracy (`met`): AUC at
    most AUC_GOAL below and log-loss at most LOG_LOSS_GOAL above the best challenger; `within_noise` where it is missed
    by no more than NOISE standard errors of the loans (the best of several, chosen afterwards, owes part of its lead to
    chance). Calibration (`calibration_met`): the lowest ECE of all, or a lowest ECE of a challenger within the interval
    of ours; and a Cox slope whose interval holds 1, or one at most SLOPE_GOAL from 1 that is the nearest of all or has
    the nearest challenger's in its interval: a challenger that is as bad is no excuse. A challenger that repeats ours
    loan by loan is none. A stage without a figure of ours or of a challenger has no row.
    """
    lines = []
    for stage, rows in table[table["auc"].notna()].groupby("stage", sort=False):
        models = rows.to_dict("records")
        ours = [row for row in models if row["model"] == OURS]
        challengers = [row for row in models if row["model"] != OURS and not _repeats(row)]
        if ours and challengers:
            lines.append({"stage": stage, **_accuracy(ours[0], challengers), **_calibration(ours[0], challengers)})
    return pd.DataFrame(lines)


def _repeats(row: Figures) -> bool:
    """Whether a model gives every loan the PD of ours: no difference, and none that varies over loans."""
    return not any(row[name] for name in ("auc_gap", "auc_gap_error", "log_loss_gap", "log_loss_gap_error"))


def _accuracy(ours: Figures, challengers: list[Figures]) -> Figures:
    ranks, fits = max(challengers, key=lambda row: row["auc"]), min(challengers, key=lambda row: row["log_loss"])
    gap, excess = ours["auc"] - ranks["auc"], ours["log_loss"] / fits["log_loss"] - 1
    error = fits["log_loss_gap_error"] / fits["log_loss"]
    missed = [
        behind > NOISE * noise
        for behind, noise, goal in ((-gap, ranks["auc_gap_error"], AUC_GOAL), (excess, error, LOG_LOSS_GOAL))
        if behind > goal
    ]
    return {
        "best_by_auc": ranks["model"],
        "auc_gap": gap,
        "auc_gap_error": ranks["auc_gap_error"],
        "best_by_log_loss": fits["model"],
        "log_loss_excess": excess,
        "log_loss_excess_error": error,
        "met": not missed,
        "within_noise": bool(missed) and not any(missed),
    }


def _calibration(ours: Figures, challengers: list[Figures]) -> Figures:
    levels = min(challengers, key=lambda row: row["ece"])
    shaped = [row for row in challengers if pd.notna(row["cox_slope"])]
    shapes = min(shaped, key=_bend, default=None)
    level = bool(ours["ece"] <= levels["ece"] or _holds(ours, "ece", levels["ece"]))
    shape = bool(pd.notna(ours["cox_slope"]) and _well_shaped(ours, shapes))
    return {
        "best_by_ece": levels["model"],
        "best_by_cox_slope": shapes["model"] if shapes else None,
        "ece_met": level,
        "cox_slope_met": shape,
        "calibration_met": level and shape,
    }


def _well_shaped(ours: Figures, challenger: Figures | None) -> bool:
    if _holds(ours, "cox_slope", 1.0):
        return True
    as_good = challenger is None or _bend(ours) <= _bend(challenger)
    return _bend(ours) <= SLOPE_GOAL and (as_good or _holds(ours, "cox_slope", (challenger or ours)["cox_slope"]))


def _bend(row: Figures) -> float:
    """Distance of the Cox slope from 1, where PDs are neither too far apart nor too close together."""
    return abs(float(row["cox_slope"]) - 1)


def _holds(row: Figures, name: str, value: float) -> bool:
    return bool(row[f"{name}_low"] <= value <= row[f"{name}_high"])
