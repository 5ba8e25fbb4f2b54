"""The four groups of the notice as facts: value, year, the peers' median, and the place among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.peer_quantiles import LEVELS, peer_values

GROUPS: Mapping[str, tuple[str, ...]] = {
    "memo.group_talent": ("rd_staff_share", "postgraduate_share", "core_team_turnover"),
    "memo.group_research": ("valid_invention_count", "class_1_share", "platform_count"),
    "memo.group_spend": ("rd_intensity", "rd_growth", "rd_confirmed_by_tax"),
    "memo.group_value": ("hitech_revenue_share", "contract_turnover_share", "buyer_count"),
}
"""Features shown of each group of the notice of 5 January 2024, section (6); the choice is an assumption."""
POINTS: Mapping[str, str] = {"innovation_points_2024": "memo.scheme_2024", "innovation_points_2_0": "memo.scheme_2_0"}
"""Innovation points by scheme."""
FACTS = (*(name for names in GROUPS.values() for name in names), *POINTS)
"""Features a memo shows whether or not a model uses them."""
COUNTED = ("rd_staff_share", "postgraduate_share", "core_team_turnover")
"""Of these, what comes from the last headcount; R&D and hi-tech revenue come from the last annual statement."""
STATED = ("rd_intensity", "rd_growth", "rd_confirmed_by_tax", "hitech_revenue_share", "contract_turnover_share")


@dataclass(frozen=True)
class Place:
    """The peers of one value: their median, its calendar year, and the place of the value in [0, 100]."""

    median: float | None
    year: int
    place: float | None


def places(table: pd.DataFrame, quantiles: pd.DataFrame, names: Sequence[str] = FACTS) -> list[dict[str, Place]]:
    """For each row of `table` the place of its features `names` among its peers; features it lacks are left out.

    `table` has as_of, stage, industry; `quantiles` are those of features/peer_quantiles.py, empty where not known.
    """
    known = [name for name in names if name in table.columns]
    if not known or quantiles.empty:
        return [{} for _ in range(len(table))]
    found = {level: peer_values(table, quantiles, known, level) for level in LEVELS}
    grid = np.stack([found[level].values for level in LEVELS], axis=-1)
    values = table[known].to_numpy("float64")
    levels = np.array(list(LEVELS.values()))
    return [
        {
            name: Place(
                _number(grid[row, at, 2]), int(found["q50"].year[row]), place(values[row, at], grid[row, at], levels)
            )
            for at, name in enumerate(known)
        }
        for row in range(len(table))
    ]


def place(value: float, quantiles: np.ndarray, levels: np.ndarray) -> float | None:
    """Place of a value among peers in [0, 100], by their quantiles; the middle of those it equals; None if not known.

    A value that equals the median has its place. Beyond the outermost quantiles it is told as half way to the end: the
    quantiles say no more.

    >>> levels = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
    >>> place(5.0, np.array([1.0, 2.0, 4.0, 6.0, 8.0]), levels), place(9.0, np.array([1.0, 2, 4, 6, 8]), levels)
    (62.5, 95.0)
    >>> place(0.0, np.array([0.0, 0.0, 1.0, 2.0, 3.0]), levels), place(0.0, np.array([0.0, 0.0, 0.0, 2.0, 3.0]), levels)
    (17.5, 50.0)
    """
    if np.isnan(value) or np.isnan(quantiles).any():
        return None
    if value == quantiles[levels == LEVELS["q50"]][0]:
        return 100 * LEVELS["q50"]
    equal = np.flatnonzero(quantiles == value)
    if len(equal):
        return float(100 * (levels[equal[0]] + levels[equal[-1]]) / 2)
    if value < quantiles[0]:
        return float(100 * levels[0] / 2)
    if value > quantiles[-1]:
        return float(100 * (1 + levels[-1]) / 2)
    return float(100 * np.interp(value, quantiles, levels))


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
