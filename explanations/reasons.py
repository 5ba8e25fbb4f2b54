"""Reasons: the families of features that lower and that raise the PD of each applicant most.

A family gives one reason, by the most telling of its features. What is not known is never a reason, and neither is what
speaks against what a lender expects of it: such a part of the PD stands apart. Parts and base sum to the log-odds.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explanations.centres import centres
from explanations.tellable import CODES, Tellable, tellable
from explanations.told import KINDS, MOST, SIDES, UNEXPECTED, Told, room, tell
from features.catalogue import COMPUTED
from features.declarations import RANK_SUFFIX
from policy.digits import rounded_columns

__all__ = ["COLUMNS", "MOST", "OTHER", "SIDES", "UNEXPECTED", "UNKNOWN", "reasons"]

UNKNOWN, OTHER = "unknown", "other"
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
    contributing = tuple(name for name in found.columns if name in _NAMES)
    facts, usual = tellable(contributing), centres(quantiles)
    places, rows = usual.places(known), np.arange(len(known))
    told = room(len(known))
    parts = np.ascontiguousarray(found[list(contributing)].to_numpy("float64").T)
    tell(told, rows, parts, _values(known, facts), facts, usual, places)
    listed = pd.concat([_listed(told, kind, places.year) for kind in _ORDER], ignore_index=True)
    whole = pd.concat([listed, *_rest(found, known, facts, listed)], ignore_index=True)
    place = whole["side"].map({side: at for at, side in enumerate((*SIDES, UNEXPECTED, UNKNOWN, OTHER))})
    ordered = whole.iloc[np.lexsort((whole["rank"], place, whole["row"]))]
    ids = found["application_id"].to_numpy()[ordered["row"]]
    named = ordered.assign(application_id=ids).astype(dict.fromkeys(("application_id", "family", "feature"), "str"))
    return rounded_columns(named[list(COLUMNS)].reset_index(drop=True))


_NAMES = frozenset(feature.name + end for feature in COMPUTED for end in ("", RANK_SUFFIX))
"""Features whose contributions are told of, of their own or with the feature that they rank."""
_ORDER = (0, 2, 1, 3)
"""Kinds of reasons in the order they are listed in: those of a sign together."""


def _values(known: pd.DataFrame, facts: Tellable) -> Floats:
    """Values of all that is told of, shape (names, applications); a rank that the table does not have is missing."""
    ranks = [name for name in facts.names if name.endswith(RANK_SUFFIX) and name not in known.columns]
    values = known.assign(**dict.fromkeys(ranks, np.nan))[list(facts.names)]
    return np.ascontiguousarray(values.to_numpy("float64").T)


def _listed(told: Told, kind: int, year: NDArray[np.int64]) -> pd.DataFrame:
    """What is told of one kind, a row each, in the order of applications and families."""
    row, slot = np.nonzero(told.family[kind].T >= 0)
    order = np.lexsort((told.family[kind, slot, row], row))
    row, slot = row[order], slot[order]
    at = (kind, slot, row)
    return pd.DataFrame(
        {
            "row": row,
            "side": KINDS[kind],
            "rank": slot + 1,
            "family": np.array(CODES, dtype="object")[told.family[at]],
            "feature": np.array([f.name for f in COMPUTED], dtype="object")[told.feature[at]],
            "value": told.value[at],
            "peers": told.peers[at],
            "peer_year": year[row],
            "of_division": told.of_division[at],
            "contribution": told.sums[at],
        }
    )


def _rest(found: pd.DataFrame, known: pd.DataFrame, facts: Tellable, listed: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows «unknown» and «other» of each application."""
    features = [COMPUTED[at].name for at in np.sort(facts.feature)]
    names = [name + end for name in features for end in ("", RANK_SUFFIX) if name + end in found.columns]
    unknown = found[names].to_numpy("float64").sum(axis=1) - _known_parts(found, known, features).sum(axis=1)
    named = np.zeros(len(found))
    np.add.at(named, listed["row"].to_numpy(), listed["contribution"].to_numpy())
    other = (found["logit"] - found["base"]).to_numpy("float64") - named - unknown
    empty = {"family": None, "feature": None, "value": np.nan, "peers": np.nan, "peer_year": 0, "of_division": False}
    return [
        pd.DataFrame({"row": range(len(found)), "side": side, "rank": 1, **empty, "contribution": part})
        for side, part in ((UNKNOWN, unknown), (OTHER, other))
    ]


def _known_parts(found: pd.DataFrame, known: pd.DataFrame, features: list[str]) -> Floats:
    """Contribution of each feature with a value, that of its rank included; 0 where the value is missing."""
    own, rank = (_parts(found, known, [name + end for name in features]) for end in ("", RANK_SUFFIX))
    return np.where(known[features].isna().to_numpy(), 0.0, own + rank)


def _parts(found: pd.DataFrame, known: pd.DataFrame, names: list[str]) -> Floats:
    """Contributions of the features `names` where they have a value; 0 elsewhere and where no model reads them."""
    parts = found.reindex(columns=names).fillna(0.0).to_numpy("float64")
    return np.where(known.reindex(columns=names).notna().to_numpy(), parts, 0.0)
