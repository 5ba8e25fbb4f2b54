"""Members of a stack: what each kind may learn, with a strength that follows the number of loans.

A fixed strength is right for no table but the one it was chosen on: leaves of 50 loans learn nothing from 100 loans,
and leaves of 5 learn noise from 100,000.
"""

from collections.abc import Mapping
from dataclasses import replace

from models.fitting.params import MEMBERS, BoosterParams, TrainParams

FEWEST_IN_LEAF = 5
"""Fewest loans in a leaf, however small the table."""
FREE_LEAVES = 31
"""Leaves of a tree of the kind `free`, whose depth has no limit."""
LEAF_SHARES: Mapping[str, int] = {"interacting": 100, "free": 50, "additive": 100}
"""A leaf holds at least one loan in so many, up to `min_data_in_leaf`."""
LEAST_DEFAULTS: Mapping[str, int] = {"free": 100}
"""Defaults a kind needs; with fewer it is left out. Leaves without a penalty learn noise from a few."""


def left_out(params: TrainParams, defaults: int) -> list[str]:
    """Members of `params.members` that so many defaults do not support."""
    return [kind for kind in MEMBERS if kind in params.members and defaults < LEAST_DEFAULTS.get(kind, 0)]


def booster_kinds(params: TrainParams, loans: int, defaults: int) -> dict[str, BoosterParams]:
    """Parameters of each booster of the stack for so many loans and defaults, by kind, in the order of MEMBERS.

    `interacting`: shallow trees with penalised leaves. `free`: deeper ones without a penalty, for many smooth ratios.
    `additive`: trees of a single feature, together a function of each.
    """
    common = {kind: _at_strength(params, leaf(params, kind, loans)) for kind in LEAF_SHARES}
    kinds = {
        "interacting": common["interacting"],
        "free": replace(common["free"], num_leaves=FREE_LEAVES, max_depth=-1, lambda_l2=0.0),
        "additive": replace(
            common["additive"],
            num_leaves=2,
            max_depth=1,
            learning_rate=params.additive_learning_rate,
            feature_fraction=params.additive_feature_fraction,
        ),
    }
    wanted = set(params.members) - set(left_out(params, defaults))
    return {kind: kinds[kind] for kind in MEMBERS if kind in kinds and kind in wanted}


def _at_strength(params: TrainParams, fewest: int) -> TrainParams:
    """The parameters with leaves of at least so many loans, and a penalty as much weaker as they are smaller."""
    penalty = params.lambda_l2 * fewest / params.min_data_in_leaf
    return replace(params, min_data_in_leaf=fewest, lambda_l2=penalty)


def leaf(params: TrainParams, kind: str, loans: int) -> int:
    """Fewest loans in a leaf of a kind's trees."""
    return max(min(FEWEST_IN_LEAF, params.min_data_in_leaf), min(params.min_data_in_leaf, loans // LEAF_SHARES[kind]))
