"""A ridge logistic on binned features: a hazard that is linear in normal quantiles, as step functions.

Where loans are few or tables drift, one slope per feature says more than trees do. Each feature is cut into bins of
equally many loans, and a bin stands for the normal quantile of its middle, so the score is piecewise constant and is
explained, audited and stored as step functions are. A missing value has an intercept of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit, log_expit
from scipy.stats import norm

from models.fitting.booster import Rows
from models.fitting.steps import StepFunction, Steps

BINS = 20
"""Most bins of a feature."""
NEWTON_STEPS = 30
ROUNDING = 1e-13
"""Part of the loss that is rounding: a step that raises it by less is none up."""
AT_REST = 1e-9
"""Largest move of a coefficient of a fit that has come to rest [log-odds]."""
SHRUNK = 0.1
"""Share of the step before that a step must be below for the second derivatives to be kept."""
ACTIVE_SETS = 50
"""Most sets of coefficients at their bound that a step tries."""


@dataclass(frozen=True)
class Binned:
    """Features as the linear part reads them, by loan: a quantile column each, then columns of missing values.

    `missing_of` gives the column of missing values of each feature, -1 where none is missing; features that are missing
    together share one, `shared` of them, and a value of sqrt(shared), which is what as many equal columns under the
    same ridge amount to.
    """

    columns: np.ndarray
    edges: tuple[np.ndarray, ...]
    quantiles: tuple[np.ndarray, ...]
    missing_of: np.ndarray
    shared: np.ndarray

    @property
    def features(self) -> int:
        """Number of features."""
        return len(self.edges)


@dataclass(frozen=True)
class Observed:
    """Rows at risk: position of the loan's row in `Binned.columns`, period, default in it, weight of mean about one."""

    at: np.ndarray
    period: np.ndarray
    defaulted: np.ndarray
    weight: np.ndarray

    def where(self, rows: np.ndarray) -> "Observed":
        """Some of the rows."""
        return Observed(self.at[rows], self.period[rows], self.defaulted[rows], self.weight[rows])


def binned(rows: Rows, first: np.ndarray) -> Binned:
    """Bins of the features of `rows`, whose rows `first` are each loan's first; quantiles by the loans themselves."""
    values = rows.features.to_numpy(dtype="float64")[first]
    loans = values[: len(values) - int((first >= len(rows.weight) - rows.copies).sum())]
    edges, quantiles, columns = [], [], np.zeros((len(values), values.shape[1]))
    for at in range(values.shape[1]):
        known = loans[:, at][~np.isnan(loans[:, at])]
        edges.append(_edges(known))
        quantiles.append(_quantiles(known, edges[at]))
        columns[:, at] = _placed(values[:, at], edges[at], quantiles[at])
    missing_of, shared, missing = _together_missing(np.isnan(values))
    return Binned(np.hstack([columns, missing]), tuple(edges), tuple(quantiles), missing_of, shared)


def _together_missing(missing: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Column of missing values of each feature (-1: none is missing), features per column, and the columns."""
    keys = [packed.tobytes() for packed in np.ascontiguousarray(np.packbits(missing, axis=0).T)]
    some = [keys[at] for at in np.flatnonzero(missing.any(axis=0))]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(some))}
    found = np.array([numbers.get(key, -1) for key in keys])
    shared = np.bincount(found[found >= 0], minlength=len(numbers))
    first = [keys.index(key) for key in numbers]
    return found, shared, missing[:, first] * np.sqrt(shared)


def _edges(known: np.ndarray) -> np.ndarray:
    if len(known) == 0:
        return np.empty(0)
    found = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="lower"))
    return np.asarray(found[found < known.max()])


def _quantiles(known: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Normal quantile of the middle of each bin, with mean zero over the known values."""
    if len(known) == 0:
        return np.zeros(1)
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    found = norm.ppf(middle)
    return np.asarray(found - (found * counts).sum() / counts.sum())


def _placed(values: np.ndarray, edges: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    at = np.minimum(np.searchsorted(edges, values, side="left"), len(edges))
    return np.where(np.isnan(values), 0.0, quantiles[at])


@dataclass(frozen=True)
class Coefficients:
    """Of the columns of a `Binned`, and the log-odds of each period."""

    of: np.ndarray
    period: np.ndarray


def fit_ridge(
    data: Binned,
    seen: Observed,
    periods: int,
    directions: np.ndarray,
    ridge: float,
    start: Coefficients | None = None,
) -> Coefficients:
    """Coefficients of least penalised log-loss: ridge/2 times their squares, none against its direction (+1, -1, 0).

    Newton's method on the rows at risk from `start` on, until a step is below AT_REST; each step is the
    minimum of a quadratic under the bounds, by an active set. The log-odds of periods are not penalised. Le Cessie and
    van Houwelingen 1992, Ridge estimators in logistic regression.
    """
    count = data.columns.shape[1]
    bound = np.concatenate([directions, np.zeros(count - len(directions)), np.zeros(periods)])
    penalty = np.concatenate([np.full(count, ridge), np.full(periods, 1e-6)])
    at = np.zeros(count + periods)
    rate = np.average(seen.defaulted, weights=seen.weight)
    at[count:] = np.log(rate / (1 - rate))
    if start is not None:
        at = np.concatenate([start.of, start.period])
    present = np.unique(seen.at)
    columns, place = data.columns[present], np.searchsorted(present, seen.at)
    loss, bend = _loss(columns, place, seen, penalty, at), _curvature(columns, place, seen, penalty, at, periods)
    before = np.inf
    for _ in range(NEWTON_STEPS):
        gradient = _gradient(columns, place, seen, penalty, at, periods)
        step = _bounded_step(bend, gradient, at, bound)
        size, ahead = 1.0, _loss(columns, place, seen, penalty, at + step)
        while ahead > loss + ROUNDING * (1 + loss) and size > 1e-6:
            size /= 2
            ahead = _loss(columns, place, seen, penalty, at + size * step)
        at, loss = at + size * step, ahead
        length = float(np.abs(step).max())
        if length < AT_REST:
            break
        if length > SHRUNK * before:
            # The second derivatives are most of the work: they are kept as long as the steps shrink fast.
            bend = _curvature(columns, place, seen, penalty, at, periods)
        before = length
    return Coefficients(at[:count], at[count:])


def _margin(columns: np.ndarray, place: np.ndarray, seen: Observed, at: np.ndarray) -> np.ndarray:
    count = columns.shape[1]
    return np.asarray((columns @ at[:count])[place] + at[count:][seen.period])


def _loss(columns: np.ndarray, place: np.ndarray, seen: Observed, penalty: np.ndarray, at: np.ndarray) -> float:
    margin = np.where(seen.defaulted > 0, 1.0, -1.0) * _margin(columns, place, seen, at)
    return float(-(seen.weight * log_expit(margin)).sum() + (penalty * at**2).sum() / 2)


def _gradient(
    columns: np.ndarray, place: np.ndarray, seen: Observed, penalty: np.ndarray, at: np.ndarray, periods: int
) -> np.ndarray:
    """First derivatives; rows of a loan share its columns, so they are added up first."""
    pull = seen.weight * (expit(_margin(columns, place, seen, at)) - seen.defaulted)
    found = [columns.T @ np.bincount(place, pull, len(columns)), np.bincount(seen.period, pull, periods)]
    return np.asarray(np.concatenate(found) + penalty * at)


def _curvature(
    columns: np.ndarray, place: np.ndarray, seen: Observed, penalty: np.ndarray, at: np.ndarray, periods: int
) -> np.ndarray:
    """Matrix of second derivatives, in single precision: it says how far a step goes, not where the steps end."""
    p = expit(_margin(columns, place, seen, at))
    cells = place * periods + seen.period
    by_period = np.bincount(cells, seen.weight * p * (1 - p), len(columns) * periods).reshape(-1, periods)
    narrow = columns.astype("float32")
    inner = narrow.T @ (narrow * by_period.sum(axis=1, dtype="float32")[:, None])
    cross = columns.T @ by_period
    bend = np.block([[inner.astype("float64"), cross], [cross.T, np.diag(by_period.sum(axis=0))]])
    return np.asarray(bend + np.diag(penalty))


def _bounded_step(bend: np.ndarray, gradient: np.ndarray, at: np.ndarray, bound: np.ndarray) -> np.ndarray:
    """The step to the minimum of the quadratic among coefficients that keep their directions (active-set method).

    Nocedal and Wright 2006, Numerical optimization, section 16.5.
    """
    held = np.zeros(len(at), dtype=bool)
    step = np.zeros(len(at))
    for _ in range(ACTIVE_SETS):
        free = ~held
        step[held] = -at[held]
        right = gradient[free] + bend[np.ix_(free, held)] @ step[held]
        step[free] = -cho_solve(cho_factor(bend[np.ix_(free, free)]), right)
        crossed = free & (bound * (at + step) < 0)
        pull = gradient + bend @ step
        released = held & (bound * pull < -1e-10)
        if not crossed.any() and not released.any():
            break
        held = (held | crossed) & ~(released & ~crossed.any())
    step[bound * (at + step) < 0] = -at[bound * (at + step) < 0]
    return step


def as_steps(names: list[str], data: Binned, found: Coefficients, loans: np.ndarray) -> Steps:
    """The fitted log-odds as step functions; means over the rows `loans` of the columns."""
    functions: dict[str, StepFunction] = {}
    for at, name in enumerate(names):
        own = data.missing_of[at]
        lost = 0.0 if own < 0 else float(found.of[data.features + own] / np.sqrt(data.shared[own]))
        values = found.of[at] * data.quantiles[at]
        unknown = np.zeros(len(loans)) if own < 0 else data.columns[loans, data.features + own] > 0
        mean = float(np.where(unknown, lost, found.of[at] * data.columns[loans, at]).mean())
        if np.any(values) or lost:
            functions[name] = StepFunction(
                tuple(data.edges[at].tolist()), tuple(values.tolist()), None if own < 0 else lost, mean
            )
    period = found.period - found.period[0]
    return Steps(tuple(names), functions, float(found.period[0]), tuple(period.tolist()))


def directions_of(names: list[str], directions: Mapping[str, int]) -> np.ndarray:
    """Direction of risk of each feature as numbers."""
    return np.array([directions.get(name, 0) for name in names], dtype="float64")


def score_of(data: Binned, found: Coefficients, rows: np.ndarray) -> np.ndarray:
    """Log-odds of the first period of some rows of the columns."""
    return np.asarray(data.columns[rows] @ found.of + found.period[0])
