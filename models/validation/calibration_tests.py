"""Whether PDs are true: level, shape and accuracy, under independent defaults (for others see year_effects).

Weights restore the population; counts behind intervals are effective ones
(models.validation.labelled_sample.effective_loans). BCBS 14 is Studies on the Validation of Internal Rating Systems,
Basel Committee working paper 14, 2005.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr
from scipy.stats import beta, chi2
from sklearn import metrics

from models.validation.labelled_sample import (
    LabelledSample,
    bin_of,
    effective_loans,
    labelled_pds,
    quantile_edges,
)

CONFIDENCE = 0.95
"""Confidence of all intervals."""


@dataclass(frozen=True)
class TestResult:
    """Statistic, degrees of freedom where it has them, and p-value of one test."""

    __test__ = False  # a result, not a test class of pytest

    statistic: float
    p_value: float
    degrees: int | None = None


def brier(defaulted: ArrayLike, pd_: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Weighted mean of (PD - outcome)^2, in [0, 1]; a constant PD p scores p (1 - p) when it is right.

    >>> round(brier([0, 1], [0.1, 0.7]), 4)
    0.05
    """
    loans = labelled_pds(defaulted, pd_, weight)
    return float(metrics.brier_score_loss(loans.defaulted, loans.score, sample_weight=loans.weight, pos_label=1))


def log_loss(defaulted: ArrayLike, pd_: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Weighted mean of minus the log of the probability given to what happened [nats].

    >>> round(log_loss([0, 1], [0.5, 0.5]), 4)
    0.6931
    """
    loans = labelled_pds(defaulted, pd_, weight)
    return float(metrics.log_loss(loans.defaulted, loans.score, sample_weight=loans.weight, labels=[0, 1]))


def calibration_table(
    defaulted: ArrayLike, pd_: ArrayLike, weight: ArrayLike | None = None, bins: int = 10
) -> pd.DataFrame:
    """One row per bin of equal weight, ascending: PDs, loans, defaults, rate, Jeffreys interval and p-value.

    Columns: low_pd, high_pd, loans, defaults, share, effective_loans, mean_pd, default_rate, jeffreys_low,
    jeffreys_high, jeffreys_p. Ties stay together, so there can be fewer bins than asked for.
    """
    loans = labelled_pds(defaulted, pd_, weight)
    where = bin_of(loans.score, quantile_edges(loans.score, loans.weight, bins))
    total = loans.weight.sum()
    return pd.DataFrame([_bin_row(loans, where == index, total) for index in np.unique(where)])


def _bin_row(loans: LabelledSample, at: np.ndarray, total: float) -> dict[str, float]:
    p, y, w = loans.score[at], loans.defaulted[at], loans.weight[at]
    rate, mean_pd, size = float(np.average(y, weights=w)), float(np.average(p, weights=w)), effective_loans(y, w)
    low, high = jeffreys_interval(rate * size, size)
    return {
        "low_pd": float(p.min()),
        "high_pd": float(p.max()),
        "loans": int(p.size),
        "defaults": int(y.sum()),
        "share": float(w.sum() / total),
        "effective_loans": size,
        "mean_pd": mean_pd,
        "default_rate": rate,
        "jeffreys_low": low,
        "jeffreys_high": high,
        "jeffreys_p": jeffreys_p(rate * size, size, mean_pd),
    }


def expected_calibration_error(
    defaulted: ArrayLike, pd_: ArrayLike, weight: ArrayLike | None = None, bins: int = 10
) -> float:
    """Mean over bins, by weight, of |default rate - mean PD| [fraction]."""
    table = calibration_table(defaulted, pd_, weight, bins)
    return float(np.average((table["default_rate"] - table["mean_pd"]).abs(), weights=table["share"]))


def jeffreys_p(defaults: float, loans: float, pd_: float) -> float:
    """p-value that the PD is high enough: F_Beta(PD; D + 1/2, N - D + 1/2); small means understated. ECB 2019, 2.5.3.

    Raises
    ------
    ValueError
        When not 0 <= defaults <= loans or the PD is not inside (0, 1).

    >>> round(jeffreys_p(15, 1000, 0.01), 6)
    0.063228
    """
    _check_counts(defaults, loans, pd_)
    return float(beta.cdf(pd_, defaults + 0.5, loans - defaults + 0.5))


def jeffreys_interval(defaults: float, loans: float) -> tuple[float, float]:
    """Low and high end of the 95 % Jeffreys interval of a default rate; 0 or 1 where nobody or everybody defaulted.

    Brown, Cai and DasGupta 2001, Statistical Science 16. Raises ValueError when not 0 <= defaults <= loans.
    """
    _check_counts(defaults, loans, 0.5)
    a, b, out = defaults + 0.5, loans - defaults + 0.5, (1 - CONFIDENCE) / 2
    low = float(beta.ppf(out, a, b)) if defaults > 0 else 0.0
    return low, float(beta.isf(out, a, b)) if defaults < loans else 1.0


def _check_counts(defaults: float, loans: float, pd_: float) -> None:
    if not (0 <= defaults <= loans and loans > 0 and 0 < pd_ < 1):
        message = f"wanted 0 <= defaults <= loans and a PD between 0 and 1; got {defaults} of {loans}, PD {pd_}"
        raise ValueError(message)


def hosmer_lemeshow(
    defaulted: ArrayLike, pd_: ArrayLike, weight: ArrayLike | None = None, bins: int = 10
) -> TestResult:
    """Chi-square of default rates against mean PDs over bins (BCBS 14); degrees = bins: loans not used for fitting."""
    table = calibration_table(defaulted, pd_, weight, bins)
    gap = (table["default_rate"] - table["mean_pd"]) ** 2
    statistic = float((table["effective_loans"] * gap / (table["mean_pd"] * (1 - table["mean_pd"]))).sum())
    return TestResult(statistic, float(chi2.sf(statistic, len(table))), len(table))


def spiegelhalter(defaulted: ArrayLike, pd_: ArrayLike, weight: ArrayLike | None = None) -> TestResult:
    """Test, two-sided, that the Brier score is what true PDs would give (Spiegelhalter 1986, Statistics in Medicine 5).

    With unequal weights the variance is the observed one of the weighted terms, right for samples drawn by outcome too.
    """
    loans = labelled_pds(defaulted, pd_, weight)
    lever = loans.weight * (1 - 2 * loans.score)
    gap = loans.defaulted - loans.score
    variance = gap**2 if loans.weighted else loans.score * (1 - loans.score)
    z = float(np.dot(lever, gap) / np.sqrt(np.dot(lever**2, variance)))
    return TestResult(z, float(2 * ndtr(-abs(z))))
