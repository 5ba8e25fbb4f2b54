"""The validation metrics of one set of scored loans: discrimination, level, shape, stability."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_curve

from models.validation.calibration_tests import (
    brier,
    calibration_table,
    expected_calibration_error,
    jeffreys_p,
    log_loss,
)
from models.validation.cox import Cox, cox
from models.validation.discrimination import auc


def validation_metrics(loans: pd.DataFrame, bins: int) -> dict[str, Any] | None:
    """Figures of loans with defaulted, pd and weight; None where no loan or only one outcome makes them meaningless.

    AUC with DeLong 95 % interval, KS, Brier score, log-loss [nats], expected calibration error, Cox intercept, Cox
    slope with 95 % interval, Jeffreys p-value of the portfolio (H0: PDs are not too low), mean PD and default rate by
    number and by amount.
    """
    if loans["defaulted"].nunique() < 2:
        return None
    y, p, w = loans["defaulted"].to_numpy(), loans["pd"].to_numpy(), loans["weight"].to_numpy()
    found, shape = auc(y, p, w), _shape(y, p, w)
    portfolio = calibration_table(y, p, w, 1).iloc[0]
    amount = loans["exposure"] * loans["weight"]
    return {
        "loans": len(loans),
        "defaults": int(y.sum()),
        "population": float(w.sum()),
        "auc": found.auc,
        "auc_low": found.low,
        "auc_high": found.high,
        "ks": found.ks,
        "accuracy_ratio": found.accuracy_ratio,
        "brier": brier(y, p, w),
        "log_loss": log_loss(y, p, w),
        "ece": expected_calibration_error(y, p, w, bins),
        "cox_intercept": shape.intercept if shape else None,
        "cox_slope": shape.slope if shape else None,
        "cox_slope_low": shape.slope_low if shape else None,
        "cox_slope_high": shape.slope_high if shape else None,
        "mean_pd": float(portfolio["mean_pd"]),
        "default_rate": float(portfolio["default_rate"]),
        "default_rate_low": float(portfolio["jeffreys_low"]),
        "default_rate_high": float(portfolio["jeffreys_high"]),
        "jeffreys_p": jeffreys_p(
            float(portfolio["default_rate"] * portfolio["effective_loans"]),
            float(portfolio["effective_loans"]),
            float(portfolio["mean_pd"]),
        ),
        "default_rate_by_amount": float((amount * y).sum() / amount.sum()),
    }


def _shape(y: np.ndarray, p: np.ndarray, w: np.ndarray) -> Cox | None:
    """Cox recalibration; None where it has no finite answer (all PDs equal, or separating the outcomes)."""
    alike = np.ptp(p) == 0
    apart = p[y == 0].max() <= p[y == 1].min() or p[y == 1].max() <= p[y == 0].min()
    return None if alike or apart else cox(y, p, w)


def roc_points(loans: pd.DataFrame, most: int = 200) -> pd.DataFrame:
    """Weighted ROC curve of loans with defaulted, pd and weight; at most `most` points, both ends included."""
    false, true, _ = roc_curve(loans["defaulted"], loans["pd"], sample_weight=loans["weight"])
    points = pd.DataFrame({"false_positive_rate": false, "true_positive_rate": true})
    step = max(1, -(-len(points) // most))
    return pd.concat([points.iloc[::step], points.iloc[[-1]]]).drop_duplicates().reset_index(drop=True)
