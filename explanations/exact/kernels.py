"""What is done per row, compiled: values to bins, bins to entries of tables, entries to contributions.

Rows go through in blocks that fit the processor's caches. No function here calls one of another file: see `compiled`.
"""

import numpy as np
from numpy.typing import NDArray

from explanations.exact.compiled import compiled

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Bins = NDArray[np.int16]

TILE = 512
"""Rows of a block that a long path is walked for at once: their numbers fit the fastest cache."""
SCANNED = 96
"""Up to so many thresholds are compared one by one, which a processor does for several rows at once; more by halves."""


@compiled
def binned(values: Floats, start: int, rows: int, thresholds: Floats, first: Whole, count: Floats, bins: Bins) -> None:
    """Bins of the rows from `start` on, shape (2 · features, block), of `values` of shape (features, all rows).

    A missing value gets the bin after the last one, and -1 in the second half. `first` says where the thresholds of
    each feature begin; `count` is room for one block.
    """
    features = len(first) - 1
    for j in range(features):
        number = first[j + 1] - first[j]
        own, known = values[j, start : start + rows], thresholds[first[j] : first[j + 1]]
        count[:] = 0.0
        if number <= SCANNED:
            whole = number - number % 4
            for k in range(0, whole, 4):
                t0, t1, t2, t3 = known[k], known[k + 1], known[k + 2], known[k + 3]
                for r in range(rows):
                    low = (1.0 if own[r] > t0 else 0.0) + (1.0 if own[r] > t1 else 0.0)
                    high = (1.0 if own[r] > t2 else 0.0) + (1.0 if own[r] > t3 else 0.0)
                    count[r] += low + high
            for k in range(whole, number):
                t0 = known[k]
                for r in range(rows):
                    count[r] += 1.0 if own[r] > t0 else 0.0
        else:
            for r in range(rows):
                at, left = np.uint64(0), np.uint64(number)
                while left > 1:
                    half = left >> np.uint64(1)
                    at += half if known[at + half - np.uint64(1)] < own[r] else np.uint64(0)
                    left -= half
                at += np.uint64(1) if known[at] < own[r] else np.uint64(0)
                count[r] = at
        after, before = bins[j], bins[features + j]
        for r in range(rows):
            lost = np.isnan(own[r])
            after[r] = np.int16(number + 1 if lost else count[r])
            before[r] = np.int16(-1 if lost else count[r])


@compiled
def stepped(bins: Bins, rows: int, values: Floats, first: Whole, target: Whole, found: Floats) -> None:
    """Add what each feature says alone, from `first` on in `values`, to the row `target` of `found`."""
    for j in range(len(first) - 1):
        number = first[j + 1] - first[j]
        if number == 0:
            continue
        known = values[first[j] : first[j + 1]]
        own, goes = bins[j], found[target[j]]
        for r in range(rows):
            goes[r] += known[np.uint16(own[r])]


@compiled
def looked_up(
    bins: Bins,
    rows: int,
    terms: Whole,
    column: Whole,
    bin_: Bins,
    stride: NDArray[np.uint16],
    outputs: Whole,
    target: Whole,
    start: Whole,
    entries: Whole,
    values: Floats,
    entry: NDArray[np.uint16],
    found: Floats,
) -> None:
    """Add the tables of all cells to `found`, shape (features or groups, block); `entry` is room for one block."""
    for cell in range(len(entries)):
        entry[:] = 0
        for term in range(terms[cell], terms[cell + 1]):
            own, above, step = bins[column[term]], bin_[term], stride[term]
            for r in range(rows):
                entry[r] += step if own[r] > above else np.uint16(0)
        for output in range(outputs[cell], outputs[cell + 1]):
            known = values[start[output] : start[output] + entries[cell]]
            goes = found[target[output]]
            for r in range(rows):
                goes[r] += known[entry[r]]


@compiled
def walked(
    bins: Bins,
    rows: int,
    paths: Whole,
    feature: Whole,
    low: Bins,
    high: Bins,
    missing: NDArray[np.int16],
    share: Floats,
    value: Floats,
    nodes: Whole,
    place: Floats,
    weight: Floats,
    target: Whole,
    met: Floats,
    whole: Floats,
    found: Floats,
) -> None:
    """Add the contributions of long paths to `found` by quadrature, for each path over the rows of the block.

    Path p asks `feature` from `paths[p]` on for a bin from `low` to `high`, or equal to `missing`; its points of
    quadrature start at `nodes[p]`. `met` and `whole` are room for one block.
    """
    for tile in range(0, rows, TILE):
        end = min(rows, tile + TILE)
        product = whole[tile:end]
        for path in range(len(value)):
            begin, count = paths[path], paths[path + 1] - paths[path]
            for i in range(count):
                own, out = bins[feature[begin + i], tile:end], met[i]
                least, most, lost = low[begin + i], high[begin + i], missing[begin + i]
                for r in range(end - tile):
                    out[r] = 1.0 if ((own[r] >= least) & (own[r] <= most)) | (own[r] == lost) else 0.0
            for q in range(nodes[path], nodes[path + 1]):
                product[:] = weight[q] * value[path]
                for i in range(count):
                    held, unmet = met[i], (1 - place[q]) * share[begin + i]
                    for r in range(end - tile):
                        product[r] *= unmet + place[q] * held[r]
                for i in range(count):
                    part = share[begin + i]
                    unmet = (1 - place[q]) * part
                    for_unmet, for_met = -part / unmet, (1 - part) / (unmet + place[q])
                    held, goes = met[i], found[target[feature[begin + i]], tile:end]
                    for r in range(end - tile):
                        goes[r] += product[r] * (for_met if held[r] > 0.5 else for_unmet)


@compiled
def reached(
    bins: Bins,
    rows: int,
    paths: Whole,
    feature: Whole,
    low: Bins,
    high: Bins,
    missing: NDArray[np.int16],
    value: Floats,
    score: Floats,
) -> None:
    """Add the value of every long path that a row goes to its end, to the `score` of each row of the block."""
    held = np.empty(TILE, dtype=np.bool_)
    for tile in range(0, rows, TILE):
        number = min(rows, tile + TILE) - tile
        goes = score[tile : tile + number]
        for path in range(len(value)):
            held[:] = True
            for i in range(paths[path], paths[path + 1]):
                own, least, most, lost = bins[feature[i], tile : tile + number], low[i], high[i], missing[i]
                for r in range(number):
                    held[r] &= ((own[r] >= least) & (own[r] <= most)) | (own[r] == lost)
            for r in range(number):
                goes[r] += value[path] if held[r] else 0.0


@compiled
def summed(found: Floats, rows: int, base: float, score: Floats) -> None:
    """The base and all of `found`, in their order, for each row of the block."""
    score[:] = base
    for j in range(len(found)):
        own = found[j]
        for r in range(rows):
            score[r] += own[r]


@compiled
def scaled(found: Floats, rows: int, factor: Floats, whole: Floats, start: int) -> None:
    """Write `found` times each row's `factor` to the rows of `whole` from `start` on."""
    for j in range(len(found)):
        own, goes = found[j], whole[j, start : start + rows]
        for r in range(rows):
            goes[r] = own[r] * factor[r]


@compiled
def scaled_and_rounded(
    found: Floats,
    rows: int,
    factor: Floats,
    digits: int,
    powers: Floats,
    lowest: int,
    exact: Floats,
    whole: Floats,
    start: int,
) -> int:
    """As `scaled`, rounded as `policy.digits` does with these powers of ten; how many numbers are left as they are.

    Numbers that are beyond the powers are left: `policy.digits.rounded` does them one by one, and changes no other.
    """
    left = 0
    for j in range(len(found)):
        own, goes = found[j], whole[j, start : start + rows]
        for r in range(rows):
            value = own[r] * factor[r]
            size = abs(value)
            if size < powers[0] or not size < powers[-1]:
                left += size > 0
                goes[r] = value
                continue
            at, many = np.uint64(0), np.uint64(len(powers))
            while many > 1:
                half = many >> np.uint64(1)
                at += half if powers[at + half] <= size else np.uint64(0)
                many -= half
            shift = digits - 1 - (np.int64(at) + lowest)
            up = exact[shift] if shift > 0 else 1.0
            down = exact[-shift] if shift < 0 else 1.0
            goes[r] = np.rint(value * up / down) / up * down
    return left
