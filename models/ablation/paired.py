"""AUC, log-loss and approved amount on many bootstrap resamples at once, for paired comparisons of log-odds."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import log_expit

MEASURES = ("auc", "log_loss", "approved")
"""AUC; log-loss per loan [nats]; share of the amounts approved at the tolerance [fraction]."""
CHUNK = 50
"""Resamples measured at a time, which bounds the memory."""


@dataclass(frozen=True)
class Group:
    """Loans in rows: outcome, weight, exposure, size class, and `counts`, how often each resample has them.

    `counts` has shape (1 + resamples, loans); its first row is the loans as they are.
    """

    defaulted: np.ndarray
    weight: np.ndarray
    exposure: np.ndarray
    size_class: np.ndarray
    counts: np.ndarray


def resampled(enterprise: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """How often each loan is in each resample of enterprises, shape (1 + resamples, loans); the first row is ones."""
    names, at = np.unique(enterprise, return_inverse=True)
    draw = np.random.default_rng(seed)
    drawn = [np.bincount(draw.integers(0, len(names), len(names)), minlength=len(names)) for _ in range(resamples)]
    return np.vstack([np.ones(len(at)), *(counts[at] for counts in drawn)])


def measured(group: Group, logit: np.ndarray, tolerances: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Every measure of calibrated log-odds on the loans (first entry) and on each resample, shape (1 + resamples,).

    The AUC is missing (NaN) where a resample has one outcome only. `tolerances` is the NPL ratio each size class may
    reach: loans of a class are approved in order of PD as far as the ratio of their amounts stays within it; loans of
    other classes are not.
    """
    chunks = [
        (_auc(group, logit, counts), _log_loss(group, logit, counts), _approved(group, logit, counts, tolerances))
        for counts in (group.counts[at : at + CHUNK] for at in range(0, len(group.counts), CHUNK))
    ]
    return dict(zip(MEASURES, map(np.concatenate, zip(*chunks, strict=True)), strict=True))


def _by_score(logit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order of rising scores, and where each group of equal scores begins in it."""
    order = np.argsort(logit, kind="stable")
    rises = np.diff(logit[order], prepend=-np.inf) > 0
    return order, np.flatnonzero(rises)


def _auc(group: Group, logit: np.ndarray, counts: np.ndarray) -> np.ndarray:
    order, begins = _by_score(logit)
    weight = counts[:, order] * group.weight[order]
    bad = np.add.reduceat(weight * group.defaulted[order], begins, axis=1)
    good = np.add.reduceat(weight * (1 - group.defaulted[order]), begins, axis=1)
    outranked = (bad * (np.cumsum(good, axis=1) - good / 2)).sum(axis=1)
    pairs = bad.sum(axis=1) * good.sum(axis=1)
    return _ratio(outranked, pairs)


def _ratio(amount: np.ndarray, of: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(amount, of, out=np.full(len(of), np.nan), where=of > 0))


def _log_loss(group: Group, logit: np.ndarray, counts: np.ndarray) -> np.ndarray:
    loss = -log_expit(np.where(group.defaulted > 0, logit, -logit))
    return _ratio(counts @ (group.weight * loss), counts @ group.weight)


def _approved(group: Group, logit: np.ndarray, counts: np.ndarray, tolerances: Mapping[str, float]) -> np.ndarray:
    amount = group.weight * group.exposure
    approved = np.zeros(len(counts))
    for size_class, tolerance in tolerances.items():
        rows = np.flatnonzero(group.size_class == size_class)
        if len(rows):
            order, begins = _by_score(logit[rows])
            rows = rows[order]
            each = counts[:, rows] * amount[rows]
            kept = np.cumsum(np.add.reduceat(each, begins, axis=1), axis=1)
            excess = np.cumsum(np.add.reduceat(each * (group.defaulted[rows] - tolerance), begins, axis=1), axis=1)
            approved += np.where(excess <= 0, kept, 0.0).max(axis=1)
    # Sums in another order may differ by rounding: a share is never above 1.
    return np.asarray(np.minimum(_ratio(approved, counts @ amount), 1.0))
