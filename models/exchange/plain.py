"""A fitted model as plain data that every format is written from: trees as nodes, step functions, curve, group effects.

The period of the hazard is 0 in a score, so that trees of the period are numbers here.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from models.errors import ModelError
from models.fitting.booster import PERIOD, Booster
from models.fitting.calibration import Curve
from models.fitting.group_effects import PATTERNS, GroupEffect
from models.fitting.stage_model import StageModel
from models.fitting.steps import StepFunction, Steps
from models.fitting.trees import Tree, trees

MOST_LOG_ODDS = 600.0
"""Log-odds beyond these overflow exp in some engines; no model of a PD comes near."""
LARGEST = sys.float_info.max
"""The largest double; a value beyond it is infinite, and no export gives it a PD."""


@dataclass(frozen=True)
class Leaf:
    """A tree's end: its value [log-odds]."""

    value: float


@dataclass(frozen=True)
class Split:
    """Goes `left` where the feature is at most the threshold, a missing value where `missing_left`; else `right`."""

    feature: str
    threshold: float
    missing_left: bool
    left: "Node"
    right: "Node"


Node = Leaf | Split


@dataclass(frozen=True)
class Forest:
    """A member of trees: its score is the sum of theirs, from 0 on in their order."""

    weight: float
    trees: tuple[Node, ...]


@dataclass(frozen=True)
class Additive:
    """A member of step functions: its score is `base` and the functions in the order of the features."""

    weight: float
    base: float
    functions: Mapping[str, StepFunction]


@dataclass(frozen=True)
class PlainModel:
    """logit = curve(sum of weight x score of each member) + group effects; PD = expit(logit), rounded.

    `ranges` are the values that the catalogue gives as plausible, by feature; `fallback` is what the fit says of one;
    `kind` says which model of the run it is.
    """

    stage: str
    version: str
    catalogue: str
    features: tuple[str, ...]
    members: tuple[Forest | Additive, ...]
    curve: Curve
    effects: tuple[GroupEffect, ...]
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    fallback: Mapping[str, object] | None = None
    kind: str = "stage model"


def plain(model: StageModel) -> PlainModel:
    """The saved model as plain data.

    Raises
    ------
    ModelError
        When a tree is none that a threshold says (categorical, linear leaves, zero for missing); when log-odds could
        leave the numbers that every engine takes the exponential of; when a group effect groups in an unknown way.
    """
    members = tuple(_member(m.weight, m.booster) for m in model.blend.members)
    unknown = [effect.name for effect in model.group_effects if effect.name not in ("province", *PATTERNS)]
    if unknown:
        message = f"wanted group effects of province and industry; stage {model.stage} has {', '.join(unknown)}"
        raise ModelError(message)
    ranges = {name: (low, high) for name, (low, high) in model.facts.get("ranges", {}).items()}
    catalogue = str(model.facts["catalogue"])
    fallback = model.facts.get("fallback")
    found = PlainModel(
        *(model.stage, model.version, catalogue, model.features, members),
        *(model.curve, model.group_effects, ranges, fallback),
    )
    _require_moderate(found)
    return found


def thresholds(model: PlainModel) -> dict[str, np.ndarray]:
    """All thresholds of each feature, rising; features without one are left out."""
    found: dict[str, set[float]] = {}
    for member in model.members:
        if isinstance(member, Additive):
            for name, function in member.functions.items():
                found.setdefault(name, set()).update(function.thresholds)
        else:
            for tree in member.trees:
                for split in _splits(tree):
                    found.setdefault(split.feature, set()).add(split.threshold)
    return {name: np.array(sorted(found[name])) for name in model.features if found.get(name)}


def _member(weight: float, booster: Booster | Steps) -> Forest | Additive:
    if isinstance(booster, Steps):
        ordered = {name: _finite(booster.functions[name]) for name in booster.features if name in booster.functions}
        return Additive(weight, booster.base, ordered)
    grown = tuple(trees(booster.text))
    names = tuple(booster.handle.feature_name())
    return Forest(weight, tuple(_node(tree, names, 0 if len(tree.feature) else -1) for tree in grown))


def _within(threshold: float) -> float:
    """The threshold, at most the largest double: the same for every finite value, and a number in every language."""
    return float(np.clip(threshold, -LARGEST, LARGEST))


def _finite(function: StepFunction) -> StepFunction:
    return replace(function, thresholds=tuple(map(_within, function.thresholds)))


def _node(tree: Tree, names: tuple[str, ...], at: int) -> Node:
    if at < 0:
        return Leaf(float(tree.leaf[~at]))
    name, threshold = names[tree.feature[at]], _within(float(tree.threshold[at]))
    left, right = int(tree.left[at]), int(tree.right[at])
    if name == PERIOD:
        return _node(tree, names, left if threshold >= 0 else right)
    return Split(name, threshold, bool(tree.missing_left[at]), _node(tree, names, left), _node(tree, names, right))


def _splits(node: Node) -> Iterator[Split]:
    if isinstance(node, Split):
        yield node
        yield from _splits(node.left)
        yield from _splits(node.right)


def _leaves(node: Node) -> Iterator[float]:
    if isinstance(node, Leaf):
        yield node.value
    else:
        yield from _leaves(node.left)
        yield from _leaves(node.right)


def _require_moderate(model: PlainModel) -> None:
    """Nothing, when no row can have log-odds beyond MOST_LOG_ODDS."""
    low = high = 0.0
    for member in model.members:
        each = (
            [(min(_leaves(tree)), max(_leaves(tree))) for tree in member.trees]
            if isinstance(member, Forest)
            else [(member.base, member.base)]
            + [(min(*f.values, f.lost), max(*f.values, f.lost)) for f in member.functions.values()]
        )
        low += member.weight * sum(pair[0] for pair in each)
        high += member.weight * sum(pair[1] for pair in each)
    ends = model.curve(np.array([low, high]))
    moved = sum(max(map(abs, effect.intercepts.values()), default=0.0) for effect in model.effects)
    most = float(np.abs(ends).max()) + moved
    if not most <= MOST_LOG_ODDS:
        message = f"stage {model.stage}: wanted log-odds within {MOST_LOG_ODDS:g}; the model could reach {most:.4g}"
        raise ModelError(message)
