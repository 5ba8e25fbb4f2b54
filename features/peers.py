"""Ranks among peers as known on the day: same stage and industry division, applications of the twelve months before.

A grid of 21 quantiles stands for a month, a group and a feature. It is made of applications decided strictly before the
month: a rank never knows a later application, and an application scored alone gets the rank it gets in the table.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import ranked
from features.declarations import RANK_SUFFIX
from features.industry import division
from features.peer_groups import ALL, Groups

WINDOW_MONTHS = 12
SMALLEST_GROUP = 50
"""Fewest peers with a known value that make a grid; a division with fewer falls back to its stage alone."""

EPOCH = 1970 * 12
"""Months from year 0 to the one that numpy counts from."""
QUANTILES = tuple(f"q{n:02d}" for n in range(21))
GRID_COLUMNS = ("as_of", "stage", "industry")
"""Columns of the feature table that grids and ranks need beside the ranked features."""

Floats = NDArray[np.float64]


class _Window(NamedTuple):
    """Twelve months of one group, before `month`: the features that have a grid, and the grids, one row a feature."""

    month: int
    stage: str
    division: str
    features: list[str]
    quantiles: Floats


class _Grid(NamedTuple):
    """Grids of one feature: months that rise, the row of each group by month, stage and division, and the quantiles."""

    months: NDArray[np.datetime64]
    rows: NDArray[np.int64]
    quantiles: Floats


def peer_grids(table: pd.DataFrame, features: Sequence[str] | None = None) -> pd.DataFrame:
    """Quantiles of the ranked features: columns month (first day), stage, division (or "all"), feature, q00 to q20.

    `table` has `GRID_COLUMNS` and the features, one row per application. Months run from the one after the first
    application to the one after the last.
    """
    names = list(ranked() if features is None else features)
    known = table[table["stage"].notna() & table["as_of"].notna()]
    month = _month(known["as_of"])
    values = known[names].to_numpy("float64")
    parts = [_grids(values, month, known["stage"], pd.Series(ALL, index=known.index), names)]
    of_known = division(known["industry"])
    rows = of_known.notna().to_numpy()
    parts.append(_grids(values[rows], month[rows], known["stage"][rows], of_known[rows], names))
    grids = pd.concat(parts, ignore_index=True)
    return grids.sort_values(["month", "stage", "division", "feature"], ignore_index=True)


def _month(day: pd.Series) -> NDArray[np.int64]:
    """Months since year 0 of each day."""
    return np.asarray(day.dt.year * 12 + day.dt.month - 1, dtype="int64")


def _grids(
    values: Floats, month: NDArray[np.int64], stage: pd.Series, division: pd.Series, names: Sequence[str]
) -> pd.DataFrame:
    labels = pd.MultiIndex.from_arrays([stage, division])
    group, groups = pd.factorize(labels, sort=True)
    order = np.lexsort((month, group))
    found: list[_Window] = []
    edges = np.searchsorted(group[order], np.arange(len(groups) + 1))
    last = int(month.max()) + 1 if len(month) else 0
    for number, (start, end) in enumerate(pairwise(edges)):
        member = order[start:end]
        for at, block in _windows(values[member], month[member], last):
            enough = np.isfinite(block).sum(axis=0) >= SMALLEST_GROUP
            if enough.any():
                known = [name for name, some in zip(names, enough, strict=True) if some]
                found.append(_Window(at, groups[number][0], groups[number][1], known, _quantiles(block[:, enough])))
    return _frame(found)


def _windows(values: Floats, month: NDArray[np.int64], last: int) -> Iterator[tuple[int, Floats]]:
    """Each month up to `last` with the values of the twelve months before it; `month` rises."""
    for at in range(int(month[0]) + 1, min(last, int(month[-1]) + WINDOW_MONTHS) + 1):
        block = values[np.searchsorted(month, at - WINDOW_MONTHS) : np.searchsorted(month, at)]
        if len(block) >= SMALLEST_GROUP:
            yield at, block


def _quantiles(block: Floats) -> Floats:
    """21 quantiles by linear interpolation of each column, missing values left out; one row a column.

    Where a place is a whole number the quantile is the value there, to the last digit. `numpy.nanquantile` misses it by
    rounding, and the rank of a value that many peers share, such as 0, then moves by half a step.
    """
    ordered = np.sort(np.where(np.isfinite(block), block, np.nan), axis=0)
    place = np.arange(len(QUANTILES)) * (np.isfinite(ordered).sum(axis=0) - 1)[:, None] / (len(QUANTILES) - 1)
    below = np.floor(place).astype("int64")
    column = np.arange(ordered.shape[1])[:, None]
    low, high = ordered[below, column], ordered[np.ceil(place).astype("int64"), column]
    return np.asarray(low + (high - low) * (place - below), dtype="float64")


def _frame(found: Sequence[_Window]) -> pd.DataFrame:
    """The grids of all windows one below the other; one frame is made, since thousands of small ones take long."""
    sizes = [len(window.features) for window in found]
    month = np.repeat(np.array([window.month for window in found], dtype="int64"), sizes)
    keys = {
        "month": (month - EPOCH).astype("datetime64[M]").astype("datetime64[us]"),
        **{key: np.repeat([getattr(window, key) for window in found], sizes) for key in ("stage", "division")},
        "feature": [name for window in found for name in window.features],
    }
    values = np.concatenate([np.empty((0, len(QUANTILES))), *(window.quantiles for window in found)])
    columns = {**keys, **dict(zip(QUANTILES, values.T, strict=True))}
    return pd.DataFrame({name: pd.Series(column, dtype=_dtype(name)) for name, column in columns.items()})


def _dtype(column: str) -> str:
    if column == "month":
        return "datetime64[us]"
    return "str" if column in ("stage", "division", "feature") else "float64"


class PeerGrids:
    """Grids of quantiles prepared once, for the ranks of any number of tables; `grids` are those of `peer_grids`."""

    def __init__(self, grids: pd.DataFrame, features: Sequence[str] | None = None) -> None:
        self._groups = Groups(grids["stage"].unique(), grids["division"].unique())
        self._features = {name: self._grid(grids[grids["feature"] == name]) for name in features or ranked()}

    def _grid(self, grid: pd.DataFrame) -> _Grid:
        months = np.sort(grid["month"].unique())
        at = np.searchsorted(months, grid["month"].to_numpy()) + 1
        rows = self._groups.rows(at, grid["stage"], grid["division"], len(months) + 1)
        alone = rows[:, :, [self._groups.all]]
        quantiles = np.vstack([grid[list(QUANTILES)].to_numpy("float64"), np.full(len(QUANTILES), np.nan)])
        return _Grid(months, np.where(rows >= 0, rows, alone), quantiles)

    def ranks(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rank of every ranked feature among peers [fraction], columns `<feature>_peer_rank`, rows as in `table`.

        The grid is that of the latest month not after the application's, of its stage and division, else of its stage
        alone. Missing where there is no such grid or the value is missing.
        """
        found = {}
        for name, at in self._places(table).items():
            grid = self._features[name].quantiles
            found[name + RANK_SUFFIX] = rank(table[name].to_numpy("float64"), grid, at)
        return pd.DataFrame(found, index=table.index)

    def quantiles(self, table: pd.DataFrame, name: str) -> Floats:
        """The 21 quantiles that each application is ranked by in the feature `name`, one row each; missing without."""
        return self._features[name].quantiles[self._places(table)[name]]

    def _places(self, table: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
        """Row of the grid of each application, by feature; the last row, which is missing, where it has none."""
        stage, of_division = self._groups.codes(table)
        day = table["as_of"].to_numpy()
        return {
            name: grid.rows[np.searchsorted(grid.months, day, side="right"), stage, of_division]
            for name, grid in self._features.items()
        }


def peer_ranks(table: pd.DataFrame, grids: pd.DataFrame) -> pd.DataFrame:
    """Rank of every ranked feature among peers; see `PeerGrids.ranks`."""
    return PeerGrids(grids).ranks(table)


def rank(values: Floats, grid: Floats, row: NDArray[np.int64] | None = None) -> Floats:
    """Place of each value in its row of quantiles, in [0, 1]; the middle of the places where quantiles are equal.

    `row` is the row of `grid` that each value is ranked by; its own place where it is not given.
    """
    row = np.arange(len(values)) if row is None else row
    below, not_above = (_counted(grid, row, values, word) for word in (np.less, np.less_equal))
    steps = grid.shape[1] - 1
    left = np.clip(below - 1, 0, steps - 1)
    low, high = grid[row, left], grid[row, left + 1]
    width = np.where(high > low, high - low, 1.0)
    place = np.where(below == 0, 0.0, np.where(below > steps, steps, left + (values - low) / width))
    place = np.where(not_above > below, (below + not_above - 1) / 2, place)
    return np.where(np.isnan(values) | np.isnan(grid[row, 0]), np.nan, place / steps)


def _counted(grid: Floats, row: NDArray[np.int64], values: Floats, word: np.ufunc) -> NDArray[np.int64]:
    """How many of the rising quantiles of its row stand to the value as `word` says; by halving."""
    flat, start = grid.ravel(), row % len(grid) * grid.shape[1]
    found = np.zeros(len(values), dtype="int64")
    for step in (16, 8, 4, 2, 1):
        wider = found + step
        holds = word(flat[start + np.minimum(wider, grid.shape[1]) - 1], values) & (wider <= grid.shape[1])
        found = np.where(holds, wider, found)
    return found


def with_peer_ranks(table: pd.DataFrame, grids: pd.DataFrame | PeerGrids) -> pd.DataFrame:
    """The feature table with its rank columns filled from `grids`; all other columns as they are."""
    ranks = (grids if isinstance(grids, PeerGrids) else PeerGrids(grids)).ranks(table)
    return table.assign(**{str(name): ranks[name] for name in ranks.columns})
