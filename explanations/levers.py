"""Levers of one applicant: what the enterprise can change, the values worth proposing, and what each would cost.

The score is constant between the thresholds of the model, so of the values in the digits that a person reads only the
first beyond each threshold is worth proposing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explanations.places import STEPS, Spread, between, limit, place, shown, steps_at_or_below
from features.catalogue import by_name
from features.declarations import RANK_SUFFIX, Feature
from features.families import FAMILIES
from features.peers import rank

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
TOGETHER = tuple(family.lever for family in FAMILIES.values() if family.lever)
"""Features that stand for one quantity and move to the same value."""
AMOUNT = ("loan_amount", "amount_per_staff", "amount_over_revenue", "amount_over_assets")
"""Features that scale with the amount applied for."""
LARGEST = 1e12
"""Values beyond it, of either sign, are no lever: steps to them could not be counted exactly."""
LEAST_AMOUNT = 0.1
"""Smallest amount proposed, as a share of the amount applied for."""


@dataclass(frozen=True)
class Lever:
    """One lever: values of the features it moves at each position, the first the applicant's own; cost of each.

    `told` are the features a person is told of; the others are ranks among peers, or scale with them. `cost` is the
    share of peers passed [fraction], 0 for the first position, rising.
    """

    name: str
    told: tuple[str, ...]
    values: Mapping[str, Floats]
    cost: Floats


@dataclass(frozen=True)
class Known:
    """What is known of one applicant: features, quantiles of the peers by feature, grids of the ranked features."""

    values: Mapping[str, float]
    peers: Mapping[str, Spread]
    grids: Mapping[str, Floats]

    def value(self, name: str) -> float:
        """Value of a feature; not a number where it is missing."""
        return float(self.values.get(name, np.nan))


def levers(
    known: Known,
    thresholds: Mapping[str, Floats],
    *,
    adverse: bool = False,
    together: Sequence[tuple[str, ...]] = TOGETHER,
) -> tuple[Lever, ...]:
    """Levers that lower the risk, or with `adverse` those that raise it, in the order of the catalogue.

    A lever is an actionable feature with a direction of risk that the model is held to, a known value, and quantiles
    of peers; features of `together` are one, and the amount applied for is none of them. Its values run up to the best
    tenth of the peers (`adverse`: the worst), within the catalogue's bounds. A value already beyond is no lever, and a
    missing value stays missing.
    """
    catalogue = by_name()
    groups = {names[0]: names for names in together}
    joined = {name for names in together for name in names[1:]}
    found = []
    for name, feature in catalogue.items():
        if name in joined or feature.rank or name in AMOUNT:
            continue
        members = [catalogue[each] for each in groups.get(name, (name,)) if each in catalogue]
        lever = _lever([each for each in members if _movable(each, known)], known, thresholds, adverse)
        if lever is not None:
            found.append(lever)
    return tuple(found)


def _movable(feature: Feature, known: Known) -> bool:
    spread = known.peers.get(feature.name)
    directed = feature.actionable and feature.risk is not None
    return directed and bool(np.isfinite(known.value(feature.name))) and spread is not None and spread.known


def _lever(members: Sequence[Feature], known: Known, thresholds: Mapping[str, Floats], adverse: bool) -> Lever | None:
    """The lever of features that move to the same value; None where no threshold lies on the way."""
    if not members:
        return None
    rising = (members[0].risk == "falls") != adverse
    back = min if rising else max
    own = {each.name: known.value(each.name) for each in members}
    # Furthest behind first; no further than every member's own limit allows.
    start = back(own.values())
    end = back(limit(each, known.peers[each.name], rising) for each in members)
    if not (end > start if rising else end < start) or max(abs(start), abs(end)) > LARGEST:
        return None
    numbers = _worth_proposing(members, known, thresholds, start, end)
    if not len(numbers):
        return None
    new = shown(numbers if rising else numbers[::-1], members[0].unit)
    farther = np.maximum if rising else np.minimum
    values: dict[str, Floats] = {}
    cost = np.zeros(len(new) + 1)
    for each in members:
        moved = np.append(own[each.name], farther(new, own[each.name]))
        for name, of in _followers(each, known):
            values[name] = moved if name == each.name else np.append(known.value(name), of(moved[1:]))
        places = place(moved, known.peers[each.name])
        cost = np.maximum(cost, np.abs(places - places[0]))
    return Lever(members[0].name, tuple(each.name for each in members), values, cost)


def _worth_proposing(
    members: Sequence[Feature], known: Known, thresholds: Mapping[str, Floats], start: float, end: float
) -> Whole:
    """Steps on the way from `start` to `end` at which a threshold is crossed by a member or by its rank; rising."""
    unit, rising = members[0].unit, end > start
    way = between(start, end, unit)
    found = [np.empty(0, dtype="int64")]
    if way[0] <= way[1] if rising else way[0] >= way[1]:
        for each in members:
            for name, of in _followers(each, known):
                on_the_way = _between(thresholds.get(name, np.empty(0)), *of(np.array([start, end])))
                if name == each.name:
                    found.append(_first_beyond(on_the_way, way, rising, unit))
                else:
                    found.append(_first_ranked_beyond(on_the_way, of, way, rising, unit))
    return np.unique(np.concatenate(found))


def _followers(feature: Feature, known: Known) -> list[tuple[str, Callable[[Floats], Floats]]]:
    """The feature itself, and its rank among peers where it has one: names, and functions of its value."""
    found: list[tuple[str, Callable[[Floats], Floats]]] = [(feature.name, lambda values: values)]
    ranked = feature.name + RANK_SUFFIX
    if np.isfinite(known.value(ranked)):
        grid = known.grids[feature.name]
        found.append((ranked, lambda values: rank(values, np.broadcast_to(grid, (len(values), len(grid))))))
    return found


def _between(thresholds: Floats, start: float, end: float) -> Floats:
    """Thresholds that a value crosses between two values of it, as the splits of the model have it."""
    low, high = min(start, end), max(start, end)
    return thresholds[(thresholds >= low) & (thresholds < high)]


def _first_beyond(thresholds: Floats, way: tuple[int, int], rising: bool, unit: str) -> Whole:
    """For each threshold that is crossed on the way, the first number of steps beyond it.

    Rising, beyond is above the threshold; falling, at it or below, as the splits of the model have it.
    """
    found = steps_at_or_below(thresholds, unit) + (1 if rising else 0)
    return found[found <= way[1]] if rising else found[found >= way[1]]


def _first_ranked_beyond(
    thresholds: Floats, of: Callable[[Floats], Floats], way: tuple[int, int], rising: bool, unit: str
) -> Whole:
    """The same for thresholds of what rises with the value, by halving the way."""
    sign = 1 if rising else -1
    length = sign * (way[1] - way[0])

    def beyond(steps: Whole) -> NDArray[np.bool_]:
        at = of(shown(way[0] + sign * steps, unit))
        return np.asarray(at > thresholds if rising else at <= thresholds)

    low, high = np.zeros(len(thresholds), dtype="int64"), np.full(len(thresholds), length)
    crossed = beyond(high)
    while (low < high).any():
        middle = (low + high) // 2
        is_beyond = beyond(middle)
        low, high = np.where(is_beyond, low, middle + 1), np.where(is_beyond, middle, high)
    return np.asarray(way[0] + sign * low[crossed])


def amount_lever(known: Known, thresholds: Mapping[str, Floats], *, at_most: float | None = None) -> Lever | None:
    """Asking for less: the features AMOUNT scaled to smaller amounts; None where none is worth proposing.

    Amounts are whole 10,000s, from the amount applied for down to LEAST_AMOUNT of it: the largest of each interval
    between thresholds, since the score need not fall with the amount. `at_most` leaves out larger ones and adds the
    largest that is none of them. Cost is the share of peers passed, or where the peers' amounts are not known the share
    of the amount given up.
    """
    asked, step = known.value("loan_amount"), STEPS["money"][0]
    if not asked > 0:
        return None
    own = {name: known.value(name) for name in AMOUNT if np.isfinite(known.value(name))}
    parts = [np.array([at_most])] if at_most is not None else []
    for name, value in own.items():
        bounds = _between(thresholds.get(name, np.empty(0)), 0.0, value)
        if len(bounds):
            whole = np.floor(asked * bounds / value / step) * step
            parts.append(np.where(value * (whole / asked) > bounds, whole - step, whole))
    found = np.unique(np.floor(np.concatenate(parts) / step) * step)[::-1] if parts else np.empty(0)
    top = asked if at_most is None else min(asked, at_most)
    new = found[(found >= LEAST_AMOUNT * asked) & (found < asked) & (found <= top) & (found > 0)]
    if not len(new):
        return None
    amounts = np.append(asked, new)
    spread = known.peers.get("loan_amount")
    places = place(amounts, spread) if spread is not None and spread.known else amounts / asked
    values = {name: np.append(value, value * (new / asked)) for name, value in own.items()}
    values["loan_amount"] = amounts
    return Lever("loan_amount", ("loan_amount",), values, places[0] - places)
