"""Whether a population, a grade scale or a model's ratings have moved: PSI, concentration, migration.

Concentration and migration as in ECB, Instructions for reporting the validation results of internal models, 2019, 2.5.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr

from models.validation.labelled_sample import Floats, bin_of, quantile_edges

HALF_A_LOAN = 0.5
"""An empty bin counts this many loans, so that the index stays finite."""


class Psi(NamedTuple):
    """Population stability index [nats] and its table: one row per bin with both shares and the bin's part."""

    value: float
    table: pd.DataFrame


@dataclass(frozen=True)
class Concentration:
    """Coefficient of variation of grade shares, and Herfindahl index as the ECB scales it: 0 even, 1 a single grade."""

    variation: float
    index: float


class Migration(NamedTuple):
    """Matrix weighted bandwidth of moves to worse grades (upper) and to better ones (lower); 0 none, 1 the largest."""

    upper: float
    lower: float


def psi(
    expected: ArrayLike,
    actual: ArrayLike,
    bins: int = 10,
    expected_weight: ArrayLike | None = None,
    actual_weight: ArrayLike | None = None,
) -> Psi:
    """Sum over bins of (a - e) ln(a / e), bins of equal expected weight; missing values make a bin of their own.

    Table columns: low, high (expected-bin bounds, open ends infinite, missing for the missing bin), expected, actual,
    part. Usual reading: below 0.1 stable, above 0.25 moved.

    Raises
    ------
    ValueError
        When either side has no value at all, a weight is not positive, or bins is below 1.
    """
    before, before_weight = _weighted("expected", expected, expected_weight)
    after, after_weight = _weighted("actual", actual, actual_weight)
    known = ~np.isnan(before)
    if not known.any():
        message = f"PSI wants expected values to make bins from; all {before.size} are missing"
        raise ValueError(message)
    edges = quantile_edges(before[known], before_weight[known], bins)
    e, a = _shares(before, before_weight, edges), _shares(after, after_weight, edges)
    shown = np.ones(edges.size + 2, dtype=bool)
    shown[-1] = bool(np.isnan(before).any() or np.isnan(after).any())
    part = np.where(shown, (a - e) * np.log(a / e), 0.0)
    bounds = np.concatenate([[-np.inf], edges, [np.inf]])
    table = pd.DataFrame(
        {
            "low": [*bounds[:-1], np.nan],
            "high": [*bounds[1:], np.nan],
            "expected": e,
            "actual": a,
            "part": part,
        }
    )
    return Psi(float(part.sum()), table[shown].reset_index(drop=True))


def _weighted(side: str, values: ArrayLike, weight: ArrayLike | None) -> tuple[Floats, Floats]:
    numbers = np.asarray(values, dtype=np.float64)
    weights = np.ones_like(numbers) if weight is None else np.asarray(weight, dtype=np.float64)
    if numbers.ndim != 1 or not numbers.size or weights.shape != numbers.shape or not (weights > 0).all():
        message = (
            f"PSI wants at least one {side} value, each with a positive weight; "
            f"got shapes {numbers.shape} and {weights.shape}"
        )
        raise ValueError(message)
    return numbers, weights


def _shares(values: Floats, weight: Floats, edges: Floats) -> Floats:
    """Share of weight by bin, the missing bin last, shape (edges + 2,); an empty bin counts half a mean loan."""
    where = np.where(np.isnan(values), edges.size + 1, bin_of(values, edges))
    held = np.bincount(where, weight, edges.size + 2)
    shares: Floats = np.where(held > 0, held, HALF_A_LOAN * weight.mean()) / weight.sum()
    return shares


def herfindahl(counts: ArrayLike) -> Concentration:
    """Concentration of loans (or exposures) over K grades, shape (K,): CV and 1 + ln((CV^2 + 1) / K) / ln K.

    Raises
    ------
    ValueError
        When there are fewer than 2 grades, a count is negative, or all are 0.

    >>> herfindahl([10, 10, 10, 10]).variation
    0.0
    """
    numbers = np.asarray(counts, dtype=np.float64)
    if numbers.ndim != 1 or numbers.size < 2 or not (numbers >= 0).all() or not numbers.sum() > 0:
        message = f"wanted counts of at least 2 grades, none negative, not all 0; got {numbers.tolist()}"
        raise ValueError(message)
    grades, shares = numbers.size, numbers / numbers.sum()
    variation = float(np.sqrt(grades * ((shares - 1 / grades) ** 2).sum()))
    return Concentration(variation, float(1 + np.log((variation**2 + 1) / grades) / np.log(grades)))


def concentration_p(initial: Concentration, current: Concentration, grades: int) -> float:
    """p-value that concentration has not risen since development, for shares by number; small means it rose.

    Raises
    ------
    ValueError
        When there are fewer than 2 grades or the current shares are all equal, so that nothing can be tested.
    """
    if grades < 2 or not current.variation > 0:
        message = f"wanted at least 2 grades and unequal current shares; got {grades} grades, CV {current.variation}"
        raise ValueError(message)
    squared = current.variation**2
    spread = np.sqrt(squared * (0.5 + squared))
    return float(ndtr(-np.sqrt(grades - 1) * (current.variation - initial.variation) / spread))


def square_counts(matrix: ArrayLike) -> Floats:
    """A K x K matrix of counts from grade (row) to grade (column).

    Raises
    ------
    ValueError
        When the matrix is not square with at least 2 grades, or a count is negative.
    """
    counts: Floats = np.asarray(matrix, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.shape[0] < 2 or not (counts >= 0).all():
        message = f"wanted a square matrix of counts of at least 2 grades, none negative; got shape {counts.shape}"
        raise ValueError(message)
    return counts


def migration(matrix: ArrayLike) -> Migration:
    """Bandwidths of a K x K matrix of counts, from grade (row) to grade (column), best grade first; 0 without moves.

    Raises
    ------
    ValueError
        When the matrix is not square with at least 2 grades, or a count is negative.
    """
    counts = square_counts(matrix)
    return Migration(_bandwidth(np.triu(counts, 1)), _bandwidth(np.tril(counts, -1)))


def _bandwidth(moves: Floats) -> float:
    grade = np.arange(moves.shape[0])
    distance = np.abs(grade[:, None] - grade[None, :])
    farthest = np.maximum(grade, grade[-1] - grade)
    largest = float((farthest * moves.sum(axis=1)).sum())
    return float((distance * moves).sum() / largest) if largest > 0 else 0.0
