"""How well parameters of the boosters predict later loans: forward validation within the development loans."""

from itertools import pairwise

import numpy as np
from scipy.special import log_expit

from models.errors import ModelError
from models.fitting.booster import Shape, fit_booster, fit_folds
from models.fitting.loans import Loans, at_risk
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of, rows_at_risk

WINDOWS = 2
"""Stretches of time tested, each as long as the share of the loans that early stopping looks at."""
MONTH = np.timedelta64(2629800, "s")
"""A twelfth of 365.25 days."""


def known_on(data: Loans, day: np.datetime64) -> Loans:
    """Loans decided before `day` with what was known of them on it: time at risk, and defaults, that had passed.

    An undated default counts once its whole window had passed; until then nothing is known of the loan.
    """
    elapsed = (day - data.as_of).astype("timedelta64[s]") / MONTH
    waiting = (data.defaulted == 1) & np.isnan(data.default_month) & (elapsed < data.observed_months)
    closed = elapsed >= data.observed_months
    seen = Loans(
        data.features,
        np.where(closed, data.defaulted, np.nan),
        data.weight,
        data.enterprise,
        data.as_of,
        np.where(waiting, 0.0, np.minimum(data.observed_months, elapsed)),
        np.where(data.default_month < elapsed, data.default_month, np.nan),
    )
    return seen.where(elapsed > 0)


def windows(data: Loans, params: TrainParams) -> list[tuple[np.datetime64, np.ndarray]]:
    """First day and mask of the loans of each stretch of time tested, earliest first."""
    shares = [1 - params.validation_share * (WINDOWS - number) for number in range(WINDOWS + 1)]
    edges = np.quantile(data.as_of.astype("datetime64[D]").astype(int), np.clip(shares, 0, 1), method="higher")
    days = edges.astype("datetime64[D]")
    last = len(days) - 2
    return [
        (begin, (data.as_of >= begin) & ((data.as_of < end) if number < last else True))
        for number, (begin, end) in enumerate(pairwise(days))
    ]


def forward_loss(data: Loans, shape: Shape, params: TrainParams) -> float:
    """Log-loss of every period at risk of later loans [nats], by boosters fitted on what was known before them.

    The number of trees is chosen by out-of-fold log-loss among the earlier loans, so the tested loans choose nothing.

    Raises
    ------
    ModelError
        When no stretch of time has earlier loans of both outcomes and a default to test on.
    """
    total, weight = 0.0, 0.0
    for day, tested in windows(data, params):
        known, later = known_on(data, day), rows_at_risk(data.where(tested), params)
        earlier = known.where(known.observed_months > params.period_months - 1e-9)
        rows = rows_at_risk(earlier, params)
        if min(rows.defaulted.sum(), later.defaulted.sum()) < 1:
            continue
        risk = at_risk(earlier, params.period_months, params.periods)
        fold = np.unique(folds_of(earlier.enterprise, params.folds)[risk.loan], return_inverse=True)[1]
        trees = fit_folds(rows, fold, shape, params, params.num_iterations, params.early_stopping_rounds).trees
        booster = fit_booster(rows, shape, params, trees)
        score = booster.raw_score(later.features, params.num_threads)
        if later.period is not None:
            score = score + booster.baseline(params.periods)[later.period]
        loss = -log_expit(np.where(later.defaulted > 0, score, -score))
        total, weight = total + float(later.weight @ loss), weight + float(later.weight.sum())
    if not weight > 0:
        message = f"tuning: wanted defaults in one of the last {WINDOWS} stretches of time and before it; got none"
        raise ModelError(message)
    return total / weight
