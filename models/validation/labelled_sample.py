"""Loans with outcome, score and weight as checked arrays, and the weighted quantiles and effective counts they need."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LabelledSample:
    """Outcome (1 defaulted, 0 not), score or PD, and weight of each loan; arrays of shape (loans,)."""

    defaulted: Floats
    score: Floats
    weight: Floats
    weighted: bool

    @property
    def bad(self) -> NDArray[np.bool_]:
        """Mask of the defaulted loans."""
        bad: NDArray[np.bool_] = self.defaulted == 1
        return bad


def labelled_sample(defaulted: ArrayLike, score: ArrayLike, weight: ArrayLike | None = None) -> LabelledSample:
    """Loans as checked arrays; without weights each counts 1.

    Raises
    ------
    ValueError
        When lengths differ, there is no loan, an outcome is not 0 or 1, a score is missing, or a weight is not
        positive.
    """
    flags, scores = np.asarray(defaulted, dtype=np.float64), np.asarray(score, dtype=np.float64)
    weights = np.ones_like(flags) if weight is None else np.asarray(weight, dtype=np.float64)
    if flags.ndim != 1 or not flags.shape == scores.shape == weights.shape or not flags.size:
        message = (
            "wanted one outcome, one score and one weight for each of at least one loan; "
            f"got shapes {flags.shape}, {scores.shape}, {weights.shape}"
        )
        raise ValueError(message)
    for name, fit, values in (
        ("outcome must be 0 or 1", (flags == 0) | (flags == 1), flags),
        ("score must be a finite number", np.isfinite(scores), scores),
        ("weight must be a positive number", np.isfinite(weights) & (weights > 0), weights),
    ):
        if not fit.all():
            message = f"{name}; got {values[~fit][0]} for {int((~fit).sum())} of {flags.size} loans"
            raise ValueError(message)
    return LabelledSample(flags, scores, weights, bool(np.ptp(weights) > 0))


def labelled_pds(defaulted: ArrayLike, pd_: ArrayLike, weight: ArrayLike | None = None) -> LabelledSample:
    """Loans as checked arrays whose score is a PD strictly between 0 and 1.

    Raises
    ------
    ValueError
        As `labelled_sample`, and when a PD is not inside (0, 1).
    """
    loans = labelled_sample(defaulted, pd_, weight)
    wrong = (loans.score <= 0) | (loans.score >= 1)
    if wrong.any():
        message = (
            "PD must lie between 0 and 1, both excluded; "
            f"got {loans.score[wrong][0]} for {int(wrong.sum())} of {wrong.size} loans"
        )
        raise ValueError(message)
    return loans


def both_outcomes(loans: LabelledSample, purpose: str) -> LabelledSample:
    """Give back the same loans, when some defaulted and some did not.

    Raises
    ------
    ValueError
        When all outcomes are the same.
    """
    defaults = int(loans.bad.sum())
    if defaults in (0, loans.bad.size):
        message = f"{purpose} wants loans of both outcomes; got {defaults} defaulted of {loans.bad.size}"
        raise ValueError(message)
    return loans


def effective_loans(defaulted: Floats, weight: Floats) -> float:
    """Equally weighted loans whose default rate would be as precise as the weighted rate of these.

    Rate (1 - rate) over the linearised variance of the weighted rate, so a sample drawn by outcome counts what it is
    worth; (sum w)^2 / sum w^2 (Kish 1965) when all outcomes are the same.

    >>> effective_loans(np.array([0.0, 0.0, 1.0, 1.0]), np.ones(4))
    4.0
    """
    total = weight.sum()
    rate = float(np.dot(weight, defaulted) / total)
    if rate in (0.0, 1.0):
        return float(total**2 / np.dot(weight, weight))
    return float(rate * (1 - rate) * total**2 / np.dot(weight**2, (defaulted - rate) ** 2))


def quantile_edges(values: Floats, weight: Floats, bins: int) -> Floats:
    """Inner edges that cut `values` into at most `bins` parts of equal weight; ties are never cut.

    Raises
    ------
    ValueError
        When bins is below 1.

    >>> quantile_edges(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4), 2).tolist()
    [2.0]
    """
    if bins < 1:
        message = f"bins must be at least 1; got {bins}"
        raise ValueError(message)
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weight[order])
    wanted = cumulative[-1] * np.arange(1, bins) / bins
    edges: Floats = np.unique(values[order][np.searchsorted(cumulative, wanted * (1 - 1e-12))])
    inner: Floats = edges[edges < values.max()]
    return inner


def bin_of(values: Floats, edges: Floats) -> NDArray[np.int64]:
    """Bin of each value, 0 for values up to and including the first edge."""
    return np.searchsorted(edges, values, side="left")
