"""A step function as a tree of one feature, for formats that know trees alone."""

from models.exchange.plain import LARGEST, Leaf, Node, Split
from models.fitting.steps import StepFunction


def balanced(name: str, function: StepFunction) -> Node:
    """The function of the column `name` as a tree of the least depth; a missing value has a leaf of its own."""
    known = _tree(name, function, 0, len(function.thresholds))
    # Every number is at most the largest one: only a missing value goes right.
    return Split(name, LARGEST, False, known, Leaf(function.lost))


def _tree(name: str, function: StepFunction, first: int, last: int) -> Node:
    """The values from `first` to `last`, both included."""
    if first == last:
        return Leaf(function.values[first])
    middle = (first + last) // 2
    left, right = _tree(name, function, first, middle), _tree(name, function, middle + 1, last)
    return Split(name, function.thresholds[middle], False, left, right)
