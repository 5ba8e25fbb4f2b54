"""How the score of one applicant moves when one or two levers do, exactly: leaves of trees, and step functions.

A leaf is reached where every feature lies in an interval. So of an applicant's trees only those leaves count whose
conditions fail for no other feature than those that are moved, and what one lever does to a leaf multiplies with what
another does to it. All pairs of positions are scored by products of small matrices instead of a model call each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.fitting.booster import Booster
from models.fitting.stage_model import StageModel
from models.fitting.steps import Steps
from models.fitting.trees import Tree, trees

Floats = NDArray[np.float64]


class Positions(NamedTuple):
    """What a lever makes of each feature it moves, by place of the feature; the first value is the applicant's own."""

    size: int
    values: Mapping[int, Floats]


MOST_FAILING = 2
"""Levers that are moved together at most."""


@dataclass(frozen=True)
class Leaves:
    """Conditions of the leaves of all trees of a model, in the order of the leaves, and the leaves' values.

    A condition holds where not value <= low, and value <= high; for a missing value where `missing` is True. `value`
    is weighted as in the blend [score].
    """

    leaf: NDArray[np.int64]
    feature: NDArray[np.int64]
    low: Floats
    high: Floats
    missing: NDArray[np.bool_]
    value: Floats


def _leaves(model: StageModel) -> Leaves:
    """The leaves of all boosters of a stage's model."""
    rows: list[tuple[int, int, float, float, bool]] = []
    values: list[float] = []
    for member in model.blend.members:
        if isinstance(member.booster, Booster):
            for tree in trees(member.booster.text):
                _add(tree, member.weight, rows, values)
    leaf, feature, low, high, missing = zip(*rows, strict=True) if rows else ((),) * 5
    return Leaves(
        np.array(leaf, dtype="int64"),
        np.array(feature, dtype="int64"),
        np.array(low, dtype="float64"),
        np.array(high, dtype="float64"),
        np.array(missing, dtype=bool),
        np.array(values, dtype="float64"),
    )


def _add(tree: Tree, weight: float, rows: list[tuple[int, int, float, float, bool]], values: list[float]) -> None:
    """Append the conditions and values of one tree's leaves; a tree without a split never moves."""
    # A bound that is not there is no number, so that an infinite value passes it.
    open_: dict[int, tuple[float, float, bool]] = {}
    waiting = [(0, open_)] if len(tree.feature) else []
    while waiting:
        node, bounds = waiting.pop()
        if node < 0:
            rows += [(len(values), feature, *bound) for feature, bound in bounds.items()]
            values.append(weight * float(tree.leaf[~node]))
            continue
        feature, threshold = int(tree.feature[node]), float(tree.threshold[node])
        low, high, missing = bounds.get(feature, (np.nan, np.inf, True))
        lost = bool(tree.missing_left[node])
        left = (low, min(high, threshold), missing and lost)
        right = (threshold if np.isnan(low) else max(low, threshold), high, missing and not lost)
        waiting.append((int(tree.left[node]), {**bounds, feature: left}))
        waiting.append((int(tree.right[node]), {**bounds, feature: right}))


@dataclass(frozen=True)
class Pieces:
    """A stage's model taken apart, once for all applicants: features, leaves, weighted step functions, thresholds.

    `thresholds` are those at which the score may change, by feature, rising; features without one are left out.
    """

    model: StageModel
    features: tuple[str, ...]
    leaves: Leaves
    steps: tuple[tuple[float, Steps], ...]
    thresholds: Mapping[str, Floats]


def pieces(model: StageModel) -> Pieces:
    """A model taken apart."""
    found = _leaves(model)
    members = model.blend.members
    steps = tuple((member.weight, member.booster) for member in members if isinstance(member.booster, Steps))
    parts: dict[str, list[Floats]] = {}
    for at, name in enumerate(model.features):
        own = found.feature == at
        bounds = np.concatenate([found.low[own], found.high[own]])
        parts[name] = [bounds[np.isfinite(bounds)]]
    for _, functions in steps:
        for name, function in functions.functions.items():
            parts[name].append(np.asarray(function.thresholds, dtype="float64"))
    joined = {name: np.unique(np.concatenate(listed)) for name, listed in parts.items()}
    thresholds = {name: values for name, values in joined.items() if len(values)}
    return Pieces(model, model.features, found, steps, thresholds)


@dataclass(frozen=True)
class Moves:
    """Changes of the score of one applicant [score], by the levers moved.

    `alone[i]` has one for every position of lever i, 0 for its own; `beyond(i, j)` what two levers do beyond the sum
    of what each does alone. `reached[i]` says for each leaf and position of lever i whether its conditions are met now
    (1), no more (-1) or as before (0); `touched` and `failing`, of shape (levers, leaves), which leaves a lever does
    that to, and which it keeps from being reached where the applicant stands.
    """

    alone: tuple[Floats, ...]
    value: Floats
    reached: tuple[Floats, ...]
    touched: NDArray[np.bool_]
    failing: NDArray[np.bool_]

    @cached_property
    def _number(self) -> NDArray[np.int64]:
        return np.asarray(self.failing.sum(axis=0))

    def beyond(self, one: int, other: int) -> Floats:
        """Shape (positions of the one, positions of the other)."""
        shared = self.touched[one] & self.touched[other]
        # A leaf that fails for a third lever is reached by no pair without it.
        shared &= self._number == self.failing[one].astype("int64") + self.failing[other]
        at = np.flatnonzero(shared)
        first, second = self.reached[one][at], self.reached[other][at]
        return np.asarray((first * self.value[at, None]).T @ second)


def moves(of: Pieces, own: Floats, levers: Sequence[Positions]) -> Moves:
    """Changes of the score of the applicant whose features are `own`, in the model's order.

    A feature is moved by one lever at most; missing values are moved by none.
    """
    found, steps, features = of.leaves, of.steps, of.features
    values = np.append(own, 0.0)  # the period, of which the first one is scored
    lever_of = np.full(len(values), -1)
    for number, positions in enumerate(levers):
        lever_of[list(positions.values)] = number
    at, group = values[found.feature], lever_of[found.feature]
    fails = ~np.where(np.isnan(at), found.missing, ~(at <= found.low) & (at <= found.high))
    dead = np.zeros(len(found.value), dtype=bool)
    dead[found.leaf[fails & (group < 0)]] = True
    failing = np.zeros((len(found.value), len(levers)), dtype=bool)
    failing[found.leaf[fails & (group >= 0)], group[fails & (group >= 0)]] = True
    live = ~dead & (failing.sum(axis=1) <= MOST_FAILING)
    place = np.cumsum(live) - 1
    weight, failing = found.value[live], failing[live].T.copy()
    alone, reached, touched = [], [], np.zeros(failing.shape, dtype=bool)
    number_failing = failing.sum(axis=0)
    for number, positions in enumerate(levers):
        rows, change = _reached(found, np.flatnonzero((group == number) & live[found.leaf]), positions)
        rows = place[rows]
        only = number_failing[rows] == failing[number, rows]
        alone.append(weight[rows[only]] @ change[only] + _stepped(steps, features, positions))
        whole = np.zeros((len(weight), positions.size))
        whole[rows] = change
        reached.append(whole)
        touched[number, rows] = change.any(axis=1)
    return Moves(tuple(alone), weight, tuple(reached), touched, failing)


def _reached(found: Leaves, entries: NDArray[np.int64], positions: Positions) -> tuple[NDArray[np.int64], Floats]:
    """Leaves with a condition on the lever, and at each position whether it is met now (1), no more (-1) or as before.

    `entries` are places in the conditions, those of a leaf side by side.
    """
    names = list(positions.values)
    if not len(entries):
        return np.empty(0, dtype="int64"), np.empty((0, positions.size))
    grid = np.array(list(positions.values.values()))
    row_of = np.zeros(max(names) + 1, dtype="int64")
    row_of[names] = np.arange(len(names))
    at = grid[row_of[found.feature[entries]]]
    met = ~(at <= found.low[entries][:, None]) & (at <= found.high[entries][:, None])
    leaf = found.leaf[entries]
    first = np.flatnonzero(np.append(True, leaf[1:] != leaf[:-1]))
    whole = np.logical_and.reduceat(met, first, axis=0).astype("float64")
    return leaf[first], whole - whole[:, :1]


def _stepped(parts: Sequence[tuple[float, Steps]], features: Sequence[str], positions: Positions) -> Floats:
    """Change of the step functions of the blend at each position."""
    total = np.zeros(positions.size)
    for weight, steps in parts:
        for at, values in positions.values.items():
            function = steps.functions.get(features[at])
            if function is not None:
                found = function(values)
                total += weight * (found - found[0])
    return total
