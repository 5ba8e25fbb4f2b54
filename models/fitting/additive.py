"""Trees of a single feature, together a step function of each: the additive member of a stack."""

import numpy as np

from models.fitting.booster import Booster
from models.fitting.steps import StepFunction, Steps
from models.fitting.trees import Tree, trees


def collapsed(booster: Booster, loans: np.ndarray, periods: int) -> Steps:
    """The sum of a booster's trees of two leaves as step functions, exactly, for finite and for missing values.

    `loans` are the feature values it was fitted on, shape (loans, features), by which each function has its mean. A
    feature with a split that never met a missing value has no value for one (`StepFunction.missing` is None).

    Raises
    ------
    ValueError
        When a tree has more than two leaves.
    """
    names = booster.features
    splits: dict[int, list[Tree]] = {}
    base = 0.0
    for tree in trees(booster.text):
        if len(tree.feature) == 0:
            base += float(tree.leaf[0])
        elif len(tree.feature) == 1:
            splits.setdefault(int(tree.feature[0]), []).append(tree)
        else:
            message = f"wanted trees of two leaves to add up; got one of {len(tree.leaf)}"
            raise ValueError(message)
    functions = {names[at]: _function(splits[at], loans[:, at]) for at in sorted(splits) if at < len(names)}
    by_period = np.zeros(periods)
    if (counted := splits.get(len(names))) is not None:
        by_period = _sums(counted, np.arange(periods, dtype="float64"))
    base += float(by_period[0])
    return Steps(names, functions, base, tuple((by_period - by_period[0]).tolist()))


def _function(parts: list[Tree], loans: np.ndarray) -> StepFunction:
    thresholds = np.unique([tree.threshold[0] for tree in parts])
    finite = thresholds[thresholds < np.finfo("float64").max]
    values = _sums(parts, np.append(finite, np.inf))
    if len(finite) < len(thresholds):
        # A split at the largest number holds missing values apart; infinity would fall on their side.
        values[-1] = _sums(parts, np.array([np.finfo("float64").max]))[0]
    lost = float(_sums(parts, np.array([np.nan]))[0])
    known = StepFunction(tuple(finite.tolist()), tuple(values.tolist()), lost, 0.0)
    mean = float(known(loans).mean())
    return StepFunction(
        known.thresholds, known.values, lost if all(t.knows_missing.all() for t in parts) else None, mean
    )


def _sums(parts: list[Tree], points: np.ndarray) -> np.ndarray:
    """Sum of trees of one split at each point."""
    total = np.zeros(len(points))
    for tree in parts:
        left = np.where(np.isnan(points), tree.missing_left[0], points <= tree.threshold[0])
        total += np.where(left, tree.leaf[~tree.left[0]], tree.leaf[~tree.right[0]])
    return total
