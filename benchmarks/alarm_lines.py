"""Hazards, certified lines and losses on the SBA loans as of a day: what the benchmark of the alarm compares."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import expit

from benchmarks.rolling import as_known
from decisions.certificate import Certificate, certify
from models.fitting.booster import Booster, Shape, fit_booster
from models.fitting.params import TrainParams
from models.fitting.rows import rows_at_risk
from pipelines.params import section
from scoring.alarm_book import Curves

PERIOD_MONTHS, PERIODS, TREES = 3, 40, 150
"""Quarters that the hazard is fitted on, followed for ten years."""
WINDOW, SPAN = 24, 12
"""Months of the window that lines are certified on; months of approvals, the youngest whose window has closed."""
DELTA = 0.1


@dataclass(frozen=True)
class Line:
    """A certified cut-off and what it would have done on later loans; shares and ratios of amounts of the population.

    `lost_window` is the ratio that defaulted within WINDOW months, `lost_ever` until the end of the data; both are
    missing where nothing was approved.
    """

    cut_off: float | None
    reason: str
    approved: float
    lost_window: float | None
    lost_ever: float | None


def hazard(table: pd.DataFrame, day: pd.Timestamp, names: list[str]) -> Booster:
    """Booster of the proportional hazard by quarters on what was known on the morning of `day`."""
    params = replace(section("train", TrainParams, "sba"), num_leaves=15, period_months=PERIOD_MONTHS, periods=PERIODS)
    known = as_known(table[table["as_of"] < day], day, names)
    return fit_booster(rows_at_risk(known, params), Shape({}), params, TREES)


def curves(booster: Booster, rows: pd.DataFrame, names: list[str]) -> Curves:
    """Cumulative hazards of loans by quarters."""
    logits = booster.raw_score(rows[names], 2)[:, None] + booster.baseline(PERIODS)
    return Curves(np.cumsum(-np.log1p(-expit(logits)), axis=1), PERIOD_MONTHS)


def window_pd(booster: Booster, rows: pd.DataFrame, names: list[str]) -> np.ndarray:
    """PD over WINDOW months."""
    known = curves(booster, rows, names)
    return np.asarray(-np.expm1(-known.at(np.full(len(rows), float(WINDOW)))))


def matured(table: pd.DataFrame, day: pd.Timestamp, seed: int) -> pd.DataFrame:
    """A simple random sample of the SPAN months of approvals whose window had closed on `day`, the youngest ones.

    The source sampled by final outcome, which the window's outcome is not: loans are drawn from it with a chance in
    proportion to their weight, after which each stands for as many loans of the population.
    """
    drawn = np.random.default_rng(seed).random(len(table)) < table["weight"] / table["weight"].max()
    last = day - pd.DateOffset(months=WINDOW)
    recent = (table["as_of"] >= last - pd.DateOffset(months=SPAN)) & (table["as_of"] < last)
    return table[drawn & recent]


def predicted(booster: Booster, rows: pd.DataFrame, names: list[str]) -> float:
    """Ratio of amounts that the PDs of the window say."""
    return float(np.average(window_pd(booster, rows, names), weights=rows["exposure"]))


def certified(booster: Booster, rows: pd.DataFrame, names: list[str], tolerance: float) -> Certificate:
    """Certificate of all loans together against a tolerance over the window."""
    return certify(
        window_pd(booster, rows, names),
        rows["exposure"],
        rows["month"] < WINDOW,
        np.ones(len(rows)),
        tolerance,
        DELTA,
        design="inclusion",
    ).certificate


def line(certificate: Certificate, booster: Booster, later: pd.DataFrame, names: list[str]) -> Line:
    """What a certified cut-off would have done on later loans."""
    amount = (later["exposure"] * later["weight"]).to_numpy(dtype="float64")
    cut_off = certificate.cut_off
    kept = np.zeros(len(later), dtype=bool) if cut_off is None else window_pd(booster, later, names) <= cut_off
    total = amount[kept].sum()
    lost = [(amount * bad.to_numpy(dtype="float64"))[kept].sum() for bad in (later["in_window"], later["ever"])]
    ratios = [float(value / total) if total > 0 else None for value in lost]
    return Line(cut_off, certificate.reason, float(total / amount.sum()), *ratios)
