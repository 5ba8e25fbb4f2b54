"""What is usual among the peers of each application, prepared once from `features.peer_quantiles`."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import COMPUTED
from features.industry import division
from features.peer_groups import ALL
from features.peer_quantiles import KEYS

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Places(NamedTuple):
    """Columns of the peers of each application in `Centres`: of its division, and of its stage alone; and their year.

    The year is 0 where there are no peers; shape of all (applications,).
    """

    own: Whole
    alone: Whole
    year: Whole


@dataclass(frozen=True)
class Centres:
    """Medians of the peers, of flags the shares that have it, missing for codes and where there are none.

    `values` has shape (features of `COMPUTED`, groups of peers and one without any); `known` says where the group has
    a median. `years`, `stages` and `divisions` are those of the groups, `column` the group of each three of them.
    """

    values: Floats
    known: NDArray[np.bool_]
    years: Whole
    stages: pd.Index
    divisions: pd.Index
    column: Whole

    def places(self, table: pd.DataFrame) -> Places:
        """Where the peers of each row of `table` stand, which has as_of, stage and industry."""
        year = np.searchsorted(self.years, table["as_of"].dt.year.to_numpy()) - 1
        stage = _at(table["stage"], self.stages)
        code, industries = pd.factorize(table["industry"], use_na_sentinel=False)
        of_industry = self.divisions.get_indexer(pd.Index(division(pd.Series(industries))))
        alone = self.divisions.get_indexer(pd.Index([ALL]))[0]
        own = self.column[year, stage, of_industry[code]]
        return Places(own, self.column[year, stage, alone], self.years[year])


def _at(values: pd.Series, known: pd.Index) -> Whole:
    code, named = pd.factorize(values, use_na_sentinel=False)
    return np.asarray(known.get_indexer(pd.Index(named))[code])


def centres(quantiles: pd.DataFrame) -> Centres:
    """The quantiles of `features.peer_quantiles.peer_quantiles`, prepared."""
    groups = quantiles[list(KEYS)].drop_duplicates()
    keys = pd.MultiIndex.from_frame(groups)
    row = pd.Index([f.name for f in COMPUTED]).get_indexer(pd.Index(quantiles["feature"]))
    group = keys.get_indexer(pd.MultiIndex.from_frame(quantiles[list(KEYS)]))
    medians, means = (_grid(quantiles[name], row, group, len(keys)) for name in ("q50", "mean"))
    flags, codes = (np.array([f.unit == unit for f in COMPUTED])[:, None] for unit in ("flag", "code"))
    years = np.append(0, np.unique(groups["year"].to_numpy("int64")))
    stages, divisions = (pd.Index(groups[name].unique()) for name in ("stage", "division"))
    # The last place of each is that of what no group has: position -1.
    column = np.full((len(years), len(stages) + 1, len(divisions) + 1), len(keys), dtype="int64")
    at_year = np.searchsorted(years, groups["year"].to_numpy("int64"))
    column[at_year, stages.get_indexer(groups["stage"]), divisions.get_indexer(groups["division"])] = range(len(keys))
    values = np.where(codes, np.nan, np.where(flags, means, medians))
    return Centres(values, ~np.isnan(medians), years, stages, divisions, column)


def _grid(values: pd.Series, row: Whole, group: Whole, groups: int) -> Floats:
    found = np.full((len(COMPUTED), groups + 1), np.nan)
    found[row[row >= 0], group[row >= 0]] = values.to_numpy("float64")[row >= 0]
    return found
