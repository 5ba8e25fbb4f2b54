"""Exact contributions of a blend, fast: what a stage's members say, taken apart once and looked up per row."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explanations.cells import Cell, cells
from explanations.kernels import binned, looked_up, stepped, walked
from explanations.paths import Parts, Path, parts
from explanations.tables import Tables, points, size, tables
from models.fitting.blend import Blend

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

MOST_BYTES = 256 * 2**20
"""Bytes of all tables of a blend at most."""
BITS = (10, 9, 8, 7, 6, 5, 4, 3, 2, 0)
"""Tables have at most two to this power of entries: the largest whose tables stay within MOST_BYTES."""
BLOCK = 512
"""Rows that go through at once."""
THREADS = 2
"""Threads at most."""


@dataclass(frozen=True)
class Explained:
    """Contributions to the score, shape (features or groups, rows), and the score of each row; the sum and `base`."""

    contributions: Floats
    score: Floats


@dataclass(frozen=True)
class LongPaths:
    """Paths that ask more than a table can hold, flat, for the kernel."""

    paths: Whole
    feature: Whole
    low: NDArray[np.int16]
    high: NDArray[np.int16]
    missing: NDArray[np.int16]
    share: Floats
    value: Floats
    nodes: Whole
    place: Floats
    weight: Floats

    @property
    def longest(self) -> int:
        """Features of the longest path."""
        return int(np.diff(self.paths).max()) if len(self.value) else 0


def _long(found: Sequence[Path], last: Sequence[int]) -> LongPaths:
    asked = [(f, c) for path in found for f, c in path.conditions.items()]
    rules = [points(len(path.conditions)) for path in found]
    return LongPaths(
        np.cumsum([0, *(len(path.conditions) for path in found)]),
        np.array([f for f, _ in asked], dtype="int64"),
        np.array([c.low for _, c in asked], dtype="int16"),
        np.array([c.high for _, c in asked], dtype="int16"),
        # No bin has the number -2.
        np.array([last[f] + 1 if c.missing else -2 for f, c in asked], dtype="int16"),
        np.array([c.share for _, c in asked], dtype="float64"),
        np.array([path.value for path in found], dtype="float64"),
        np.cumsum([0, *(len(place) for place, _ in rules)]),
        np.concatenate([place for place, _ in rules]) if rules else np.empty(0),
        np.concatenate([weight for _, weight in rules]) if rules else np.empty(0),
    )


class Explainer:
    """Exact contributions of a blend's features, or of groups of them, to its score."""

    def __init__(self, blend: Blend, groups: Mapping[str, str] | None = None, bits=None) -> None:
        self.parts: Parts = parts(blend)
        names = self.parts.features
        self.names = names if groups is None else tuple(dict.fromkeys(groups[name] for name in names))
        place = {name: at for at, name in enumerate(self.names)}
        self.group = [place[name if groups is None else groups[name]] for name in names]
        self.last = [len(values) for values in self.parts.thresholds]
        self.thresholds = np.concatenate(self.parts.thresholds)
        self.first = np.cumsum([0, *self.last])
        self.functions = np.concatenate(self.parts.functions)
        self.begins = np.cumsum([0, *(len(f) for f in self.parts.functions)])
        self.target = np.array(self.group, dtype="int64")
        for b in ([bits] if bits is not None else BITS):
            found, long = [], []
            for tree in self.parts.trees:
                some, rest = cells(tree, self.last, 2**b)
                found += some
                long += rest
            if size(found, self.group) <= MOST_BYTES:
                break
        self.tables: Tables = tables(found, self.last, self.group)
        self.long = _long(long, self.last)

    def __call__(self, values: Floats, threads: int = THREADS, block: int = BLOCK) -> Floats:
        columns = np.ascontiguousarray(values.T)
        out = np.empty((len(self.names), columns.shape[1]))
        rows = columns.shape[1]
        used = max(1, min(threads, rows // block))
        edges = [rows * at // used for at in range(used + 1)]
        if used == 1:
            self._run(columns, out, 0, rows, block)
        else:
            with ThreadPoolExecutor(used) as pool:
                list(pool.map(lambda i: self._run(columns, out, edges[i], edges[i + 1], block), range(used)))
        return out

    def _run(self, columns, out, start, stop, block):
        t, g = self.tables, self.long
        bins = np.empty((2 * len(self.last), block), dtype="int16")
        found = np.empty((len(self.names), block))
        entry = np.empty(block, dtype="uint16")
        met = np.empty((g.longest, block))
        product = np.empty(block)
        for at in range(start, stop, block):
            rows = min(block, stop - at)
            found[:] = 0
            binned(columns, at, rows, self.thresholds, self.first, bins)
            stepped(bins, rows, self.functions, self.begins, self.target, found)
            looked_up(bins, rows, t.terms, t.column, t.bin, t.stride, t.outputs, t.target, t.start, t.entries, t.values, entry, found)
            if len(g.value):
                walked(bins, rows, g.paths, g.feature, g.low, g.high, g.missing, g.share, g.value, g.nodes, g.place, g.weight, self.target, met, product, found)
            out[:, at : at + rows] = found[:, :rows]
