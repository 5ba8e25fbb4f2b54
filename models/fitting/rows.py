"""Rows that members are fitted on, the folds of their loans, and the latest of them."""

import numpy as np
import pandas as pd

from models.fitting.booster import Rows
from models.fitting.loans import Loans, at_risk
from models.fitting.params import TrainParams


def folds_of(enterprise: np.ndarray, folds: int, salt: str = "") -> np.ndarray:
    """Fold of each row in 0..folds-1, by a fixed hash of the enterprise, so that no fold splits an enterprise.

    Another `salt`, put before every name, draws other folds: what a source that names its enterprises anew would get.
    """
    named = np.array([f"{salt}{name}" for name in enterprise], dtype="object") if salt else enterprise
    return np.asarray(pd.util.hash_array(named, categorize=True) % folds).astype(int)


def rows_at_risk(data: Loans, params: TrainParams) -> Rows:
    """The rows that tell a loss: every ended period at risk; with a single period, every matured loan."""
    risk = at_risk(data, params.period_months, params.periods)
    period = risk.period if params.periods > 1 else None
    return Rows(data.features.iloc[risk.loan], period, risk.defaulted, data.weight[risk.loan])


def rows_to_fit(data: Loans, params: TrainParams) -> Rows:
    """The rows a member is fitted on: `rows_at_risk`, and each once more with tables blanked, of lighter weight.

    From the blanked copies it learns what the outcome is where a table is not delivered: about the mean over what the
    table might have said. Without them LightGBM reads a value that is missing for the first time as 0.
    """
    rows = rows_at_risk(data, params)
    if data.blanked is None or params.blanked_weight == 0:
        return rows
    risk = at_risk(data, params.period_months, params.periods)
    return rows.with_copies(data.blanked.iloc[risk.loan], params.blanked_weight)


def latest(data: Loans, params: TrainParams) -> np.ndarray:
    """True for the latest share of the loans by day of decision."""
    day = data.as_of.astype("datetime64[D]").astype(int)
    edge = np.quantile(day, 1 - params.validation_share)
    later = day > edge
    # Where many loans share the day of the edge, none may be after it.
    return np.asarray(later if later.any() else day >= edge)
