"""Tables of contributions: one per cell, an entry for every combination of the states of its features.

The contribution of feature i to a leaf is value · (met_i - share_i) · integral over t from 0 to 1 of the product over
all other features j of (1 - t) share_j + t met_j, where met is 1 if the condition holds and 0 if not: the Shapley value
by Owen's multilinear extension, in which t is the chance that a feature is known. Gauss-Legendre quadrature is exact
for it, with half as many points as features. Lundberg et al. 2020 (path-dependent); Owen 1972, Multilinear extensions
of games; Yang 2021, arXiv 2109.09847 (tables of patterns).
"""

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from explanations.exact.cells import Cell
from explanations.exact.compiled import compiled
from explanations.exact.paths import Path

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Tables(NamedTuple):
    """Tables of all cells, flat, for the kernel.

    The entry of a row in the table of cell c is the sum of `stride` over its `terms[c]` to `terms[c + 1]` whose column
    of bins lies above `bin`; columns beyond the number of features have missing values before the first bin. Each of
    the cell's `outputs` holds a table of `entries[c]` values from `start` on, which goes to feature or group `target`.
    """

    terms: Whole
    column: Whole
    bin: NDArray[np.int16]
    stride: NDArray[np.uint16]
    outputs: Whole
    target: Whole
    start: Whole
    entries: Whole
    values: Floats


@cache
def points(features: int) -> tuple[Floats, Floats]:
    """Places and weights of the quadrature on [0, 1] that is exact for a path of so many features.

    Gauss-Legendre, the roots by Newton's method in 40 decimal digits, so that every CPU rounds them to the same floats.
    """
    number = (features + 1) // 2
    with localcontext(prec=40):
        found = [_root(number, Decimal(math.cos(math.pi * (k + 0.75) / (number + 0.5)))) for k in range(number)]
        pairs = [((1 - root) / 2, 1 / ((1 - root * root) * slope * slope)) for root, slope in found]
    return np.array([float(place) for place, _ in pairs]), np.array([float(weight) for _, weight in pairs])


def _root(number: int, near: Decimal) -> tuple[Decimal, Decimal]:
    """The root of the Legendre polynomial of this degree that lies nearest, and its slope there."""
    root, slope = near, Decimal(0)
    for _ in range(8):
        before, value = Decimal(1), root
        for degree in range(2, number + 1):
            before, value = value, ((2 * degree - 1) * root * value - (degree - 1) * before) / degree
        slope = number * (root * value - before) / (root * root - 1)
        root -= value / slope
    return root, slope


def size(found: Sequence[Cell], group: Sequence[int]) -> int:
    """Bytes of the tables of these cells, the features summed by their `group`."""
    return sum(8 * cell.entries * len({group[f] for f in cell.bounds}) for cell in found)


def tables(found: Sequence[Cell], last: Sequence[int], group: Sequence[int]) -> Tables:
    """Tables of the cells; `last[j]` is the last bin of feature j and `group[j]` where its contribution goes."""
    terms, outputs, column, bins, stride, target, start = [0], [0], [], [], [], [], []
    entries = [cell.entries for cell in found]
    filled = 0
    for cell, number in zip(found, entries, strict=True):
        step = 1
        for feature, bounds in cell.bounds.items():
            above, column_ = _terms(bounds.above), feature + (len(last) if bounds.first else 0)
            own = bounds.first or bounds.last
            listed = above if own else [*above, last[feature]]
            column += [column_] * len(listed)
            bins += listed
            stride += [step] * len(listed)
            step *= bounds.states
        goes = sorted({group[f] for f in cell.bounds})
        target += goes
        start += [filled + at * number for at in range(len(goes))]
        filled += number * len(goes)
        terms.append(len(column))
        outputs.append(len(target))
    values = np.zeros(filled)
    arrays = [np.array(listed, dtype="int64") for listed in (terms, column, outputs, target, start, entries)]
    _fill_all(found, last, group, arrays[4], arrays[2], arrays[3], values)
    return Tables(
        arrays[0],
        arrays[1],
        np.array(bins, dtype="int16"),
        np.array(stride, dtype="uint16"),
        arrays[2],
        arrays[3],
        arrays[4],
        arrays[5],
        values,
    )


def _terms(above: int) -> list[int]:
    """Bins whose bit is set, rising."""
    found = []
    while above:
        low = above & -above
        found.append(low.bit_length() - 1)
        above ^= low
    return found


def _fill_all(
    found: Sequence[Cell],
    last: Sequence[int],
    group: Sequence[int],
    start: Whole,
    outputs: Whole,
    target: Whole,
    values: Floats,
) -> None:
    for number, cell in enumerate(found):
        features = list(cell.bounds)
        place = {f: at for at, f in enumerate(features)}
        bins = [[*_terms(cell.bounds[f].above), last[f]] for f in features]
        states = np.array([cell.bounds[f].states for f in features], dtype="int64")
        own = slice(outputs[number], outputs[number + 1])
        at = {int(t): int(s) for t, s in zip(target[own], start[own], strict=True)}
        goes = np.array([at[group[f]] for f in features], dtype="int64")
        for path in cell.paths:
            asked = list(path.conditions)
            where = np.array([place[f] for f in asked], dtype="int64")
            met = np.array([_met(path, f, bins[place[f]], cell) for f in asked], dtype="int64")
            share = np.array([path.conditions[f].share for f in asked])
            _fill(where, met, share, path.value, states, goes, *points(len(asked)), values)


def _met(path: Path, feature: int, bins: Sequence[int], cell: Cell) -> int:
    """Mask of the states of a feature in which a path's condition on it holds."""
    low, high, missing, _ = path.conditions[feature]
    mask = sum(1 << state for state, bin_ in enumerate(bins) if low <= bin_ <= high)
    bounds = cell.bounds[feature]
    return mask if bounds.first or bounds.last or not missing else mask | 1 << len(bins)


@compiled
def _fill(
    where: Whole,
    met: Whole,
    share: Floats,
    value: float,
    states: Whole,
    goes: Whole,
    place: Floats,
    weight: Floats,
    values: Floats,
) -> None:
    """Add what one leaf contributes to every entry of its cell's tables."""
    count = len(where)
    patterns = np.zeros((1 << count, count))
    factor = np.empty(count)
    for pattern in range(1 << count):
        for q in range(len(place)):
            product = weight[q]
            for i in range(count):
                known = place[q] if (pattern >> i) & 1 else 0.0
                factor[i] = (1 - place[q]) * share[i] + known
                product *= factor[i]
            for i in range(count):
                patterns[pattern, i] += product / factor[i]
        for i in range(count):
            held = 1.0 if (pattern >> i) & 1 else 0.0
            patterns[pattern, i] *= value * (held - share[i])
    entries = 1
    for i in range(len(states)):
        entries *= states[i]
    state = np.zeros(len(states), dtype=np.int64)
    for entry in range(entries):
        pattern = 0
        for i in range(count):
            pattern |= ((met[i] >> state[where[i]]) & 1) << i
        for i in range(count):
            values[goes[where[i]] + entry] += patterns[pattern, i]
        for i in range(len(states)):
            state[i] += 1
            if state[i] < states[i]:
                break
            state[i] = 0
