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
from features.peers import ALL, SMALLEST_GROUP

LEVELS = {"q10": 0.10, "q25": 0.25, "q50": 0.50, "q75": 0.75, "q90": 0.90}
"""Columns of the quantiles and their levels [fraction]."""
KEYS = ("year", "stage", "division")
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


def peer_values(table: pd.DataFrame, quantiles: pd.DataFrame, names: Sequence[str], statistic: str) -> PeerValues:
    """The `statistic` (mean, or a column of `LEVELS`) of the peers of each row of `table`, for the features `names`.

    Peers are the applications of the latest calendar year before that of `as_of`, of the same stage and division; of
    the same stage alone for a feature that fewer than 50 of the division have. `table` has as_of, stage and industry.
    """
    keys = pd.MultiIndex.from_frame(quantiles[list(KEYS)].drop_duplicates())
    grid = np.full((len(keys) + 1, len(names)), np.nan)
    column = pd.Index(names).get_indexer(pd.Index(quantiles["feature"]))
    row = keys.get_indexer(pd.MultiIndex.from_frame(quantiles[list(KEYS)]))
    grid[row[column >= 0], column[column >= 0]] = quantiles[statistic].to_numpy()[column >= 0]
    years = np.append(0, np.unique(quantiles["year"]))
    year = years[np.searchsorted(years, table["as_of"].dt.year.to_numpy()) - 1]
    stage = table["stage"].to_numpy(dtype="object")
    own = grid[keys.get_indexer(pd.MultiIndex.from_arrays([year, stage, division(table["industry"])]))]
    alone = grid[keys.get_indexer(pd.MultiIndex.from_arrays([year, stage, np.full(len(table), ALL, dtype="object")]))]
    return PeerValues(np.where(np.isnan(own), alone, own), ~np.isnan(own), year.astype("int64"))


def peer_centres(table: pd.DataFrame, quantiles: pd.DataFrame, names: Sequence[str]) -> PeerValues:
    """What is usual among the peers: the median, and of a flag the share of those that have it [fraction]."""
    flags = np.array([feature.unit == "flag" for feature in COMPUTED if feature.name in set(names)])
    by_name = dict(zip((f.name for f in COMPUTED if f.name in set(names)), flags, strict=True))
    median, mean = (peer_values(table, quantiles, names, statistic) for statistic in ("q50", "mean"))
    is_flag = np.array([by_name[name] for name in names])
    return median._replace(values=np.where(is_flag, mean.values, median.values))
