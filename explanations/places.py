"""Places of a value among peers, by their quantiles q10 to q90: plausible limits, and what a change costs."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.declarations import Feature
from features.peer_quantiles import LEVELS

Floats = NDArray[np.float64]
SHARES = np.array(list(LEVELS.values()))
"""Shares of peers at or below the five quantiles, in the order of `Spread`."""
STEPS: Mapping[str, tuple[int, int]] = {
    "fraction": (1, 1000),
    "ratio": (1, 100),
    "CNY": (10_000, 1),
    "money": (10_000, 1),
}
"""Step of the values that are proposed, by unit, as a quotient: 0.1 %, 0.01, a whole 10,000. Others by whole units."""


class Spread(NamedTuple):
    """Quantiles of one feature over the peers: same stage, division and year."""

    q10: float
    q25: float
    q50: float
    q75: float
    q90: float

    @property
    def known(self) -> bool:
        """Whether there are quantiles."""
        return bool(np.isfinite(self).all())


def place(values: Floats, spread: Spread) -> Floats:
    """Share of peers below each value [fraction], strictly increasing.

    Linear between the quantiles. Beyond q10 and q90 nothing is known but that a tenth of the peers is left: the share
    goes on towards 0 and 1, half of what is left per distance q90 - q10.

    >>> place(np.array([0.4, 0.5, 0.9, 1.7]), Spread(0.1, 0.3, 0.5, 0.7, 0.9)).round(4).tolist()
    [0.375, 0.5, 0.9, 0.95]
    """
    points, of = np.unique(np.asarray(spread, dtype="float64"), return_inverse=True)
    shares = np.bincount(of, SHARES) / np.bincount(of)
    width = points[-1] - points[0]
    unit = width if width > 0 else max(abs(points[0]), 1.0)
    below = np.maximum(points[0] - values, 0.0)
    above = np.maximum(values - points[-1], 0.0)
    found = np.interp(values, points, shares)
    found = found - shares[0] * below / (below + unit)
    return np.asarray(found + (1 - shares[-1]) * above / (above + unit))


def limit(feature: Feature, spread: Spread, rising: bool) -> float:
    """The tenth of the peers furthest in one direction, within the catalogue's bounds."""
    if rising:
        return min(spread.q90, np.inf if feature.high is None else feature.high)
    return max(spread.q10, -np.inf if feature.low is None else feature.low)


def shown(numbers: NDArray[np.int64], unit: str) -> Floats:
    """The values that stand `numbers` steps from 0, in the digits a person reads.

    >>> shown(np.array([623, -5]), "fraction").tolist(), shown(np.array([12]), "CNY").tolist()
    ([0.623, -0.005], [120000.0])
    """
    up, down = STEPS.get(unit, (1, 1))
    return np.asarray(numbers * up / down, dtype="float64")


def steps_at_or_below(values: Floats, unit: str) -> NDArray[np.int64]:
    """The largest number of steps whose value is not above each value.

    >>> steps_at_or_below(np.array([0.623, 0.62399, -0.0001]), "fraction").tolist()
    [623, 623, -1]
    """
    up, down = STEPS.get(unit, (1, 1))
    found = np.floor(values * down / up).astype("int64") + 1
    # A product of floats may fall on the wrong side of a whole number.
    for _ in range(2):
        found = found - (shown(found, unit) > values)
    return np.asarray(found)


def between(start: float, end: float, unit: str) -> tuple[int, int]:
    """First and last number of steps on the way from `start`, which is left out, to `end`, which may be reached.

    Where none lies on the way, the last comes before the first.

    >>> between(0.71, 0.6234, "fraction"), between(1.004, 2.0, "ratio"), between(0.5, 0.4999, "fraction")
    ((709, 624), (101, 200), (499, 500))
    """
    below = steps_at_or_below(np.array([start, end]), unit)
    exact = shown(below, unit) == np.array([start, end])
    if end > start:
        return int(below[0]) + 1, int(below[1])
    return int(below[0]) - int(exact[0]), int(below[1]) + int(not exact[1])
