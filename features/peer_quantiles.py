"""What the peers of an applicant have: quantiles of every feature by calendar year, stage and industry division.

Reasons compare an applicant with the applications of the calendar year before its own: the figures of a year are
complete when the year is over, they bear its date, and no later application enters them.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import COMPUTED
from features.industry import division
from features.peer_groups import ALL, Groups
from features.peers import SMALLEST_GROUP

LEVELS = {"q10": 0.10, "q25": 0.25, "q50": 0.50, "q75": 0.75, "q90": 0.90}
"""Columns of the quantiles and their levels [fraction]."""
KEYS = ("year", "stage", "division")
CENTRE = "centre"
NAMES = tuple(feature.name for feature in COMPUTED)

Floats = NDArray[np.float64]


class PeerValues(NamedTuple):
    """A statistic of the peers of each application, by feature; missing where there are no peers.

    `values` and `of_division` have shape (applications, features); `of_division` is True where the peers are those of
    the division, False where they are all of the stage. `year` is the calendar year of the peers' applications, 0 where
    there is none; shape (applications,).
    """

    values: Floats
    of_division: NDArray[np.bool_]
    year: NDArray[np.int64]


class Places(NamedTuple):
    """Groups of the peers of each application: of its division, and of its stage alone; shape (applications,).

    `year` is the calendar year of the peers' applications, 0 where there is none.
    """

    own: NDArray[np.int64]
    alone: NDArray[np.int64]
    year: NDArray[np.int64]


def peer_quantiles(table: pd.DataFrame, names: Sequence[str] = NAMES) -> pd.DataFrame:
    """Columns year, stage, division ("all" for a stage alone), feature, n, mean, and the quantiles of `LEVELS`.

    `table` has application rows with as_of, stage, industry and the features `names`. A group with fewer than 50 known
    values of a feature has no row for it.
    """
    known = table[table["stage"].notna() & table["as_of"].notna()]
    values = known[list(names)].to_numpy("float64")
    year, of_known = known["as_of"].dt.year, division(known["industry"])
    rows = of_known.notna().to_numpy()
    parts = [
        _groups(values, pd.DataFrame({"year": year, "stage": known["stage"], "division": ALL}), names),
        _groups(
            values[rows],
            pd.DataFrame({"year": year[rows], "stage": known["stage"][rows], "division": of_known[rows]}),
            names,
        ),
    ]
    return pd.concat(parts, ignore_index=True).sort_values([*KEYS, "feature"], ignore_index=True)


def _groups(values: Floats, keys: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    labels = pd.MultiIndex.from_frame(keys)
    code, groups = pd.factorize(labels, sort=True)
    order = np.argsort(code, kind="stable")
    edges = np.searchsorted(code[order], np.arange(len(groups) + 1))
    found: dict[str, list[np.ndarray]] = {name: [] for name in ("group", "feature", "n", "mean", *LEVELS)}
    for at, (start, end) in enumerate(pairwise(edges)):
        block = values[order[start:end]]
        n = np.isfinite(block).sum(axis=0)
        enough = np.flatnonzero(n >= SMALLEST_GROUP)
        if len(enough) == 0:
            continue
        part = np.where(np.isfinite(block[:, enough]), block[:, enough], np.nan)
        columns = (np.full(len(enough), at), enough, n[enough], np.nanmean(part, axis=0))
        for name, column in zip(found, (*columns, *np.nanquantile(part, list(LEVELS.values()), axis=0)), strict=True):
            found[name].append(column)
    whole = {name: np.concatenate([np.empty(0), *parts]) for name, parts in found.items()}
    group = whole.pop("group").astype("int64")
    keyed = {key: groups.get_level_values(at).to_numpy()[group] for at, key in enumerate(KEYS)}
    feature = np.array(names, dtype="object")[whole.pop("feature").astype("int64")]
    return pd.DataFrame({**keyed, "feature": feature, **whole}).astype(
        {"year": "int64", "stage": "str", "division": "str", "feature": "str", "n": "int64"}
    )


class PreparedPeers:
    """Statistics of the peers as grids, made once for any number of tables.

    `quantiles` are those of `peer_quantiles`. Peers are the applications of the latest calendar year before that of
    `as_of`, of the same stage and division; of the same stage alone for a feature that fewer than 50 of the division
    have. Tables have as_of, stage and industry.
    """

    def __init__(self, quantiles: pd.DataFrame, names: Sequence[str] = NAMES) -> None:
        self.names = tuple(names)
        self._quantiles = quantiles
        self._years = np.append(0, np.unique(quantiles["year"])).astype("int64")
        self._groups = Groups(quantiles["stage"].unique(), quantiles["division"].unique())
        keys = quantiles[list(KEYS)].drop_duplicates()
        at = np.searchsorted(self._years, keys["year"])
        self._rows = self._groups.rows(at, keys["stage"], keys["division"], len(self._years))
        lines = self._groups.at(
            np.searchsorted(self._years, quantiles["year"]), quantiles["stage"], quantiles["division"]
        )
        self._row = self._rows[lines]
        self._column = pd.Index(self.names, dtype="str").get_indexer(pd.Index(quantiles["feature"]))
        self._grids: dict[str, Floats] = {}

    def values(self, table: pd.DataFrame, statistic: str) -> PeerValues:
        """The `statistic` (mean, or a column of `LEVELS`) of the peers of each row of `table`."""
        if statistic not in self._grids:
            self._grids[statistic] = self.grid(statistic)
        return self._found(table, self._grids[statistic])

    def centres(self, table: pd.DataFrame) -> PeerValues:
        """What is usual among the peers: the median, and of a flag the share of those that have it [fraction]."""
        if CENTRE not in self._grids:
            flags = {feature.name for feature in COMPUTED if feature.unit == "flag"}
            is_flag = np.array([name in flags for name in self.names], dtype=bool)
            self._grids[CENTRE] = np.where(is_flag, self.grid("mean"), self.grid("q50"))
        return self._found(table, self._grids[CENTRE])

    def places(self, table: pd.DataFrame) -> Places:
        """Where the peers of each row of `table` stand among the groups of `grid`."""
        year = np.searchsorted(self._years, table["as_of"].dt.year.to_numpy()) - 1
        stage, of_division = self._groups.codes(table)
        rows = np.where(self._rows < 0, self._rows.max(initial=-1) + 1, self._rows)
        return Places(rows[year, stage, of_division], rows[year, stage, self._groups.all], self._years[year])

    def grid(self, statistic: str) -> Floats:
        """The `statistic` by group and feature; the last row, which is of no group, is missing."""
        grid = np.full((self._rows.max(initial=-1) + 2, len(self.names)), np.nan)
        asked = self._column >= 0
        grid[self._row[asked], self._column[asked]] = self._quantiles[statistic].to_numpy("float64")[asked]
        return grid

    def _found(self, table: pd.DataFrame, grid: Floats) -> PeerValues:
        places = self.places(table)
        own, alone = grid[places.own], grid[places.alone]
        known = ~np.isnan(own)
        return PeerValues(np.where(known, own, alone), known, places.year)


def peer_values(table: pd.DataFrame, quantiles: pd.DataFrame, names: Sequence[str], statistic: str) -> PeerValues:
    """The `statistic` of the peers of each row of `table`, for the features `names`; see `PreparedPeers`."""
    return PreparedPeers(quantiles, names).values(table, statistic)


def peer_centres(table: pd.DataFrame, quantiles: pd.DataFrame, names: Sequence[str]) -> PeerValues:
    """What is usual among the peers of each row of `table`; see `PreparedPeers.centres`."""
    return PreparedPeers(quantiles, names).centres(table)
