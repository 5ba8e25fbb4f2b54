"""Ranges of enterprises: what is worked on at a time, so that memory is bounded and finished work can be skipped."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from features.engine import Engine, Relations, literal

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True)
class Range:
    """A range of `enterprise_id`: `condition` is SQL on that column, `applications` how many it holds [rows]."""

    condition: str
    applications: int


def ranges(base: Engine, relations: Relations, size: int) -> list[Range]:
    """Ranges of about `size` applications each, in the order of `enterprise_id`; every application lies in one.

    The same tables always give the same ranges. An enterprise is never split, so a range may be larger. Without any
    application there is one range with none.
    """
    number = int(size)
    rows = base.rows(
        f"""SELECT enterprise_id, before, (SELECT COUNT(*) FROM {relations["applications"]}) FROM (
            SELECT enterprise_id, n, SUM(n) OVER (ORDER BY enterprise_id) - n AS before
            FROM (SELECT enterprise_id, COUNT(*) AS n FROM {relations["applications"]} GROUP BY enterprise_id)
        ) WHERE (before + n) // {number} > before // {number} ORDER BY enterprise_id"""
    )
    whole = rows[0][2] if rows else base.rows(f"SELECT COUNT(*) FROM {relations['applications']}")[0][0]
    starts = [literal(row[0]) for row in rows]
    lower = ["TRUE", *(f"enterprise_id >= {start}" for start in starts)]
    upper = [*(f"enterprise_id < {start}" for start in starts), "TRUE"]
    edges = [0, *(int(row[1]) for row in rows), int(whole)]
    found = [
        Range(f"{low} AND {high}", last - first)
        for low, high, first, last in zip(lower, upper, edges[:-1], edges[1:], strict=True)
    ]
    return [one for one in found if one.applications] or found[:1]


def ahead(work: Callable[[S], T], wanted: Iterable[S]) -> Iterator[T]:
    """Results of `work` on each of `wanted`, in order; a thread makes the next while the caller works on this one.

    At most two results are there at a time; one that was given is not held. An exception in the thread reaches the
    caller in the place of its result.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        coming: deque[Future[T]] = deque()
        for one in wanted:
            coming.append(pool.submit(work, one))
            if len(coming) > 1:
                yield coming.popleft().result()
        if coming:
            yield coming.popleft().result()
