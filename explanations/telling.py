"""What tells of each family of features, and which families are told of, compiled.

No function here calls one of another file: see `explanations.exact.compiled`.
"""

import numpy as np
from numpy.typing import NDArray

from explanations.exact.compiled import compiled

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Short = NDArray[np.int16]

TILE = 256
"""Rows that a feature is read of at once: what is kept of them fits the fastest cache."""


@compiled
def spoken(
    parts: Floats,
    values: Floats,
    start: int,
    rows: int,
    first: Whole,
    feature: Whole,
    columns: Whole,
    bounds: Floats,
    free: NDArray[np.bool_],
    centres: Floats,
    peers: Whole,
    alone: Whole,
    total: Floats,
    teller: Short,
) -> None:
    """What each family adds, `total`, and its most telling feature, `teller`, of the rows from `start` on.

    `parts` and `values` are contributions and values, shape (columns, all rows). The features of family i lie from
    `first[i]` to `first[i + 1]`: each with its number `feature` among `centres`; the columns of its value, its own
    contribution, that of its rank and the value of its rank (-1: none); the direction of risk and the bounds of
    strength and weakness; and whether it is `free` to be read against expectation. `peers` and `alone` are the columns
    of the row's peers in `centres`. A teller of the sign of its family is at least 0 when a lender would read it so,
    -2 less its place when it is only read against expectation, -1 when there is none.
    """
    best, who = np.empty((4, TILE)), np.empty((4, TILE), dtype=np.int64)
    for family in range(len(first) - 1):
        for tile in range(0, rows, TILE):
            number = min(TILE, rows - tile)
            whole = total[family, tile : tile + number]
            whole[:] = 0.0
            best[:] = 0.0
            for j in range(first[family], first[family + 1]):
                of, by, ranked = columns[1, j], columns[2, j], columns[3, j]
                direction, low, high = bounds[0, j], bounds[1, j], bounds[2, j]
                own = values[columns[0, j], start + tile : start + tile + number]
                for r in range(number):
                    row, held = start + tile + r, own[r]
                    if np.isnan(held):
                        continue
                    part = parts[of, row] if of >= 0 else 0.0
                    if by >= 0 and not np.isnan(values[ranked, row]):
                        part += parts[by, row]
                    if part == 0.0:
                        continue
                    whole[r] += part
                    side = 0 if part < 0 else 1
                    usual = centres[feature[j], peers[row]]
                    if np.isnan(usual):
                        usual = centres[feature[j], alone[row]]
                    apart = held - usual
                    worse = direction * apart
                    if direction == 0.0:
                        readable = apart != 0
                    elif side == 0:
                        readable = (worse < 0 or np.isnan(worse)) and not direction * (held - low) > 0
                    else:
                        readable = (worse > 0 or np.isnan(worse)) and not direction * (held - high) <= 0
                    kind = side if readable else side + 2
                    if abs(part) > best[kind, r] and (readable or (free[j] and held != usual)):
                        best[kind, r], who[kind, r] = abs(part), j
            for r in range(number):
                side = 0 if whole[r] < 0 else 1
                if best[side, r] > 0:
                    teller[family, tile + r] = who[side, r]
                else:
                    teller[family, tile + r] = -2 - who[side + 2, r] if best[side + 2, r] > 0 else -1


@compiled
def ranked(
    total: Floats,
    teller: Short,
    rows: int,
    smallest: float,
    goes: Whole,
    size: Floats,
    families: Short,
    tellers: Short,
    sums: Floats,
) -> None:
    """Write the families that move each row most into the last three arrays, shape (4, most, all rows).

    The four kinds are reasons for and against, and what is unexpected of the sign of either, at its place among both.
    Rows go to the places `goes`; -1 where there is none. `size` is room, shape (4, most).
    """
    most = size.shape[1]
    for r in range(rows):
        size[:] = 0.0
        at = goes[r]
        families[:, :, at] = -1
        tellers[:, :, at] = -1
        sums[:, :, at] = np.nan
        for family in range(len(total)):
            moved, told = abs(total[family, r]), teller[family, r]
            if moved < smallest or told == -1:
                continue
            side = 0 if total[family, r] < 0 else 1
            for kind in range(side if told >= 0 else side + 2, 4, 2):
                slot = most
                while slot > 0 and moved > size[kind, slot - 1]:
                    slot -= 1
                if slot == most:
                    continue
                for below in range(most - 1, slot, -1):
                    size[kind, below] = size[kind, below - 1]
                    families[kind, below, at] = families[kind, below - 1, at]
                    tellers[kind, below, at] = tellers[kind, below - 1, at]
                    sums[kind, below, at] = sums[kind, below - 1, at]
                size[kind, slot], families[kind, slot, at] = moved, family
                tellers[kind, slot, at], sums[kind, slot, at] = told, total[family, r]
        for kind in range(2, 4):
            for slot in range(most):
                # A family that is told of keeps its place among both, and is no unexpected one.
                told = tellers[kind, slot, at]
                tellers[kind, slot, at] = -2 - told if told < -1 else -1
                if told >= -1:
                    families[kind, slot, at] = -1
                    sums[kind, slot, at] = np.nan
