"""How well a score ranks defaulted loans above the others: AUC with DeLong interval, KS, accuracy ratio.

AUC and its variance: DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44, by midranks in O(n log n) (Sun and Xu
2014); the same s^2 as in ECB, Instructions for reporting the validation results of internal models, 2019, 2.5.3.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri
from sklearn.metrics import roc_curve

from models.validation.labelled_sample import Floats, LabelledSample, both_outcomes, labelled_sample

CONFIDENCE = 0.95
"""Confidence of the AUC interval."""


@dataclass(frozen=True)
class Discrimination:
    """AUC with the ends of its 95 % interval and standard error, KS in [0, 1], accuracy ratio 2 AUC - 1, and counts."""

    auc: float
    low: float
    high: float
    standard_error: float
    ks: float
    accuracy_ratio: float
    loans: int
    defaults: int


@dataclass(frozen=True)
class AucDifference:
    """AUC of the first score less that of the second on the same loans, its standard error and two-sided p-value."""

    difference: float
    standard_error: float
    p_value: float


@dataclass(frozen=True)
class _Placements:
    """For each defaulted loan the share of others it outranks, and for each other loan the share that outranks it."""

    auc: float
    of_bad: Floats
    of_good: Floats


def auc(defaulted: ArrayLike, score: ArrayLike, weight: ArrayLike | None = None) -> Discrimination:
    """Discrimination of a score (higher is riskier) on loans of shape (loans,), weights restoring the population.

    Raises
    ------
    ValueError
        When the loans are not fit to use or all have the same outcome.

    >>> round(auc([0, 0, 1, 0, 1], [1, 2, 3, 3, 4]).auc, 4)
    0.9167
    """
    loans = both_outcomes(labelled_sample(defaulted, score, weight), "AUC")
    placements = _placements(loans)
    error = _standard_error(loans, placements.of_bad, placements.of_good)
    reach = float(ndtri((1 + CONFIDENCE) / 2)) * error
    return Discrimination(
        auc=placements.auc,
        low=max(0.0, placements.auc - reach),
        high=min(1.0, placements.auc + reach),
        standard_error=error,
        ks=_ks(loans),
        accuracy_ratio=2 * placements.auc - 1,
        loans=loans.bad.size,
        defaults=int(loans.bad.sum()),
    )


def ks(defaulted: ArrayLike, score: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Largest gap between the weighted score distributions of defaulted and other loans, in [0, 1].

    Raises
    ------
    ValueError
        When the loans are not fit to use or all have the same outcome.

    >>> ks([0, 0, 1, 1], [1, 2, 3, 4])
    1.0
    """
    return _ks(both_outcomes(labelled_sample(defaulted, score, weight), "KS"))


def auc_difference(
    defaulted: ArrayLike, score: ArrayLike, other: ArrayLike, weight: ArrayLike | None = None
) -> AucDifference:
    """Paired DeLong comparison of two scores of the same loans; a p-value of 1 when they rank in the same way.

    Raises
    ------
    ValueError
        When the loans are not fit to use or all have the same outcome.
    """
    loans = both_outcomes(labelled_sample(defaulted, score, weight), "an AUC comparison")
    first, second = _placements(loans), _placements(labelled_sample(defaulted, other, weight))
    error = _standard_error(loans, first.of_bad - second.of_bad, first.of_good - second.of_good)
    difference = first.auc - second.auc
    p = 2 * float(ndtr(-abs(difference) / error)) if error > 0 else float(difference == 0)
    return AucDifference(difference, error, p)


def deterioration_p(initial_auc: float, current: Discrimination) -> float:
    """p-value that the AUC has not fallen since development, whose AUC counts as fixed; small means it fell.

    S = (initial - current) / s, p = 1 - Phi(S): ECB 2019, section 2.5.3.1.

    Raises
    ------
    ValueError
        When the current AUC has no standard error (a perfect ranking), so that nothing can be tested.
    """
    if not current.standard_error > 0:
        message = f"an AUC comparison wants a positive standard error; got {current.standard_error}"
        raise ValueError(message)
    return float(ndtr(-(initial_auc - current.auc) / current.standard_error))


def _placements(loans: LabelledSample) -> _Placements:
    bad = loans.bad
    values, tie = np.unique(loans.score, return_inverse=True)
    good_at = np.bincount(tie, loans.weight * ~bad, values.size)
    bad_at = np.bincount(tie, loans.weight * bad, values.size)
    goods, bads = good_at.sum(), bad_at.sum()
    outranked = (np.cumsum(good_at) - good_at / 2) / goods
    outranking = 1 - (np.cumsum(bad_at) - bad_at / 2) / bads
    of_bad = outranked[tie[bad]]
    return _Placements(float(np.dot(of_bad, loans.weight[bad]) / bads), of_bad, outranking[tie[~bad]])


def _standard_error(loans: LabelledSample, of_bad: Floats, of_good: Floats) -> float:
    return float(
        np.sqrt(_mean_variance(of_bad, loans.weight[loans.bad]) + _mean_variance(of_good, loans.weight[~loans.bad]))
    )


def _mean_variance(values: Floats, weight: Floats) -> float:
    """Variance of the weighted mean; with equal weights the unbiased variance over n.

    A single value shows no spread and gets the largest a share can have, 1/4.
    """
    share = weight / weight.sum()
    squares = float(np.dot(share, share))
    if values.size == 1:
        return 0.25
    return float(np.dot(share**2, (values - np.dot(share, values)) ** 2) / (1 - squares))


def _ks(loans: LabelledSample) -> float:
    good, bad, _ = roc_curve(loans.bad, loans.score, sample_weight=loans.weight)
    return float(np.abs(bad - good).max())
