"""What two models say of the same loans, side by side: order, level and shape of their PDs, per stage and in total."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit

from models.challengers.comparison import figures, kept_apart
from models.challengers.verdicts import NOISE, OURS
from models.validation.calibration_tests import jeffreys_interval
from models.validation.labelled_sample import effective_loans
from models.validation.year_effects import correlated_binomial_p
from policy.segments import STAGES

OTHER = "other"
RESAMPLES, SEED = 200, 1
"""Resamples behind the interval of the expected calibration error, and their seed."""
EACH = ("auc", "log_loss", "ece", "ece_low", "ece_high", "cox_slope", "cox_slope_low", "cox_slope_high")


def measured(loans: pd.DataFrame, first: pd.Series, second: pd.Series, rho: float) -> dict[str, Any]:
    """Figures of two models by stage and in total, plain data.

    `loans` has stage, defaulted and weight; `first` and `second` are PDs in the same rows, none missing. Of each model:
    AUC, log-loss [nats], expected calibration error and Cox slope with 95 % intervals, mean PD, default rate with its
    95 % Jeffreys interval, and the two-sided p-value of its level at asset correlation `rho`. Differences are second
    less first: `auc_change` (paired DeLong), `log_loss_change` (paired loan by loan, positive where the second fits
    worse), with standard errors and 95 % intervals. None where all outcomes are the same.
    """
    pds = kept_apart(pd.DataFrame({OURS: second, OTHER: first}))
    found: dict[str, dict[str, Any]] = {}
    for group, rows in figures(loans, pds, RESAMPLES, SEED).groupby("stage", sort=False):
        by_model = {str(row["model"]): dict[Any, Any](row) for row in rows.to_dict("records")}
        ours, other = by_model[OURS], by_model[OTHER]
        mine = loans if group == "total" else loans[loans["stage"] == group]
        found[str(group)] = {
            "loans": int(ours["loans"]),
            "defaults": int(ours["defaults"]),
            "first": _of_one(other, mine, first[mine.index], rho),
            "second": _of_one(ours, mine, second[mine.index], rho),
            **_change("auc_change", other["auc_gap"], other["auc_gap_error"]),
            **_change("log_loss_change", other["log_loss_gap"], other["log_loss_gap_error"]),
        }
    return {name: found[name] for name in (*STAGES, "total") if name in found}


def _of_one(row: dict[Any, Any], loans: pd.DataFrame, pd_: pd.Series, rho: float) -> dict[str, float | None]:
    weight = loans["weight"].to_numpy()
    mean, rate = float(np.average(pd_, weights=weight)), float(np.average(loans["defaulted"], weights=weight))
    size = effective_loans(loans["defaulted"].to_numpy(), weight)
    low, high = jeffreys_interval(rate * size, size)
    return {
        **{name: _number(row[name]) for name in EACH},
        "mean_pd": mean,
        "default_rate": rate,
        "default_rate_low": low,
        "default_rate_high": high,
        "level_p": level_p(loans["defaulted"].to_numpy(), mean, weight, rho),
    }


def level_p(defaulted: np.ndarray, mean_pd: float, weight: np.ndarray, rho: float) -> float:
    """Two-sided p-value that loans of this mean PD default at such a rate, defaults correlated by one factor.

    Twice the smaller tail of the binomial with asset correlation `rho` (BCBS working paper 14, 2005), on the number of
    effective loans; at most 1.
    """
    effective = effective_loans(defaulted.astype("float64"), weight.astype("float64"))
    loans = max(1, round(effective))
    defaults = min(loans, round(float(np.average(defaulted, weights=weight)) * effective))
    above = correlated_binomial_p(defaults, loans, mean_pd, rho)
    below = 1.0 if defaults == loans else 1 - correlated_binomial_p(defaults + 1, loans, mean_pd, rho)
    return float(min(1.0, 2 * min(above, below)))


def _change(name: str, value: Any, error: Any) -> dict[str, float | None]:
    change, noise = _number(value), _number(error)
    ends = (None, None) if change is None or noise is None else (change - NOISE * noise, change + NOISE * noise)
    return {name: change, f"{name}_error": noise, f"{name}_low": ends[0], f"{name}_high": ends[1]}


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def moved(stage: pd.Series, first: pd.DataFrame, second: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """How PDs and grades move from the first model to the second, by stage: means, median of |change of log-odds|."""
    found = {}
    change = pd.Series(logit(second["pd"].to_numpy()) - logit(first["pd"].to_numpy()), index=stage.index)
    for name in [*(each for each in STAGES if (stage == each).any()), "total"]:
        rows = pd.Series(True, index=stage.index) if name == "total" else stage == name
        found[str(name)] = {
            "loans": int(rows.sum()),
            "mean_first": float(first.loc[rows, "pd"].mean()),
            "mean_second": float(second.loc[rows, "pd"].mean()),
            "median_change": float(change[rows].abs().median()),
            "rank_correlation": _number(first.loc[rows, "pd"].corr(second.loc[rows, "pd"], method="spearman")),
            "other_grade": float((first.loc[rows, "grade"] != second.loc[rows, "grade"]).mean()),
        }
    return found
