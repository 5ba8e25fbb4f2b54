"""What would change the answer: the smallest change of one lever, or of two, that brings the log-odds to a target.

The score is constant between the thresholds of the model, so the values worth proposing are finite; all of them are
scored, alone and in pairs (`explanations.leaves`), so the smallest change is exact, among values in the digits that a
person reads and within plausible limits, whatever the cost. Every plan given is scored by the model itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explanations.case import ROUNDING, Case, Moved, case
from explanations.leaves import Pieces
from explanations.levers import TOGETHER, Known, amount_lever, levers
from features.catalogue import by_name

Floats = NDArray[np.float64]
Kind = Literal["one", "two", "headroom"]
_Chosen = tuple[float, Moved]
"""Levers that are moved, and what that costs."""
MOST = 12
"""Plans of a kind that are given at most, cheapest first."""
SAVING = 0.2
"""Least share of the cost of either lever alone that a pair has to save."""


@dataclass(frozen=True)
class Change:
    """One feature that a plan changes: its value before and after, in `unit`."""

    feature: str
    before: float
    after: float
    unit: str


@dataclass(frozen=True)
class Plan:
    """One plan: what a person is told to change; all features that change with it; its cost; log-odds before and after.

    `cost` is the share of peers passed [fraction], summed over levers.
    """

    kind: Kind
    told: tuple[Change, ...]
    values: Mapping[str, float]
    cost: float
    before: float
    after: float


@dataclass(frozen=True)
class Found:
    """Plans with one and with two levers, cheapest first; `best` is what all levers together reach [log-odds].

    `levers` is their number; without any, `best` is where the applicant stands.
    """

    one: tuple[Plan, ...]
    two: tuple[Plan, ...]
    best: float
    levers: int


def plans(
    row: pd.DataFrame,
    of: Pieces,
    known: Known,
    target: float,
    *,
    amount_at_most: float | None = None,
    together: Sequence[tuple[str, ...]] = TOGETHER,
) -> Found:
    """Plans that bring the log-odds of one applicant, `row` of the feature table with ranks, to `target` or below.

    With `amount_at_most` every plan asks for that much at most. A pair is given where it saves SAVING of the cost of
    either of its levers alone.
    """
    amount = amount_lever(known, of.thresholds, at_most=amount_at_most)
    directed = levers(known, of.thresholds, together=together)
    if amount is None and amount_at_most is not None:
        directed = ()
    found = case(row, of, (*directed, *([amount] if amount else [])), target)
    if not found.levers:
        return Found((), (), found.before, 0)
    must = len(directed) if amount_at_most is not None else None
    reached = [_first(change, found.needed) for change in found.changes.alone]
    single = [to if must in (None, at) else 0 for at, to in enumerate(reached)]
    one = [(float(found.levers[at].cost[to]), ((at, to),)) for at, to in enumerate(single) if to]
    chosen: list[tuple[Kind, _Chosen]] = [("one", each) for each in sorted(one)[:MOST]]
    chosen += [("two", each) for each in sorted(_pairs(found, single, must), key=lambda pair: pair[0])[:MOST]]
    listed, ends = _scored(found, chosen, _ends(found, len(directed)))
    confirmed = [plan for plan in listed if plan.after <= target + ROUNDING]
    of_one, of_two = (tuple(plan for plan in confirmed if plan.kind == kind) for kind in ("one", "two"))
    return Found(of_one, of_two, float(ends.min()), len(found.levers))


def headroom(
    row: pd.DataFrame, of: Pieces, known: Known, target: float, *, together: Sequence[tuple[str, ...]] = TOGETHER
) -> Found:
    """Changes for the worse of one lever that bring the log-odds above `target`, the smallest first, as `one`.

    `best` is then the highest that a single lever reaches. The amount applied for is no lever here.
    """
    found = case(row, of, levers(known, of.thresholds, adverse=True, together=together), target)
    if not found.levers:
        return Found((), (), found.before, 0)
    reached = [_first(-change, -found.needed) for change in found.changes.alone]
    one = [(float(found.levers[at].cost[to]), ((at, to),)) for at, to in enumerate(reached) if to]
    furthest = [((at, len(lever.cost) - 1),) for at, lever in enumerate(found.levers)]
    listed, ends = _scored(found, [("headroom", each) for each in sorted(one)[:MOST]], furthest)
    return Found(tuple(plan for plan in listed if plan.after > target), (), float(ends.max()), len(found.levers))


def _first(change: Floats, needed: float) -> int:
    """First position of a lever that reaches what is needed; 0 where none does."""
    reached = np.flatnonzero(change[1:] <= needed)
    return int(reached[0]) + 1 if len(reached) else 0


def _pairs(found: Case, single: Sequence[int], must: int | None) -> Iterator[_Chosen]:
    """For each pair of levers its cheapest positions that reach what is needed, where they save SAVING at least."""
    costs, alone = [lever.cost for lever in found.levers], found.changes.alone
    bound = [(1 - SAVING) * cost[to] if to else np.inf for cost, to in zip(costs, single, strict=True)]
    for one, other in combinations(range(len(costs)), 2):
        most = min(bound[one], bound[other])
        if must not in (None, one, other) or costs[one][1] + costs[other][1] > most:
            continue
        total = alone[one][:, None] + alone[other] + found.changes.beyond(one, other)
        # A lever at its own value makes no pair.
        price = np.where(total <= found.needed, costs[one][:, None] + costs[other], np.inf)[1:, 1:]
        at = int(price.argmin())
        if np.isfinite(price.flat[at]) and price.flat[at] <= most:
            first, second = divmod(at, price.shape[1])
            yield float(price.flat[at]), ((one, first + 1), (other, second + 1))


def _ends(found: Case, directed: int) -> list[Moved]:
    """Every lever at its end; of the amount, which has no direction, each position."""
    ends = tuple((at, len(lever.cost) - 1) for at, lever in enumerate(found.levers[:directed]))
    if directed == len(found.levers):
        return [ends]
    return [(*ends, (directed, to)) for to in range(len(found.levers[directed].cost))]


def _scored(found: Case, chosen: Sequence[tuple[Kind, _Chosen]], also: Sequence[Moved]) -> tuple[list[Plan], Floats]:
    """Plans with the log-odds that the model itself gives their changed rows; and the log-odds of `also`."""
    logit = found.logit([*(moved for _, (_, moved) in chosen), *also])
    listed = [
        Plan(kind, _told(found, moved), found.values(moved), cost, found.before, float(after))
        for (kind, (cost, moved)), after in zip(chosen, logit[: len(chosen)], strict=True)
    ]
    return listed, logit[len(chosen) :]


def _told(found: Case, moved: Moved) -> tuple[Change, ...]:
    catalogue = by_name()
    changes = (
        Change(
            name,
            float(found.levers[at].values[name][0]),
            float(found.levers[at].values[name][to]),
            catalogue[name].unit,
        )
        for at, to in moved
        for name in found.levers[at].told
    )
    return tuple(change for change in changes if change.before != change.after)
