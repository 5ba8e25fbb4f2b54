"""The trees of a fitted booster as arrays, read from its text: an audit needs more than predictions."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.errors import ModelError

CATEGORICAL, DEFAULT_LEFT = 1, 2
"""Bits of a node's decision in LightGBM's text; bits 2 and 3 hold how it treats missing values."""
MISSING_AS_NAN = 2
"""Value of those two bits where a missing value takes the node's default side; with 0 it counts as zero."""
ZERO_AS_MISSING = 1
"""Value of those two bits where zero takes the default side too."""


@dataclass(frozen=True)
class Tree:
    """One tree: arrays of shape (nodes,), children below 0 being leaf ~child, and `leaf` [log-odds] of shape (leaves,).

    A row goes left where its value is at most the node's threshold; a missing value where `missing_left` is True.
    `knows_missing` is False at a node that never met a missing value when it was fitted: it reads one as 0. The fitted
    rows that came to each are `node_count` and `leaf_count`, weights aside.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    missing_left: np.ndarray
    knows_missing: np.ndarray
    leaf: np.ndarray
    node_count: np.ndarray
    leaf_count: np.ndarray

    def goes_left(self, values: np.ndarray) -> np.ndarray:
        """Whether each row would go left at each node, shape (rows, nodes); `values` has a column per feature."""
        found = values[:, self.feature]
        return np.where(np.isnan(found), self.missing_left, found <= self.threshold)

    def reached(self, goes_left: np.ndarray) -> np.ndarray:
        """Value of the leaf reached [log-odds] by the decisions of shape (…, nodes); shape (…)."""
        if not len(self.feature):
            return np.full(goes_left.shape[:-1], self.leaf[0])
        flat = goes_left.reshape(-1, goes_left.shape[-1])
        rows = np.arange(len(flat))
        at = np.zeros(len(flat), dtype=int)
        while (at >= 0).any():
            node = np.maximum(at, 0)
            at = np.where(at < 0, at, np.where(flat[rows, node], self.left[node], self.right[node]))
        return np.asarray(self.leaf[~at].reshape(goes_left.shape[:-1]))


def trees(text: str) -> Iterator[Tree]:
    """Every tree of a booster's LightGBM text, in its order.

    Raises
    ------
    ModelError
        When a tree has a categorical split, which has no order to go along, takes zero for missing or has a linear
        model in its leaves; when the booster has several scores, or averages its trees.
    """
    head, *blocks = text.split("\nend of trees")[0].split("\nTree=")
    lines = head.split("\n")
    if "average_output" in lines or "num_tree_per_iteration=1" not in lines:
        message = "wanted a booster whose trees add up to one score; got one that averages them, or has several scores"
        raise ModelError(message)
    for block in blocks:
        yield _tree(dict(line.split("=", 1) for line in block.split("\n") if "=" in line))


def _tree(lines: dict[str, str]) -> Tree:
    def numbers(name: str, kind: type) -> np.ndarray:
        return np.array(lines.get(name, "").split(), dtype=kind)

    decision = numbers("decision_type", int)
    if (decision & CATEGORICAL).any():
        message = "wanted trees that split numbers by thresholds; got a categorical split"
        raise ModelError(message)
    if ((decision >> 2) & 3 == ZERO_AS_MISSING).any():
        message = "wanted trees that tell zero from a missing value; got a split fitted with zero_as_missing"
        raise ModelError(message)
    if lines.get("is_linear", "0") != "0":
        message = "wanted trees with a number in each leaf; got linear models in them"
        raise ModelError(message)
    threshold = numbers("threshold", float)
    by_default = (decision & DEFAULT_LEFT) > 0
    return Tree(
        numbers("split_feature", int),
        threshold,
        numbers("left_child", int),
        numbers("right_child", int),
        np.where((decision >> 2) & 3 == MISSING_AS_NAN, by_default, threshold >= 0),
        (decision >> 2) & 3 == MISSING_AS_NAN,
        numbers("leaf_value", float),
        numbers("internal_count", float),
        numbers("leaf_count", float),
    )
