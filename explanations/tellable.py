"""Features that may be told of, family by family: what the compiled pass needs to know of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from features.catalogue import COMPUTED
from features.declarations import RANK_SUFFIX, Feature
from features.families import FAMILIES

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
CODES = tuple(FAMILIES)
"""Codes of the families, in their order."""


@dataclass(frozen=True)
class Tellable:
    """Features that contribute, of their own or by their rank, families first and in the order of the catalogue.

    `first[i]` is where family i of FAMILIES begins; `feature` is the number among `COMPUTED`. `columns` has, per
    feature, the places among `names` of its value, its own contribution, that of its rank, and the value of the rank;
    -1 where there is none. `names` are the features with a contribution, then those that speak by their rank alone.
    `bounds` has the direction of risk and the bounds of strength and weakness (missing: none).
    """

    names: tuple[str, ...]
    first: Whole
    feature: Whole
    columns: Whole
    bounds: Floats
    free: NDArray[np.bool_]


@cache
def tellable(contributing: tuple[str, ...]) -> Tellable:
    """What may be told of where the features `contributing` have contributions, in this order."""
    known = set(contributing)
    told = [(at, f) for at, f in enumerate(COMPUTED) if f.name in known or f.name + RANK_SUFFIX in known]
    told.sort(key=lambda pair: CODES.index(pair[1].family))
    features = [feature for _, feature in told]
    names = (*contributing, *(f.name for f in features if f.name not in known))
    place = {name: at for at, name in enumerate(names)}
    families = [CODES.index(f.family) for f in features]
    return Tellable(
        names,
        np.searchsorted(families, range(len(CODES) + 1)).astype("int64"),
        np.array([at for at, _ in told], dtype="int64"),
        np.array([_columns(f, place, known) for f in features], dtype="int64").reshape(-1, 4).T.copy(),
        np.array([_bounds(f) for f in features], dtype="float64").reshape(-1, 3).T.copy(),
        np.array([f.risk is None and f.expected is not None for f in features], dtype="bool"),
    )


def _columns(feature: Feature, place: dict[str, int], known: set[str]) -> Sequence[int]:
    rank = place[feature.name + RANK_SUFFIX] if feature.name + RANK_SUFFIX in known else -1
    own = place[feature.name]
    return own, own if feature.name in known else -1, rank, rank


def _bounds(feature: Feature) -> Sequence[float]:
    sign = {"rises": 1.0, "falls": -1.0, None: 0.0}[feature.direction]
    ends = (feature.strength_from, feature.weakness_until)
    return sign, *(np.nan if end is None else end for end in ends)
