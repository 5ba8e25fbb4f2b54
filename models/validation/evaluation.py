"""Figures of the scored parts: validation metrics, stability, horizons, conservatism; per stage and in total."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from models.fitting.split import PARTS
from models.fitting.stage_model import StageModel
from models.validation.calibration_tests import calibration_table
from models.validation.conservatism import central_tendency_shift, margin_of_conservatism
from models.validation.metrics import validation_metrics
from models.validation.stability import psi
from policy.digits import rounded_columns

LONG_RUN = ("development", "calibration")
"""Parts whose years make the long-run default rate."""
FEWEST_A_YEAR = 50
"""Loans a year must have to count in the long-run default rate."""


def grouped(part: pd.DataFrame, stages: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Rows of each stage, and all of them as `total`."""
    return {stage: part[part["stage"] == stage] for stage in stages} | {"total": part}


def parts_measured(scored: pd.DataFrame, stages: tuple[str, ...], bins: int) -> dict[str, dict[str, Any]]:
    """The validation metrics of every part, per stage and in total."""
    return {
        part: {
            name: validation_metrics(rows, bins)
            for name, rows in grouped(scored[scored["part"] == part], stages).items()
        }
        for part in PARTS
    }


def stability(scored: pd.DataFrame, stages: tuple[str, ...], bins: int) -> dict[str, float | None]:
    """PSI of the PDs from development to out-of-time [nats], per stage and in total."""
    before = grouped(scored[scored["part"] == "development"], stages)
    after = grouped(scored[scored["part"] == "out_of_time"], stages)
    found: dict[str, float | None] = {}
    for name, b in before.items():
        a = after[name]
        found[name] = psi(b["pd"], a["pd"], bins, b["weight"], a["weight"]).value if len(a) and len(b) else None
    return found


def horizons(table: pd.DataFrame, models: Mapping[str, StageModel]) -> dict[str, dict[str, Any]]:
    """Per stage the mean PD by the end of each period [fraction], over the rows of `table`, by weight."""
    found = {}
    for stage, model in models.items():
        rows = table[table["stage"] == stage]
        if len(rows):
            pds = np.average(model.horizons(rows), axis=0, weights=rows["weight"])
            months = [int(model.facts["period_months"]) * (k + 1) for k in range(len(pds))]
            window = int(model.facts["period_months"]) * int(model.facts["window_periods"])
            found[stage] = {"months": months, "mean_pd": pds.tolist(), "window_months": window}
    return found


def conservatism(scored: pd.DataFrame, stages: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Per stage what the explicit adjustments would add to the PDs out-of-time; none of them is in the PDs that decide.

    long_run is the mean of the yearly default rates of development and calibration (years with enough loans), shift
    the log-odds that bring the mean PD there, margin the margin of conservatism (category C) on top [fraction]; parts A
    (data) and B (methodology) are the bank's to enter. Missing where there are too few years.
    """
    found = {}
    known = scored[scored["part"].isin(LONG_RUN)]
    for stage in stages:
        rows = known[known["stage"] == stage]
        later = scored[(scored["part"] == "out_of_time") & (scored["stage"] == stage)]
        rates = _yearly_rates(rows)
        if not len(rates) or not len(later):
            continue
        long_run = float(rates.mean())
        usable = 0 < long_run < 1
        found[stage] = {
            "years": {str(year): float(rate) for year, rate in rates.items()},
            "long_run": long_run,
            "mean_pd": float(np.average(later["pd"], weights=later["weight"])),
            "shift": central_tendency_shift(logit(later["pd"].to_numpy()), later["weight"].to_numpy(), long_run)
            if usable
            else None,
            "margin": margin_of_conservatism(rates.to_numpy()),
        }
    return found


def _yearly_rates(rows: pd.DataFrame) -> pd.Series:
    years = rows.assign(year=rows["as_of"].dt.year, bad=rows["defaulted"] * rows["weight"]).groupby("year")
    sums = years.agg(loans=("defaulted", "size"), bad=("bad", "sum"), weight=("weight", "sum"))
    enough = sums[sums["loans"] >= FEWEST_A_YEAR]
    return enough["bad"] / enough["weight"]


def calibration_tables(later: pd.DataFrame, stages: tuple[str, ...], bins: int) -> pd.DataFrame:
    """Calibration tables per stage and in total; column `step`: before (the raw score as a PD) or after calibration."""
    tables = []
    for name, rows in grouped(later, stages).items():
        if rows["defaulted"].nunique() < 2:
            continue
        for step, pds in (("before", pd.Series(expit(rows["score"]), rows.index)), ("after", rows["pd"])):
            tables.append(calibration_table(rows["defaulted"], pds, rows["weight"], bins).assign(stage=name, step=step))
    return rounded_columns(pd.concat(tables, ignore_index=True))
