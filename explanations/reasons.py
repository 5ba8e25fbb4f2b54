"""Reasons: the families of features that lower and that raise the PD of each applicant most.

A family gives one reason, by the most telling of its features. What is not known is never a reason, and neither is what
speaks against what a lender expects of it: such a part of the PD stands apart. Parts and base sum to the log-odds.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import COMPUTED
from features.declarations import RANK_SUFFIX, Feature
from features.families import FAMILIES
from features.peer_quantiles import PeerValues, peer_centres
from policy.digits import rounded_columns

MOST = 4
"""Most reasons given on each side; US Regulation B, comment 9(b)(2)-1: more than four are not likely to be helpful."""
SIDES = ("for", "against")
"""Sides of a reason: it lowers the PD, or raises it."""
SMALLEST = 0.02
"""A family that moves the odds by less than 2 % gives no reason [log-odds]; an assumption of this project."""
UNEXPECTED, UNKNOWN, OTHER = "unexpected", "unknown", "other"
COLUMNS = (
    *("application_id", "side", "rank", "family", "feature", "value"),
    *("peers", "peer_year", "of_division", "contribution"),
)

Floats = NDArray[np.float64]


def reasons(found: pd.DataFrame, table: pd.DataFrame, quantiles: pd.DataFrame) -> pd.DataFrame:
    """Reasons of each application of `found` (see `contributions`), and what else its PD is made of; columns `COLUMNS`.

    `table` holds the same applications with all features, as_of, stage and industry; `quantiles` those of the peers
    (features/peer_quantiles.py). The contribution of a family is that of its features with a value; a rank among peers
    counts with the feature it ranks. One row per

    - reason of the sides «for» (lowers the PD) and «against» (raises it), at most `MOST`, strongest first: the family,
      its feature with the largest part of the same sign that a lender would read so, the feature's value in its unit,
      the median of the peers (of a flag the share that has it), the year and whether they are of the division;
    - family that would be among the `MOST` strongest of its sign, but only by features that the model reads against the
      direction that a lender expects («unexpected»); features that a model is held to are never among them;
    - «unknown», the sum of the parts of features without a value, and «other», all the rest; they have no family.

    Contributions [log-odds] of the rows of an application and its base sum to its log-odds of default. A value speaks
    in favour when it is better than the peers' and not on the bad side of its feature's `strength_from`; against when
    it is worse and not beyond `weakness_until`. A value that the peers have too is no reason. Without peers, the bounds
    alone count. A family that moves the log-odds by less than `SMALLEST` is no reason.
    """
    known = table.set_index("application_id").loc[found["application_id"]].reset_index()
    members = _Members(found, known, peer_centres(known, quantiles, [f.name for f in _features(found)]))
    listed = pd.concat([_of_side(members, side) for side in SIDES], ignore_index=True)
    parts = [listed, _rest(found, members, listed)]
    order = {side: at for at, side in enumerate((*SIDES, UNEXPECTED, UNKNOWN, OTHER))}
    whole = pd.concat(parts, ignore_index=True)
    whole = whole.assign(place=whole["side"].map(order), row=_place(found, whole["application_id"]))
    ordered = whole.sort_values(["row", "place", "rank"], kind="stable", ignore_index=True)
    return rounded_columns(ordered[list(COLUMNS)])


def _features(found: pd.DataFrame) -> list[Feature]:
    """Features with a contribution, of their own or by their rank, in the order of the catalogue."""
    return [f for f in COMPUTED if f.name in found.columns or f.name + RANK_SUFFIX in found.columns]


def _place(found: pd.DataFrame, ids: pd.Series) -> np.ndarray:
    return np.asarray(pd.Index(found["application_id"]).get_indexer(pd.Index(ids)))


@dataclass(frozen=True)
class _Members:
    """Contributions, values and peers of all features that may be told, shape (applications, features)."""

    found: pd.DataFrame
    known: pd.DataFrame
    peers: PeerValues

    @cached_property
    def features(self) -> list[Feature]:
        return _features(self.found)

    @cached_property
    def values(self) -> Floats:
        return self.known[[f.name for f in self.features]].to_numpy("float64")

    @cached_property
    def parts(self) -> Floats:
        """Contribution of each feature with a value, that of its rank included; 0 where the value is missing."""
        own, rank = (_parts(self.found, self.known, [f.name + end for f in self.features]) for end in ("", RANK_SUFFIX))
        return np.where(np.isnan(self.values), 0.0, own + rank)

    @cached_property
    def families(self) -> list[str]:
        told = {feature.family for feature in self.features}
        return [code for code in FAMILIES if code in told]

    @cached_property
    def sums(self) -> Floats:
        """Contribution of each family, shape (applications, families)."""
        belongs = np.array([[f.family == code for code in self.families] for f in self.features], dtype="float64")
        return np.asarray(self.parts @ belongs)

    @cached_property
    def centres(self) -> Floats:
        """What the peers have; missing for codes, which have no middle."""
        codes = np.array([f.unit == "code" for f in self.features])
        return np.where(codes, np.nan, self.peers.values)

    def readable(self, side: str) -> NDArray[np.bool_]:
        """Whether a lender would read the value so: in favour of the applicant, or against it."""
        sign = np.array([{"rises": 1.0, "falls": -1.0, None: 0.0}[f.direction] for f in self.features])
        apart = self.values - self.centres
        worse = sign * apart
        low, high = (self._bound(name) for name in ("strength_from", "weakness_until"))
        with np.errstate(invalid="ignore"):
            if side == "for":
                told = (worse < 0) | np.isnan(worse)
                told &= ~(sign * (self.values - low) > 0)
            else:
                told = (worse > 0) | np.isnan(worse)
                told &= ~(sign * (self.values - high) <= 0)
        return np.asarray(np.where(sign == 0, apart != 0, told))

    def _bound(self, name: str) -> Floats:
        bounds = [getattr(feature, name) for feature in self.features]
        return np.array([np.nan if bound is None else bound for bound in bounds], dtype="float64")


def _parts(found: pd.DataFrame, known: pd.DataFrame, names: list[str]) -> Floats:
    """Contributions of the features `names` where they have a value; 0 elsewhere and where no model reads them."""
    parts = found.reindex(columns=names).fillna(0.0).to_numpy("float64")
    return np.where(known.reindex(columns=names).notna().to_numpy(), parts, 0.0)


def _of_side(members: _Members, side: str) -> pd.DataFrame:
    """Reasons of one side, and the families of its sign that would be among them but are read against expectation."""
    sign = -1.0 if side == "for" else 1.0
    signed = sign * members.parts
    readable = members.readable(side)
    free = np.array([f.risk is None and f.expected is not None for f in members.features])
    free = free & (members.values != members.centres)
    told, unread = np.where(readable, signed, 0.0), np.where(~readable & free, signed, 0.0)
    shape = members.sums.shape
    teller, has, odd, has_odd = (np.zeros(shape, dtype=t) for t in ("int64", "bool", "int64", "bool"))
    for at, code in enumerate(members.families):
        columns = np.flatnonzero([f.family == code for f in members.features])
        for parts, who, some in ((told, teller, has), (unread, odd, has_odd)):
            best = np.argmax(parts[:, columns], axis=1)
            who[:, at], some[:, at] = columns[best], parts[np.arange(shape[0]), columns[best]] > 0
    size = sign * members.sums
    spoken = np.where(has, size, 0.0)
    odd_size = np.where(has_odd & ~has, size, 0.0)
    place = _ranks(spoken + odd_size)
    return pd.concat(
        [
            _rows(members, side, spoken, _ranks(spoken), teller),
            _rows(members, UNEXPECTED, np.where(place <= MOST, odd_size, 0.0), place, odd),
        ],
        ignore_index=True,
    )


def _ranks(size: Floats) -> NDArray[np.int64]:
    """Place of each family by size in its row, 1 for the largest; equal ones in the order of the families."""
    order = np.argsort(-size, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, size.shape[1] + 1)[None, :].repeat(len(size), axis=0), axis=1)
    return ranks


def _rows(
    members: _Members, side: str, size: Floats, ranks: NDArray[np.int64], teller: NDArray[np.int64]
) -> pd.DataFrame:
    row, family = np.nonzero((size >= SMALLEST) & (ranks <= MOST))
    feature = teller[row, family]
    names = np.array([f.name for f in members.features], dtype="object")
    frame = pd.DataFrame(
        {
            "application_id": members.found["application_id"].to_numpy()[row],
            "side": np.full(len(row), side, dtype="object"),
            "rank": ranks[row, family],
            "family": np.array(members.families, dtype="object")[family],
            "feature": names[feature],
            "value": members.values[row, feature],
            "peers": members.centres[row, feature],
            "peer_year": members.peers.year[row],
            "of_division": members.peers.of_division[row, feature],
            "contribution": members.sums[row, family],
        }
    )
    return frame.astype({"application_id": "str", "side": "str", "family": "str", "feature": "str"})


def _rest(found: pd.DataFrame, members: _Members, listed: pd.DataFrame) -> pd.DataFrame:
    """The rows «unknown» and «other» of each application."""
    names = [f.name + end for f in members.features for end in ("", RANK_SUFFIX) if f.name + end in found.columns]
    unknown = found[names].to_numpy("float64").sum(axis=1) - members.parts.sum(axis=1)
    named = np.zeros(len(found))
    np.add.at(named, _place(found, listed["application_id"]), listed["contribution"].to_numpy())
    other = (found["logit"] - found["base"]).to_numpy("float64") - named - unknown
    frames = [
        pd.DataFrame({"application_id": found["application_id"], "side": side, "rank": 1, "contribution": part})
        for side, part in ((UNKNOWN, unknown), (OTHER, other))
    ]
    empty = {"family": None, "feature": None, "value": np.nan, "peers": np.nan, "peer_year": 0, "of_division": False}
    return pd.concat(frames, ignore_index=True).assign(**empty).astype({"family": "str", "feature": "str"})
