"""Tests of ranking and shape: AUC against its limit and against the calibration loans, recalibration, quarters."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from models.back_tests.figures import why_not_ranked
from models.back_tests.limits import Fewest, Limit
from models.back_tests.records import Record
from models.validation.auc_changes import auc_fall_p, auc_trend
from models.validation.calibration_tests import CONFIDENCE
from models.validation.discrimination import Discrimination, auc, deterioration_p


def shape_records(name: str, dimension: str, figures: Mapping[str, Any]) -> list[Record]:
    """Records slope, recalibration, hosmer_lemeshow and spiegelhalter of a group from its figures of shape."""
    about: dict[str, Any] = {"loans": figures["loans"], "defaults": figures["defaults"]}
    why = figures["absent"]
    found = []
    slope, p = figures["cox_slope"], None
    if slope is not None:
        error = (figures["cox_slope_high"] - slope) / float(ndtri((1 + CONFIDENCE) / 2))
        p = float(2 * ndtr(-abs(slope - 1) / error))
    found.append(
        Record("slope", dimension, name, slope, p, why=why or (None if p is not None else "no_spread"), **about)
    )
    for test in ("recalibration", "hosmer_lemeshow", "spiegelhalter"):
        found.append(Record(test, dimension, name, figures[test], figures[f"{test}_p"], why=why, **about))
    return found


def auc_records(
    name: str, dimension: str, before: Mapping[str, pd.DataFrame], loans: pd.DataFrame, fewest: Fewest, least: Limit
) -> list[Record]:
    """Records auc_least, auc_change and auc_change_ecb of a group of any dimension.

    `before` has its loans of `development` and `calibration`. The change is tested from the calibration loans: on the
    development loans, which the boosters were fitted on, the AUC is too high. The fall from these informs.
    """
    about: dict[str, Any] = {"loans": len(loans), "defaults": int(loans["defaulted"].sum())}
    why = why_not_ranked(loans, fewest)
    initial, fitted = before["calibration"], before["development"]
    lacking = "few_defaults" if why is None and why_not_ranked(initial, fewest) else why
    now = _auc(loans) if why is None else None
    uncertain = now is not None and now.high >= least.number
    found = [
        Record("auc_least", dimension, name, now.auc if now else None, why=why, uncertain=uncertain, **about),
    ]
    p_values: dict[str, float | None] = {"auc_change": None, "auc_change_ecb": None}
    change: dict[str, Any] = {}
    if now is not None and lacking is None and now.standard_error > 0:
        first = _auc(initial)
        in_sample = None if why_not_ranked(fitted, fewest) else now.auc - _auc(fitted).auc
        change = {"value": now.auc - first.auc, "before": first.auc, "after": now.auc, "fall_in_sample": in_sample}
        p_values = {"auc_change": auc_fall_p(first, now), "auc_change_ecb": deterioration_p(first.auc, now)}
    found += [Record(test, dimension, name, p_value=p, why=lacking, **change, **about) for test, p in p_values.items()]
    return found


def _auc(loans: pd.DataFrame) -> Discrimination:
    return auc(loans["defaulted"], loans["pd"], loans["weight"])


def auc_by_quarter(loans: pd.DataFrame, fewest: Fewest, penalty: float) -> dict[str, Any]:
    """AUC of every quarter of `as_of` that has enough defaults, their mean less a penalty for decline; else missing."""
    quarters, at = [], []
    for quarter, of in loans.groupby(loans["as_of"].dt.to_period("Q"), sort=True):
        why = why_not_ranked(of, fewest)
        found = _auc(of) if why is None else None
        at += [quarter.ordinal] if found else []
        quarters.append(
            {
                "quarter": str(quarter),
                "loans": len(of),
                "defaults": int(of["defaulted"].sum()),
                "auc": found.auc if found else None,
                "auc_low": found.low if found else None,
                "auc_high": found.high if found else None,
                "absent": why,
            }
        )
    aucs = np.array([row["auc"] for row in quarters if row["auc"] is not None], dtype=np.float64)
    trend = auc_trend(aucs, penalty, at)._asdict() if aucs.size >= 3 else None
    return {"quarters": quarters, "penalty": penalty, "trend": trend}


def quarters_record(name: str, dimension: str, found: Mapping[str, Any], loans: pd.DataFrame) -> Record:
    """Record auc_quarters from the AUC by quarter."""
    about: dict[str, Any] = {"loans": len(loans), "defaults": int(loans["defaulted"].sum())}
    trend = found["trend"]
    if trend is None:
        return Record("auc_quarters", dimension, name, why="few_defaults", **about)
    return Record("auc_quarters", dimension, name, trend["penalised"], **about)
