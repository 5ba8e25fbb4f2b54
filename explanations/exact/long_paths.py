"""Paths that ask more than a table can hold: their contributions are computed row by row."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from explanations.exact.paths import Path
from explanations.exact.tables import points

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Bins = NDArray[np.int16]
NEVER = -2
"""Number that no bin has."""


class LongPaths(NamedTuple):
    """Long paths, flat, for the kernel.

    Path p has the conditions `paths[p]` to `paths[p + 1]`, each on a `feature`, whose bin must lie from `low` to `high`
    or be `missing`, with the `share` of the fitted rows that meet it; a leaf `value`; and the places and weights of its
    quadrature from `nodes[p]` on (see `explanations.exact.tables`).
    """

    paths: Whole
    feature: Whole
    low: Bins
    high: Bins
    missing: Bins
    share: Floats
    value: Floats
    nodes: Whole
    place: Floats
    weight: Floats

    @property
    def longest(self) -> int:
        """Features of the longest path."""
        return int(np.diff(self.paths).max()) if len(self.value) else 0

    @property
    def mean(self) -> float:
        """What the paths add to the score on average: the value of each, by the share of rows that come to its end."""
        shares = [self.share[begin:end].prod() for begin, end in pairwise(self.paths)]
        return math.fsum(value * share for value, share in zip(self.value, shares, strict=True))


def long_paths(found: Sequence[Path], last: Sequence[int]) -> LongPaths:
    """These paths; `last[j]` is the last bin of feature j, after which comes that of a missing value."""
    asked = [(f, c) for path in found for f, c in path.conditions.items()]
    rules = [points(len(path.conditions)) for path in found]
    return LongPaths(
        np.cumsum([0, *(len(path.conditions) for path in found)], dtype="int64"),
        np.array([f for f, _ in asked], dtype="int64"),
        np.array([c.low for _, c in asked], dtype="int16"),
        np.array([c.high for _, c in asked], dtype="int16"),
        np.array([last[f] + 1 if c.missing else NEVER for f, c in asked], dtype="int16"),
        np.array([c.share for _, c in asked], dtype="float64"),
        np.array([path.value for path in found], dtype="float64"),
        np.cumsum([0, *(len(place) for place, _ in rules)], dtype="int64"),
        np.concatenate([place for place, _ in rules]) if rules else np.empty(0),
        np.concatenate([weight for _, weight in rules]) if rules else np.empty(0),
    )
