"""Calibration of a raw score to log-odds: Platt scaling with a ridge on the slope, and a penalised spline."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.interpolate import BSpline
from scipy.special import expit, log_expit

from policy.digits import rounded, rounded_number
from policy.errors import MendableError

SEGMENTS = 10
"""Intervals of the spline's knots."""
LEAST_SLOPE = 1e-3
"""No calibrated log-odds rise less than this with the score."""
STEPS = 100
"""Most Newton steps."""
AT_REST = 1e-10
"""Largest gradient per loan of a fit that has come to rest."""
ROUNDING = 1e-13
"""Part of the loss that is rounding."""
PENALTIES = tuple(10.0**power for power in range(-1, 6))
"""Penalties tried, weakest first; the strongest leaves a straight line."""


class CalibrationError(MendableError):
    """A level or a slope cannot be estimated, or the score ranks backwards: the message says what came."""


@dataclass(frozen=True)
class Curve:
    """Calibrated log-odds as an increasing, piecewise linear function of the raw score; ends go on straight.

    Two knots are Platt scaling; numbers only, so that the artefact outlives this code.
    """

    score: tuple[float, ...]
    logit: tuple[float, ...]

    def __call__(self, score: np.ndarray) -> np.ndarray:
        """Calibrated log-odds, one per score."""
        x, y = np.asarray(self.score), np.asarray(self.logit)
        at = np.clip(np.searchsorted(x, score) - 1, 0, len(x) - 2)
        return np.asarray(y[at] + (y[at + 1] - y[at]) / (x[at + 1] - x[at]) * (score - x[at]))

    def secant(self, score: np.ndarray, base: np.ndarray) -> np.ndarray:
        """Slope between `base` and `score`: turns contributions to the score into contributions to the log-odds."""
        gap = score - base
        near = np.abs(gap) < 1e-9
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = (self(score) - self(base)) / gap
        return np.asarray(np.where(near, (self(score + 1e-6) - self(score)) / 1e-6, slope))


class Line(NamedTuple):
    """Calibrated log-odds = intercept + slope · score."""

    intercept: float
    slope: float


@dataclass(frozen=True)
class Pull:
    """The line of all stages, and how many defaults it counts for beside those of the stage.

    A stage with few calibration defaults does not know its own level or slope: with 5, the Cox slope of a stage
    calibrated alone was .56. Its line is the one of highest likelihood times a normal prior around that of all stages,
    whose weight on level and slope is that of so many defaults (Gelman and Hill 2007, Data analysis using regression
    and multilevel models, chapter 12).
    """

    line: Line
    defaults: float

    def share(self, defaulted: np.ndarray) -> float:
        """How much of the stage's level comes from all stages: prior defaults over prior and own ones [fraction]."""
        return rounded_number(self.defaults / (self.defaults + float(np.nansum(defaulted))))


def line(intercept: float, slope: float) -> Curve:
    """The curve intercept + slope · score."""
    return Curve((0.0, 1.0), (rounded_number(intercept), rounded_number(intercept + slope)))


def fit_platt(
    score: np.ndarray,
    defaulted: np.ndarray,
    weight: np.ndarray,
    ridge: float,
    offset: np.ndarray | None = None,
    pull: Pull | None = None,
) -> tuple[float, float]:
    """Intercept and slope by penalised weighted likelihood; `ridge` shrinks the slope towards 1, weights have mean 1.

    With `pull` both are drawn towards the line of all stages instead. Both are rounded to the digits that are stored.

    `offset` [log-odds] is added to every margin and not estimated. Platt 1999, Probabilistic outputs for support vector
    machines; on the logit, so that a good score keeps slope 1. A slope below LEAST_SLOPE is set to it and the intercept
    is fitted again, so that the mean PD stays the default rate.

    Raises
    ------
    CalibrationError
        When no loan, or every loan, defaulted: a level cannot be estimated. When the fit does not come to rest.
    """
    found = _newton(score, defaulted, weight, ridge, offset, pull, fixed_slope=None)
    if found[1] >= LEAST_SLOPE:
        return found
    return _newton(score, defaulted, weight, ridge, offset, pull, fixed_slope=LEAST_SLOPE)


def _newton(
    score: np.ndarray,
    defaulted: np.ndarray,
    weight: np.ndarray,
    ridge: float,
    offset: np.ndarray | None,
    pull: Pull | None,
    fixed_slope: float | None,
) -> tuple[float, float]:
    """Intercept and slope by Newton steps, halved until the loss falls; the slope stays where `fixed_slope` puts it.

    Raises
    ------
    CalibrationError
        When all loans have one outcome, or the steps do not come to rest.
    """
    defaults = int(defaulted.sum())
    if pull is None and defaults in (0, len(defaulted)):
        message = (
            f"calibration wanted loans with and without default; got {defaults} defaults among {len(defaulted)} loans"
        )
        raise CalibrationError(message)
    scaled = weight / weight.mean()
    sign = np.where(defaulted.astype(bool), 1.0, -1.0)
    moved = np.zeros(len(score)) if offset is None else offset
    free = np.array([True, fixed_slope is None])

    aim, bound = _aim(score, scaled, ridge, pull)

    def loss(at: np.ndarray) -> float:
        margin = sign * (at[0] + at[1] * score + moved)
        return float(-(scaled * log_expit(margin)).sum() + 0.5 * (at - aim) @ bound @ (at - aim))

    at = np.array([aim[0], 1.0 if fixed_slope is None else fixed_slope])
    for _ in range(STEPS):
        p = expit(at[0] + at[1] * score + moved)
        away = scaled * (p - (sign > 0))
        gradient = np.array([away.sum(), (away * score).sum()]) + bound @ (at - aim)
        if np.abs(gradient[free]).max() <= AT_REST * len(score):
            return rounded_number(at[0]), rounded_number(at[1])
        spread = scaled * p * (1 - p)
        cross = (spread * score).sum()
        bend = np.array([[spread.sum(), cross], [cross, (spread * score**2).sum()]]) + bound + 1e-12 * np.eye(2)
        step = np.zeros(2)
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], gradient[free])
        # Near the minimum the loss changes by less than a float can tell: such a step is no step up.
        before = loss(at)
        before += ROUNDING * (1 + before)
        while np.abs(step).max() > 1e-15 and not loss(at - step) <= before:
            step /= 2
        at = at - step
    message = (
        f"calibration did not come to rest after {STEPS} steps (intercept {at[0]:.3g}, slope {at[1]:.3g}): "
        f"{defaults} defaults among {len(score)} loans, scores {score.min():.3g} to {score.max():.3g}"
    )
    raise CalibrationError(message)


def _aim(score: np.ndarray, weight: np.ndarray, ridge: float, pull: Pull | None) -> tuple[np.ndarray, np.ndarray]:
    """Where intercept and slope are drawn to, and how strongly: the matrix of a quadratic penalty.

    A pull holds the level at the mean score, intercept + slope · mean, and the slope, each with the weight of its
    defaults; without one only the slope is drawn, to 1, by the ridge.
    """
    if pull is None:
        return np.array([0.0, 1.0]), np.array([[0.0, 0.0], [0.0, ridge]])
    level = np.array([1.0, float(np.average(score, weights=weight))])
    bound = pull.defaults * (np.outer(level, level) + np.array([[0.0, 0.0], [0.0, 1.0]]))
    return np.asarray(pull.line), bound


def fit_curve(
    score: np.ndarray,
    defaulted: np.ndarray,
    weight: np.ndarray,
    ridge: float,
    spline_defaults: int,
    offset: np.ndarray | None = None,
    pull: Pull | None = None,
) -> Curve:
    """Platt scaling, or the penalised spline from `spline_defaults` defaults on where it is increasing.

    `pull` draws the line of Platt scaling towards that of all stages; a spline has defaults enough of its own.

    Raises
    ------
    CalibrationError
        As `fit_platt`; and when the score ranks backwards, so that calibrated PDs would be the same for everybody.
    """
    intercept, slope = fit_platt(score, defaulted, weight, ridge, offset, pull)
    if slope <= LEAST_SLOPE:
        message = (
            f"calibration wanted a score that rises with the default risk; on {int(defaulted.sum())} defaults among "
            f"{len(score)} loans its slope is not above {LEAST_SLOPE:g}: the score ranks backwards or not at all"
        )
        raise CalibrationError(message)
    straight = line(intercept, slope)
    if min(defaulted.sum(), len(defaulted) - defaulted.sum()) < spline_defaults:
        return straight
    moved = np.zeros(len(score)) if offset is None else offset
    return _spline(score, defaulted, weight / weight.mean(), straight, moved)


def _spline(score: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, straight: Curve, offset: np.ndarray) -> Curve:
    """P-spline of the log-odds (Eilers and Marx 1996), penalty by AIC among those that leave it increasing.

    Cubic B-splines on even knots over the middle 99 % of the scores with second-difference penalty, so that the
    strongest penalty gives the straight line; beyond the knots the curve goes on straight.
    """
    low, high = np.quantile(score, [0.005, 0.995])
    if not high > low:
        return straight
    step = (high - low) / SEGMENTS
    knots = np.arange(-3, SEGMENTS + 4) * step + low
    low, high = knots[3], knots[-4]
    grid = rounded(np.linspace(low, high, 4 * SEGMENTS + 1))
    if not (np.diff(grid) > 0).all():
        return straight
    basis = BSpline.design_matrix(np.clip(score, low, high), knots, 3).toarray()
    at_grid = BSpline.design_matrix(np.clip(grid, low, high), knots, 3).toarray()
    bend = np.diff(np.eye(basis.shape[1]), 2, axis=0)
    beyond = offset + (score - np.clip(score, low, high)) * (straight.logit[1] - straight.logit[0])
    best, curve = np.inf, straight
    for penalty in PENALTIES:
        weights, criterion = _penalised(basis, bend.T @ bend * penalty, defaulted, weight, beyond)
        values = rounded(at_grid @ weights)
        if (np.diff(values) > 1e-4 * step).all() and criterion < best:
            best, curve = criterion, Curve(tuple(map(float, grid)), tuple(map(float, values)))
    return curve


def _penalised(
    basis: np.ndarray, penalty: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, offset: np.ndarray
) -> tuple[np.ndarray, float]:
    """Coefficients by iteratively reweighted least squares, and AIC with the effective number of parameters."""
    rate = np.average(defaulted, weights=weight)
    at = np.full(basis.shape[1], np.log(rate / (1 - rate)))
    steady = penalty + 1e-6 * np.eye(basis.shape[1])
    for _ in range(50):
        p = expit(basis @ at + offset)
        information = basis.T @ (basis * (weight * p * (1 - p))[:, None])
        gradient = basis.T @ (weight * (defaulted - p)) - penalty @ at
        move = np.linalg.solve(information + steady, gradient)
        at = at + np.clip(move, -2, 2)
        if np.abs(move).max() < 1e-8:
            break
    margin = np.where(defaulted > 0, 1.0, -1.0) * (basis @ at + offset)
    parameters = np.trace(np.linalg.solve(information + steady, information))
    return at, float(-2 * (weight * log_expit(margin)).sum() + 2 * parameters)
