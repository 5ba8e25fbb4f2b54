"""Logistic recalibration of PDs: whether level and slope are right, by the intercept and slope that would mend them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_expit, logit, ndtri
from scipy.stats import chi2

from models.validation.calibration_tests import CONFIDENCE, log_loss
from models.validation.labelled_sample import Floats, LabelledSample, both_outcomes, labelled_pds
from policy.errors import MendableError

NARROW = 0.1
"""Standard deviation of the log-odds of PDs below which their slope is looked for in units of it."""
TINY, EPSILON = float(np.finfo("float64").tiny), float(np.finfo("float64").eps)
"""Smallest PD above 0, and least distance of one from 1, that a float tells."""
AT_REST, SMALLEST = 1e-10, 1e-14
"""Relative length of a step at which a fit has come to rest, and below which it is rounding."""


@dataclass(frozen=True)
class Cox:
    """Recalibration logit P = intercept + slope logit PD, and the test of (0, 1) with two degrees of freedom.

    The interval of the slope is the 95 % one of Wald; with unequal weights by the sandwich variance.
    """

    intercept: float
    slope: float
    slope_low: float
    slope_high: float
    statistic: float
    p_value: float


def cox(defaulted: ArrayLike, pd_: ArrayLike, weight: ArrayLike | None = None) -> Cox:
    """Logistic recalibration of the PDs and the test that none is needed (Cox 1958, Biometrika 45).

    Likelihood ratio with equal weights; with unequal ones the Wald statistic with the sandwich variance.

    Raises
    ------
    MendableError
        When the PDs are not fit to use, all the same, or separate the outcomes, or all outcomes are the same.
    """
    loans = both_outcomes(labelled_pds(defaulted, pd_, weight), "Cox recalibration")
    if not np.ptp(loans.score) > 0:
        message = f"Cox recalibration wants PDs that differ; got {loans.score[0]} for all {loans.score.size} loans"
        raise MendableError(message)
    good, bad = loans.score[~loans.bad], loans.score[loans.bad]
    if good.max() <= bad.min() or bad.max() <= good.min():
        message = f"Cox recalibration has no finite answer: the PDs separate the outcomes of all {loans.bad.size} loans"
        raise MendableError(message)
    design = np.column_stack([np.ones_like(loans.score), logit(loans.score)])
    beta_hat, information = _logistic(design, loans)
    variance = np.linalg.inv(information)
    if loans.weighted:
        terms = design * (loans.weight * (loans.defaulted - expit(design @ beta_hat)))[:, None]
        gap = information @ (beta_hat - [0.0, 1.0])
        statistic = float(gap @ np.linalg.solve(terms.T @ terms, gap))
        variance = variance @ (terms.T @ terms) @ variance
    else:
        # A slope of thousands leaves nothing of a PD that hardly differs from the others.
        fitted = labelled_pds(loans.defaulted, np.clip(expit(design @ beta_hat), TINY, 1 - EPSILON))
        size = loans.score.size
        statistic = 2 * size * (log_loss(loans.defaulted, loans.score) - log_loss(loans.defaulted, fitted.score))
    slope, reach = float(beta_hat[1]), float(ndtri((1 + CONFIDENCE) / 2) * np.sqrt(variance[1, 1]))
    return Cox(float(beta_hat[0]), slope, slope - reach, slope + reach, statistic, float(chi2.sf(statistic, 2)))


def _logistic(design: Floats, loans: LabelledSample) -> tuple[Floats, Floats]:
    """Maximum likelihood by Newton from (0, 1): coefficients and information, shapes (2,) and (2, 2)."""
    if design[:, 1].std() < NARROW:
        return _in_units(design, loans)
    coefficients = np.array([0.0, 1.0])
    for _ in range(100):
        fitted = expit(design @ coefficients)
        information = design.T @ (design * (loans.weight * fitted * (1 - fitted))[:, None])
        step = np.linalg.solve(information, design.T @ (loans.weight * (loans.defaulted - fitted)))
        largest = float(np.abs(step).max())
        coefficients = coefficients + step * min(1.0, 2.0 / largest) if largest > 0 else coefficients
        if largest < 1e-10:
            return coefficients, information
    message = f"Cox recalibration did not settle in 100 steps on {loans.bad.size} loans"
    raise MendableError(message)


def _in_units(design: Floats, loans: LabelledSample) -> tuple[Floats, Floats]:
    """The same for PDs that hardly differ, whose slope may be thousands: in standard deviations, steps of any length.

    A step is halved until the likelihood does not fall.
    """
    middle, unit = design[:, 1].mean(), design[:, 1].std()
    units = np.array([[1.0, middle], [0.0, unit]])
    scaled = np.column_stack([design[:, 0], (design[:, 1] - middle) / unit])
    sign = np.where(loans.bad, 1.0, -1.0)

    def loss(at: Floats) -> float:
        return float(-(loans.weight * log_expit(sign * (scaled @ at))).sum())

    at = units @ np.array([0.0, 1.0])
    for _ in range(100):
        fitted = expit(scaled @ at)
        information = scaled.T @ (scaled * (loans.weight * fitted * (1 - fitted))[:, None])
        step = np.linalg.solve(information, scaled.T @ (loans.weight * (loans.defaulted - fitted)))
        before = loss(at)
        while np.abs(step).max() > SMALLEST and not loss(at + step) <= before * (1 + SMALLEST):
            step = step / 2
        at = at + step
        if np.abs(step).max() < AT_REST * (1 + np.abs(at).max()):
            return np.linalg.solve(units, at), units.T @ information @ units
    message = f"Cox recalibration did not settle in 100 steps on {loans.bad.size} loans, whose PDs hardly differ"
    raise MendableError(message)
