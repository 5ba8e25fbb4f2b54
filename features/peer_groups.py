"""Groups of peers by number: which row of a grid belongs to a period, a stage and a division."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.industry import division

Numbers = NDArray[np.int64]

ALL = "all"
"""Division of the groups of a stage alone."""


class Groups:
    """Stages and divisions that grids name, numbered once, so that applications are looked up by numbers, not texts."""

    def __init__(self, stages: Iterable[str], divisions: Iterable[str]) -> None:
        self.stages = pd.Index(sorted(set(stages)), dtype="str")
        self.divisions = pd.Index(sorted({ALL, *divisions}), dtype="str")
        self.all = self.divisions.tolist().index(ALL)

    def at(self, period: Numbers, stage: pd.Series, of_division: pd.Series) -> tuple[Numbers, Numbers, Numbers]:
        """Place of each named group in what `rows` gives; -1 for names that are none of these."""
        return (
            np.asarray(period, dtype="int64"),
            self.stages.get_indexer(pd.Index(stage)).astype("int64"),
            self.divisions.get_indexer(pd.Index(of_division)).astype("int64"),
        )

    def rows(self, period: Numbers, stage: pd.Series, of_division: pd.Series, periods: int) -> Numbers:
        """Row of each group, shape (periods + 1, stages + 1, divisions + 1); -1 where there is none, and at the ends.

        Raises
        ------
        ValueError
            When two rows name one group.
        """
        found = np.full((periods + 1, len(self.stages) + 1, len(self.divisions) + 1), -1, dtype="int64")
        found[self.at(period, stage, of_division)] = np.arange(len(stage))
        if (found >= 0).sum() != len(stage):
            message = f"wanted one row per group of peers; got {len(stage)} rows of {(found >= 0).sum()} groups"
            raise ValueError(message)
        return found

    def codes(self, table: pd.DataFrame) -> tuple[Numbers, Numbers]:
        """Numbers of the stage and the division of each application of `table`; -1 where no grid names them."""
        return _codes(table["stage"], self.stages), _codes(division(table["industry"]), self.divisions)


def _codes(values: pd.Series, names: pd.Index) -> Numbers:
    at, unique = pd.factorize(values)
    return np.append(names.get_indexer(pd.Index(unique)), -1)[at].astype("int64")
