"""Words of the scores by rule: ratios, conditions that may be unknown, bands of points, and the latest policy."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from policy.loader import figure

EDGE = 1e-9
"""A ratio on the edge in exact arithmetic must not fall off it by rounding: 1.2 - 1 is less than 0.2 in binary."""


def latest(document: str, name: str) -> Any:
    """Latest value of a policy figure: a score by rule means one thing over the whole history it is computed for."""
    return figure(document, name).on(date.max)


def at_least(values: pd.Series, bound: float) -> pd.Series:
    """1 where a value is not below the bound, 0 where it is, missing where the value is.

    >>> at_least(pd.Series([1.2 - 1, 0.19, np.nan]), 0.2).tolist()
    [1.0, 0.0, nan]
    """
    found = values.to_numpy("float64")
    return pd.Series(np.where(np.isnan(found), np.nan, found >= bound - EDGE), index=values.index)


def at_most(values: pd.Series, bound: float) -> pd.Series:
    """1 where a value is not above the bound, 0 where it is, missing where the value is."""
    found = values.to_numpy("float64")
    return pd.Series(np.where(np.isnan(found), np.nan, found <= bound + EDGE), index=values.index)


def all_of(*conditions: pd.Series) -> pd.Series:
    """1 where all conditions are met, 0 where one is not, missing where an unknown one decides (Kleene's logic)."""
    rows = np.stack([c.to_numpy(dtype="float64") for c in conditions])
    met = np.where(np.isnan(rows).any(axis=0), np.nan, 1.0)
    return pd.Series(np.where((rows == 0).any(axis=0), 0.0, met), index=conditions[0].index)


def any_of(*conditions: pd.Series) -> pd.Series:
    """1 where one condition is met, 0 where none is, missing where an unknown one decides (Kleene's logic)."""
    return 1 - all_of(*(1 - c for c in conditions))


def any_at_least(quantities: Mapping[str, pd.Series], bounds: Mapping[str, float]) -> pd.Series:
    """1 where any of the quantities named in `bounds` reaches its bound."""
    return any_of(*(at_least(quantities[name], bound) for name, bound in bounds.items()))


def points_at_least(values: pd.Series, steps: Sequence[Sequence[float]]) -> pd.Series:
    """Points of the first step whose inclusive lower bound the value reaches, else 0 [points]; steps are best first.

    >>> points_at_least(pd.Series([0.30, 0.29, 0.1, np.nan]), [[0.3, 20], [0.2, 12]]).tolist()
    [20.0, 12.0, 0.0, nan]
    """
    return first_met([at_least(values, bound) for bound, _ in steps], [points for _, points in steps])


def points_at_most(values: pd.Series, steps: Sequence[Sequence[float]]) -> pd.Series:
    """Points of the first step whose inclusive upper bound the value does not pass, 0 above all [points]."""
    return first_met([at_most(values, bound) for bound, _ in steps], [points for _, points in steps])


def first_met(conditions: Sequence[pd.Series], points: Sequence[float]) -> pd.Series:
    """Points of the first condition that is met, else 0 [points]; missing where an unknown one comes before it."""
    found = np.zeros(len(conditions[0]))
    for condition, worth in zip(reversed(conditions), reversed(points), strict=True):
        met = condition.to_numpy(dtype="float64")
        found = np.where(np.isnan(met), np.nan, np.where(met == 1, worth, found))
    return pd.Series(found, index=conditions[0].index)


def sum_reaches(parts: Sequence[pd.Series], highest: Sequence[float], mark: float) -> pd.Series:
    """1 where the parts add up to the mark or more; missing parts count only where they cannot change the answer.

    `highest` is the most each part can give: with 20 and 50 of 60 points in hand the third part does not matter.
    """
    least = sum((part.fillna(0.0) for part in parts[1:]), parts[0].fillna(0.0))
    most = sum(
        (part.fillna(top) for part, top in zip(parts[1:], highest[1:], strict=True)), parts[0].fillna(highest[0])
    )
    undecided = (least < mark) & (most >= mark)
    return (least >= mark).astype("float64").mask(undecided)
