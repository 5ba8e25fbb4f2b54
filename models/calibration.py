"""Calibration of a raw score: Platt scaling on the logit with a ridge on the slope."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit


@dataclass(frozen=True)
class Platt:
    """logit PD = intercept + slope · score."""

    intercept: float
    slope: float

    def logit(self, score: np.ndarray) -> np.ndarray:
        """Calibrated log-odds."""
        return np.asarray(self.intercept + self.slope * score)

    def probability(self, score: np.ndarray) -> np.ndarray:
        """Calibrated probability of default."""
        return np.asarray(expit(self.logit(score)))


def fit_platt(score: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, ridge: float) -> Platt:
    """Platt scaling by penalised weighted likelihood; `ridge` pulls the slope towards 1, weights are scaled to mean 1.

    Platt 1999, Probabilistic outputs for support vector machines; on the logit, so that a good score keeps slope 1.

    Raises
    ------
    ValueError
        When no loan, or every loan, defaulted: a level cannot be estimated.
    """
    defaults = int(defaulted.sum())
    if defaults in (0, len(defaulted)):
        message = f"calibration wanted loans with and without default; got {defaults} defaults among {len(defaulted)} loans"
        raise ValueError(message)
    scaled = weight / weight.mean()
    sign = np.where(defaulted.astype(bool), 1.0, -1.0)

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (at[0] + at[1] * score)
        pull = -scaled * sign * expit(-margin)
        value = -(scaled * log_expit(margin)).sum() + 0.5 * ridge * (at[1] - 1.0) ** 2
        return float(value), np.array([pull.sum(), (pull * score).sum() + ridge * (at[1] - 1.0)])

    found = minimize(loss, np.array([0.0, 1.0]), jac=True, method="BFGS", options={"gtol": 1e-6 * len(score)})
    return Platt(float(found.x[0]), float(max(found.x[1], 1e-3)))
