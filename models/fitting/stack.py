"""Weights of the members of a stack by out-of-fold log-loss, tempered."""

from itertools import product

import numpy as np
from scipy.special import log_expit

from models.fitting.calibration import fit_platt
from models.fitting.params import TrainParams

LEAST_WEIGHT = 0.05
"""A member that would carry less is left out: it costs time and explanation and gives nothing."""
STEPS = 8
"""Steps of the grid of weights of three or more members: weights in eighths."""


def stack_weights(scores: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, params: TrainParams) -> np.ndarray:
    """Weights of members that sum to one, shape (members,); `scores` are out-of-fold log-odds, shape (rows, members).

    They are those of `tempered_weights`; members below LEAST_WEIGHT are left out and the others weighed again. Wolpert
    1992, Stacked generalization.
    """
    kept = np.arange(scores.shape[1])
    while True:
        found = tempered_weights(scores[:, kept], defaulted, weight, params)
        weak = found < LEAST_WEIGHT
        if not weak.any():
            break
        kept = kept[~weak]
    weights = np.zeros(scores.shape[1])
    weights[kept] = np.round(found, 6)
    # The rounding goes to the largest, so that they sum to one.
    weights[weights.argmax()] += 1 - weights.sum()
    return weights


def tempered_weights(scores: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, params: TrainParams) -> np.ndarray:
    """Tempered mean over a grid of weights, shape (members,); `scores` are out-of-fold log-odds, shape (rows, members).

    Each point counts by exp(-n (loss - lowest loss) / temperature), the loss being the log-loss after Platt scaling and
    n the effective number of rows. So the weights are the best ones where losses differ clearly, and even where they
    hardly do: the lowest loss alone follows noise and the years of the folds. Tempered likelihood: Grünwald and van
    Ommen 2017, Inconsistency of Bayesian inference for misspecified linear models, and a proposal for repairing it
    (Bayesian Analysis 12).
    """
    members = scores.shape[1]
    if members == 1:
        return np.ones(1)
    steps = params.lambda_steps - 1 if members == 2 else STEPS
    grid = np.array([point for point in product(range(steps + 1), repeat=members) if sum(point) == steps]) / steps
    sign = np.where(defaulted > 0, 1, -1)
    losses = np.empty(len(grid))
    for at, point in enumerate(grid):
        score = scores @ point
        intercept, slope = fit_platt(score, defaulted, weight, params.slope_ridge)
        losses[at] = -float((weight * log_expit(sign * (intercept + slope * score))).sum() / weight.sum())
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    counts = np.exp(-effective * (losses - losses.min()) / params.share_temperature)
    return np.asarray(counts @ grid / counts.sum())
