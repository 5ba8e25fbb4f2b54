"""Leaves of a tree that share one table of contributions, as many as the table may have entries for.

What the leaves of a cell contribute depends only on where each of their features lies among the cell's bounds of it.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from math import prod
from typing import NamedTuple

from explanations.exact.paths import Condition, Path

MOST_STATES = 60
"""States of a feature in a cell at most, so that a mask of them fits a whole number of 64 bits."""


class Bounds(NamedTuple):
    """Where the conditions of a cell on one feature change.

    Bit b of `above` is set where they change between the bins b and b + 1. A missing value does to every leaf what the
    first bin does where `first` is True, what the last one does where `last` is; else it is a state of its own.
    """

    above: int
    first: bool
    last: bool

    @property
    def states(self) -> int:
        """Number of states that the conditions tell apart."""
        return self.above.bit_count() + 1 + (not (self.first or self.last))


class Cell(NamedTuple):
    """Leaves of one tree, by their paths, and the bounds of their features, in the order of the features' numbers."""

    paths: tuple[Path, ...]
    bounds: Mapping[int, Bounds]

    @property
    def entries(self) -> int:
        """Entries of the table: one for every combination of states."""
        return prod(bounds.states for bounds in self.bounds.values())


def cells(tree: Sequence[Path], last: Sequence[int], entries: int) -> tuple[list[Cell], list[Path]]:
    """Cells of a tree's leaves, none with more than `entries` entries; and the paths that are too long for any.

    `last[j]` is the last bin of feature j. Cells that share most features are joined first, neighbours before others.
    """
    alone = [Cell((path,), {f: _bounds(c, last[f]) for f, c in path.conditions.items()}) for path in tree]
    long = [cell.paths[0] for cell in alone if cell.entries > entries]
    fit = [cell for cell in alone if cell.entries <= entries]
    near = _joined(fit, entries, neighbours=True)
    found = _joined(near, entries, neighbours=False)
    return [Cell(cell.paths, dict(sorted(cell.bounds.items()))) for cell in found], long


def _bounds(asked: Condition, last: int) -> Bounds:
    low, high, missing, _ = asked
    above = (1 << (low - 1) if low > 0 else 0) | (1 << high if high < last else 0)
    return Bounds(above, missing == (low == 0 <= high), missing == (low <= last == high))


def _joined(found: list[Cell], entries: int, neighbours: bool) -> list[Cell]:
    known = list(found)
    gains: dict[tuple[int, int], tuple[int, int]] = {}
    alive = list(range(len(known)))

    def look(one: int, other: int) -> None:
        size = _size(known[one], known[other], entries)
        if size is not None:
            gains[one, other] = (len(known[one].bounds.keys() & known[other].bounds.keys()), -size)

    for one, other in pairwise(alive) if neighbours else combinations(alive, 2):
        look(one, other)
    while gains:
        one, other = max(gains, key=lambda pair: (gains[pair], pair))
        merged = _merged(known[one], known[other])
        gains = {pair: gain for pair, gain in gains.items() if one not in pair and other not in pair}
        known.append(merged)
        alive.remove(other)
        new, place = len(known) - 1, alive.index(one)
        alive[place] = new
        others = alive[max(place - 1, 0) : place] + alive[place + 1 : place + 2] if neighbours else alive
        for each in others:
            if each != new:
                pair = (each, new) if not neighbours or alive.index(each) < place else (new, each)
                look(*pair)
    return [known[at] for at in alive]


def _size(one: Cell, other: Cell, entries: int) -> int | None:
    """Entries of the table of both; None where they are too many, or nothing is shared."""
    size = 1
    shared = False
    for feature, bounds in one.bounds.items():
        also = other.bounds.get(feature)
        if also is not None:
            shared = True
            bounds = _both(bounds, also)
        if bounds.states > MOST_STATES:
            return None
        size *= bounds.states
    for feature, bounds in other.bounds.items():
        if feature not in one.bounds:
            size *= bounds.states
    return size if shared and size <= entries else None


def _both(one: Bounds, other: Bounds) -> Bounds:
    return Bounds(one.above | other.above, one.first and other.first, one.last and other.last)


def _merged(one: Cell, other: Cell) -> Cell:
    bounds = dict(one.bounds)
    for feature, also in other.bounds.items():
        bounds[feature] = _both(bounds[feature], also) if feature in bounds else also
    return Cell((*one.paths, *other.paths), bounds)
