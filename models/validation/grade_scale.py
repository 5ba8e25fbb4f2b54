"""Whether grades say what they claim: rates that rise from grade to grade, and moves that thin out with distance."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr
from scipy.stats import hypergeom

from models.validation.labelled_sample import Floats
from models.validation.stability import square_counts


class Neighbours(NamedTuple):
    """p-values of two neighbouring grades: that the worse one has no lower rate, and that both have the same rate.

    A small `falls` says that the order of the two is wrong; a small `rises` that they are told apart.
    """

    falls: float
    rises: float


def neighbours(defaults: ArrayLike, loans: ArrayLike) -> list[Neighbours]:
    """One-sided exact tests (Fisher) of each grade with loans against the next worse one with loans, best first.

    Raises
    ------
    ValueError
        When the shapes differ or not 0 <= defaults <= loans.
    """
    bad, all_ = (np.rint(np.asarray(side, dtype=np.float64)).astype(np.int64) for side in (defaults, loans))
    if bad.ndim != 1 or bad.shape != all_.shape or not ((bad >= 0) & (bad <= all_)).all():
        message = f"wanted 0 <= defaults <= loans in every grade; got {bad.tolist()} of {all_.tolist()}"
        raise ValueError(message)
    held = np.flatnonzero(all_ > 0)
    found = []
    for better, worse in pairwise(held):
        both, of_bad = int(all_[better] + all_[worse]), int(bad[better] + bad[worse])
        falls = float(hypergeom.cdf(bad[worse], both, of_bad, all_[worse]))
        rises = float(hypergeom.sf(bad[worse] - 1, both, of_bad, all_[worse]))
        found.append(Neighbours(falls, rises))
    return found


def migration_matrix(before: pd.Series, after: pd.Series, codes: list[str]) -> np.ndarray:
    """Moves from grade (row) to grade (column), shape (K, K), of pairs in the same order; best grade first."""
    table = pd.crosstab(before.to_numpy(dtype="object"), after.to_numpy(dtype="object"))
    found: np.ndarray = table.reindex(index=codes, columns=codes, fill_value=0).to_numpy(dtype=np.int64)
    return found


def migration_z(matrix: ArrayLike, totals: ArrayLike | None = None) -> Floats:
    """Z of each cell of a K x K matrix: its share against the share one step nearer to the diagonal; NaN undefined.

    z_ij = (p_near - p_ij) / sqrt((p_ij (1 - p_ij) + p_near (1 - p_near) + 2 p_ij p_near) / N_i), with p_near the share
    in column j + 1 below the diagonal and j - 1 above it: ECB, Instructions for reporting the validation results of
    internal models, 2019, 2.5; `migration_p` gives Phi(z). `totals` are the N_i where exits count too.

    Raises
    ------
    ValueError
        When the matrix is not square with at least 2 grades, or a count is negative.
    """
    counts = square_counts(matrix)
    of_row = counts.sum(axis=1) if totals is None else np.asarray(totals, dtype=np.float64)
    share = np.divide(counts, of_row[:, None], out=np.zeros_like(counts), where=of_row[:, None] > 0)
    z: Floats = np.full(counts.shape, np.nan)
    for i, j in np.ndindex(*counts.shape):
        if i != j and of_row[i] > 0:
            here, near = share[i, j], share[i, j + 1 if j < i else j - 1]
            variance = (here * (1 - here) + near * (1 - near) + 2 * here * near) / of_row[i]
            z[i, j] = (near - here) / np.sqrt(variance) if variance > 0 else np.nan
    return z


def migration_p(z: Floats) -> Floats:
    """p-values Phi(z): a small one says that moves do not thin out with the distance from the diagonal."""
    found: Floats = ndtr(z)
    return found
