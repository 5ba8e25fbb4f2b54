"""Exact contributions of a blend to its score, fast: its members taken apart once, then looked up per row.

Equal to `Blend.contributions`, which asks LightGBM for each member, within 1e-9; the tests compare random boosters.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explanations.exact.cells import Cell, cells
from explanations.exact.kernels import binned, looked_up, reached, scaled, scaled_and_rounded, stepped, summed, walked
from explanations.exact.long_paths import LongPaths, long_paths
from explanations.exact.paths import Parts, Path, parts
from explanations.exact.tables import Tables, size, tables
from models.errors import ModelError
from models.fitting.blend import Blend
from policy.digits import DIGITS, EXACT, FIRST, POWERS, rounded

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

MOST_BYTES = 256 * 2**20
"""Bytes of all tables of a blend at most; what does not fit is computed row by row."""
MOST_ENTRIES = tuple(2**bits for bits in range(11, -1, -1))
"""Entries of a table at most: the first of these with which all tables stay within MOST_BYTES."""
MOST_THRESHOLDS = 32_000
"""Thresholds of a feature at most: bins are numbered by 16 bits."""
BLOCK = 4096
"""Rows that go through at once: so many read each table before the next one takes its place in the caches."""
THREADS = 2
"""Threads at most."""


@dataclass(frozen=True)
class Explainer:
    """A blend made ready: `names` are its features, or the groups that their contributions are summed by.

    `base` is the mean score. `first` and `begins` say where the thresholds and the functions of each feature begin,
    `target` which of `names` it goes to. Results do not depend on the number of threads, nor on which rows go together.
    """

    names: tuple[str, ...]
    base: float
    thresholds: Floats
    first: Whole
    functions: Floats
    begins: Whole
    target: Whole
    tables: Tables
    long: LongPaths

    def __call__(
        self,
        values: Floats,
        factor: Callable[[Floats], Floats] = np.ones_like,
        threads: int = THREADS,
        digits: bool = False,
    ) -> tuple[Floats, Floats]:
        """Contributions, shape (names, rows), and score, shape (rows,), of rows of the blend's `values`.

        The score is the base and the sum of the contributions (of a path that is too long for a table its value, which
        is the same but for rounding). Contributions are then multiplied by `factor` of the score, and rounded to the
        digits that are stored where `digits` is True.
        """
        columns = np.ascontiguousarray(values.T, dtype="float64")
        whole, score = np.empty((len(self.names), columns.shape[1])), np.empty(columns.shape[1])

        def run(starts: Sequence[int]) -> int:
            return self._run(columns, starts, factor, digits, whole, score)

        beyond = sum(_shared(run, columns.shape[1], threads))
        return rounded(whole) if beyond else whole, score

    def score(self, values: Floats, threads: int = THREADS) -> Floats:
        """Score of rows of the blend's `values`, shape (rows,): the same bits as beside the contributions."""
        columns = np.ascontiguousarray(values.T, dtype="float64")
        score = np.empty(columns.shape[1])

        def run(starts: Sequence[int]) -> int:
            return self._run(columns, starts, None, False, columns, score)

        _shared(run, columns.shape[1], threads)
        return score

    def _run(
        self,
        columns: Floats,
        starts: Sequence[int],
        factor: Callable[[Floats], Floats] | None,
        digits: bool,
        whole: Floats,
        score: Floats,
    ) -> int:
        """Explain the blocks that begin at `starts`; how many numbers `scaled_and_rounded` left as they are.

        Without `factor` the score alone is kept.
        """
        size_ = min(BLOCK, columns.shape[1])
        bins = np.empty((2 * (len(self.first) - 1), size_), dtype="int16")
        found, room = np.empty((len(self.names), size_)), np.empty(size_)
        entry, met = np.empty(size_, dtype="uint16"), np.empty((self.long.longest, size_))
        left, long, mean = 0, self.long, self.long.mean
        for start in starts:
            rows = min(size_, columns.shape[1] - start)
            found[:] = 0.0
            binned(columns, start, rows, self.thresholds, self.first, room, bins)
            stepped(bins, rows, self.functions, self.begins, self.target, found)
            looked_up(bins, rows, *self.tables, entry, found)
            summed(found, rows, self.base - mean, room)
            reached(bins, rows, long.paths, long.feature, long.low, long.high, long.missing, long.value, room)
            score[start : start + rows] = room[:rows]
            if factor is None:
                continue
            walked(bins, rows, *long, self.target, met, room, found)
            by = factor(score[start : start + rows])
            if digits:
                left += scaled_and_rounded(found, rows, by, DIGITS, POWERS, FIRST, EXACT, whole, start)
            else:
                scaled(found, rows, by, whole, start)
        return left


def _shared(run: Callable[[Sequence[int]], int], rows: int, threads: int) -> list[int]:
    """What `run` gives for each thread's share of the beginnings of blocks."""
    starts = range(0, rows, BLOCK)
    used = max(1, min(threads, len(starts)))
    if used == 1:
        return [run(starts)]
    with ThreadPoolExecutor(used) as pool:
        return list(pool.map(run, [starts[number::used] for number in range(used)]))


def explainer(blend: Blend, groups: Mapping[str, str] | None = None, most: int = MOST_BYTES) -> Explainer:
    """A blend made ready to explain rows, the contributions summed by `groups` of features where they are given.

    Raises
    ------
    ModelError
        When `explanations.exact.paths.parts` refuses a member, or a feature has more than MOST_THRESHOLDS thresholds.
    """
    apart = parts(blend)
    belongs = list(apart.features) if groups is None else [groups[name] for name in apart.features]
    names = tuple(dict.fromkeys(belongs))
    group = [names.index(name) for name in belongs]
    last = [len(values) for values in apart.thresholds]
    if max(last) > MOST_THRESHOLDS:
        name = apart.features[last.index(max(last))]
        message = f"wanted at most {MOST_THRESHOLDS:,} thresholds of a feature; got {max(last):,} of {name}"
        raise ModelError(message)
    found, long = _within(apart, last, group, most)
    return Explainer(
        names,
        apart.base,
        np.concatenate(apart.thresholds),
        np.cumsum([0, *last], dtype="int64"),
        np.concatenate(apart.functions),
        np.cumsum([0, *map(len, apart.functions)], dtype="int64"),
        np.array(group, dtype="int64"),
        tables(found, last, group),
        long_paths(long, last),
    )


def _within(apart: Parts, last: Sequence[int], group: Sequence[int], most: int) -> tuple[list[Cell], list[Path]]:
    """Cells whose tables have at most `most` bytes together, the larger the better, and the paths that are in none."""
    found: list[Cell] = []
    long = [path for tree in apart.trees for path in tree]
    for entries in MOST_ENTRIES:
        split = [cells(tree, last, entries) for tree in apart.trees]
        found, long = [cell for some, _ in split for cell in some], [path for _, rest in split for path in rest]
        if size(found, group) <= most:
            break
    return found, long
