"""Figures of one group of loans; those that chance alone would make are absent, with the reason."""

from typing import Any

import numpy as np
import pandas as pd

from models.back_tests.counts import counts
from models.back_tests.limits import Fewest
from models.validation.calibration_tests import hosmer_lemeshow, jeffreys_interval, log_loss, spiegelhalter
from models.validation.cox import cox
from models.validation.discrimination import auc
from models.validation.murphy import murphy
from policy.errors import MendableError

RANKING = ("auc", "auc_low", "auc_high", "ks", "somers_d")
SHAPE = (
    *("cox_intercept", "cox_slope", "cox_slope_low", "cox_slope_high", "recalibration", "recalibration_p"),
    *("hosmer_lemeshow", "hosmer_lemeshow_p", "spiegelhalter", "spiegelhalter_p"),
)
"""Figures of shape, of total and stages alone: in smaller groups they have no power."""


def figures(loans: pd.DataFrame, fewest: Fewest, bins: int, shape: bool = False) -> dict[str, Any]:
    """Figures of loans with defaulted, pd and weight; `absent` says why those of RANKING and SHAPE are missing.

    Counts; mean PD, default rate with its 95 % Jeffreys interval, and `level`, their ratio; Brier score with Murphy's
    parts, log-loss [nats]; AUC with its DeLong interval, KS, Somers' D (2 AUC - 1: the accuracy ratio); with `shape`
    Cox intercept and slope, and the chi-square, z and p-values of the tests of shape.
    """
    known = counts(loans)
    y, p, w = (loans[name].to_numpy(dtype=np.float64) for name in ("defaulted", "pd", "weight"))
    low, high = jeffreys_interval(known.effective_defaults, known.effective)
    found: dict[str, Any] = {
        "loans": known.loans,
        "defaults": known.defaults,
        "mean_pd": known.mean_pd,
        "default_rate": known.rate,
        "default_rate_low": low,
        "default_rate_high": high,
        "level": known.level,
        **murphy(y, p, w, bins)._asdict(),
        "log_loss": log_loss(y, p, w),
        **dict.fromkeys(RANKING + (SHAPE if shape else ())),
    }
    lacking = why_not_ranked(loans, fewest)
    if lacking is None:
        found |= _ranking(y, p, w) | (_shape(y, p, w, bins) if shape else {})
    return {**found, "absent": lacking}


def why_not_ranked(loans: pd.DataFrame, fewest: Fewest) -> str | None:
    """Why ranking and shape of loans cannot be measured; None where they can."""
    defaults = int(loans["defaulted"].sum())
    if defaults in (0, len(loans)):
        return "one_outcome"
    if min(defaults, len(loans) - defaults) < fewest.defaults:
        return "few_defaults"
    return "no_spread" if loans["pd"].nunique() < 2 else None


def _ranking(y: np.ndarray, p: np.ndarray, w: np.ndarray) -> dict[str, float]:
    found = auc(y, p, w)
    return dict(zip(RANKING, (found.auc, found.low, found.high, found.ks, found.accuracy_ratio), strict=True))


def _shape(y: np.ndarray, p: np.ndarray, w: np.ndarray, bins: int) -> dict[str, float | None]:
    by_bins, as_expected = hosmer_lemeshow(y, p, w, bins), spiegelhalter(y, p, w)
    tests = (by_bins.statistic, by_bins.p_value, as_expected.statistic, as_expected.p_value)
    try:
        line = cox(y, p, w)
    except MendableError:  # PDs that separate the outcomes have no finite slope
        return dict(zip(SHAPE, (*[None] * 6, *tests), strict=True))
    lines = (line.intercept, line.slope, line.slope_low, line.slope_high, line.statistic, line.p_value)
    return dict(zip(SHAPE, (*lines, *tests), strict=True))
