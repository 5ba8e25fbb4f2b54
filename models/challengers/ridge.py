"""Ridge logistic regression whose penalty is chosen on folds of enterprises."""

import numpy as np
from scipy.special import log_expit
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

STRENGTHS = (0.003, 0.03, 0.3, 3.0)
"""Inverse ridge penalties tried, by log-loss on folds of enterprises."""


def fit_ridge(
    columns: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, fold: np.ndarray, seed: int
) -> LogisticRegression:
    """The regression on `columns`, shape (loans, columns); `fold` is the fold of each loan, weights have mean 1."""
    # Products this small cost the threads of the linear algebra more in waiting than in work.
    with threadpool_limits(limits=1):
        losses = [_held_out_loss(columns, defaulted, weight, fold, strength, seed) for strength in STRENGTHS]
        strength = STRENGTHS[int(np.argmin(losses))]
        return _regression(strength, seed).fit(columns, defaulted, sample_weight=weight)


def _regression(strength: float, seed: int) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=1000, random_state=seed)


def _held_out_loss(
    columns: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, fold: np.ndarray, strength: float, seed: int
) -> float:
    """Summed log-loss of each fold by a regression on the others [nats]; infinite where none can be fitted."""
    total = 0.0
    for number in np.unique(fold):
        held = fold == number
        if len(np.unique(defaulted[~held])) < 2:
            return float("inf")
        fitted = _regression(strength, seed).fit(columns[~held], defaulted[~held], sample_weight=weight[~held])
        margin = np.where(defaulted[held] > 0, 1.0, -1.0) * fitted.decision_function(columns[held])
        total -= float((weight[held] * log_expit(margin)).sum())
    return total
