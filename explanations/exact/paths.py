"""A blend taken apart for exact contributions: one function per feature, and the paths to the leaves of other trees.

Every value is replaced by the number of the bin it falls in: bin b of a feature lies above its threshold b - 1 and not
above its threshold b; a missing value has a bin of its own, after the last one.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.fitting.blend import Blend
from models.fitting.booster import Booster
from models.fitting.steps import Steps
from models.fitting.trees import Tree, trees

Floats = NDArray[np.float64]
NEAR_ZERO = 1.0000000180025095e-35
"""LightGBM reads numbers up to this size as 0 (kZeroThreshold)."""


class Condition(NamedTuple):
    """What a path asks of one feature: a bin from `low` to `high`; of a missing value, `missing`.

    `share` is the part of the fitted rows that go on where the path asks about the feature, all its nodes multiplied.
    """

    low: int
    high: int
    missing: bool
    share: float


class Path(NamedTuple):
    """The way to one leaf: a condition per feature that is asked about, and the leaf's weighted value [score]."""

    conditions: Mapping[int, Condition]
    value: float


@dataclass(frozen=True)
class Parts:
    """A blend taken apart: its score is base + functions + leaves reached, less the mean of each.

    `thresholds[j]` are all thresholds of feature j, rising; `functions[j]` is what it says alone less its mean, in each
    bin and at the end for a missing value, shape (thresholds + 2,). `trees` are the others, as paths in their order.
    `base` is the mean score; what the booster says of the first period is part of it.
    """

    features: tuple[str, ...]
    thresholds: tuple[Floats, ...]
    functions: tuple[Floats, ...]
    trees: tuple[tuple[Path, ...], ...]
    base: float


def parts(blend: Blend) -> Parts:
    """A blend taken apart.

    Raises
    ------
    ModelError
        When a member holds trees that `models.fitting.trees` refuses, a leaf that no fitted row came to, or a tree
        that reads the period together with a feature.
    """
    boosters = [(m.weight, m.booster) for m in blend.members if isinstance(m.booster, Booster)]
    grown = [(weight, _as_read(tree)) for weight, booster in boosters for tree in trees(booster.text)]
    steps = [(m.weight, m.booster) for m in blend.members if isinstance(m.booster, Steps)]
    count = len(blend.features)
    thresholds = _thresholds(count, [tree for _, tree in grown], [s for _, s in steps], blend.features)
    functions = [np.zeros(len(values) + 2) for values in thresholds]
    base = 0.0
    joint = []
    for weight, tree in grown:
        _refuse(tree, count)
        asked = np.unique(tree.feature)
        if len(asked) > 1:
            joint.append(tuple(_paths(tree, weight, thresholds)))
            base += weight * _mean(tree)
        elif len(asked) == 1:
            at, mean = int(asked[0]), _mean(tree)
            found = _along(tree, thresholds[at])
            functions[at] += weight * (found - mean)
            base += weight * mean
        else:
            base += weight * float(tree.leaf[0])
    for weight, member in steps:
        base += weight * member.base
        for at, name in enumerate(blend.features):
            if name in member.functions:
                function = member.functions[name]
                points = np.concatenate([thresholds[at], [np.inf, np.nan]])
                functions[at] += weight * (function(points) - function.mean)
                base += weight * function.mean
    # The first period is scored: its bin is that of 0, and what it says is the same for every row.
    first = int(np.searchsorted(thresholds[count], 0.0))
    base += float(functions[count][first])
    return Parts(blend.features, tuple(thresholds[:count]), tuple(functions[:count]), tuple(joint), base)


def _as_read(tree: Tree) -> Tree:
    """The tree with thresholds moved so that a number LightGBM reads as 0 lies on the same side of them as 0."""
    known = tree.threshold
    below, above = (known >= -NEAR_ZERO) & (known < 0), (known >= 0) & (known < NEAR_ZERO)
    moved = np.where(below, np.nextafter(-NEAR_ZERO, -np.inf), np.where(above, NEAR_ZERO, known))
    return replace(tree, threshold=moved)


def _thresholds(count: int, grown: Sequence[Tree], steps: Sequence[Steps], names: Sequence[str]) -> list[Floats]:
    """All thresholds of each feature, and of the period after them."""
    listed: list[list[Floats]] = [[] for _ in range(count + 1)]
    if grown:
        feature = np.concatenate([tree.feature for tree in grown])
        threshold = np.concatenate([tree.threshold for tree in grown])
        for at in np.unique(feature).tolist():
            listed[at].append(threshold[feature == at])
    for member in steps:
        for at, name in enumerate(names):
            if name in member.functions:
                listed[at].append(np.asarray(member.functions[name].thresholds, dtype="float64"))
    return [np.unique(np.concatenate(values)) if values else np.empty(0) for values in listed]


def _refuse(tree: Tree, count: int) -> None:
    if len(tree.feature) and not (tree.leaf_count > 0).all():
        message = "wanted trees with the number of fitted rows of each leaf; got a leaf without any"
        raise ModelError(message)
    if (tree.feature == count).any() and (tree.feature != count).any():
        message = "wanted the period in trees of its own; got a tree that reads it together with a feature"
        raise ModelError(message)


def _mean(tree: Tree) -> float:
    """Mean of the leaves over the fitted rows."""
    return math.fsum((tree.leaf_count / tree.node_count[0] * tree.leaf).tolist())


def _along(tree: Tree, thresholds: Floats) -> Floats:
    """What a tree of one feature says in each of its bins, and of a missing value."""
    alone = replace(tree, feature=np.zeros(len(tree.feature), dtype=int))
    points = np.concatenate([thresholds, [np.inf, np.nan]])
    return alone.reached(alone.goes_left(points[:, None]))


def _paths(tree: Tree, weight: float, thresholds: Sequence[Floats]) -> Iterator[Path]:
    """The paths of a tree, from left to right."""
    bins = [int(np.searchsorted(thresholds[f], t)) for f, t in zip(tree.feature, tree.threshold, strict=True)]
    feature, left, right = tree.feature.tolist(), tree.left.tolist(), tree.right.tolist()
    lost, leaf = tree.missing_left.tolist(), tree.leaf.tolist()
    number = [*tree.node_count.tolist(), *reversed(tree.leaf_count.tolist())]
    open_: dict[int, Condition] = {}
    waiting = [(0, open_)]
    while waiting:
        node, asked = waiting.pop()
        if node < 0:
            yield Path(asked, weight * leaf[~node])
            continue
        at, bin_ = feature[node], bins[node]
        low, high, missing, share = asked.get(at, Condition(0, len(thresholds[at]), True, 1.0))
        to_left, to_right = (number[child] / number[node] for child in (left[node], right[node]))
        above = Condition(max(low, bin_ + 1), high, missing and not lost[node], share * to_right)
        below = Condition(low, min(high, bin_), missing and lost[node], share * to_left)
        waiting.append((right[node], {**asked, at: above}))
        waiting.append((left[node], {**asked, at: below}))
