"""One applicant whose levers are moved: what is needed for a target, and what the model itself says of a choice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explanations.leaves import Moves, Pieces, Positions, moves
from explanations.levers import Lever
from models.fitting.calibration import Curve

Floats = NDArray[np.float64]
Moved = tuple[tuple[int, int], ...]
"""Levers that are moved, each to a position."""
ROUNDING = 1e-9
"""How far a sum of leaves may lie from the model's own sum [log-odds]."""


@dataclass(frozen=True)
class Case:
    """An applicant: its features in the model's order, its levers, and what each does to the score.

    `offset` are its group effects [log-odds], `needed` the change of the score that brings the log-odds to the target,
    `before` where they stand.
    """

    of: Pieces
    levers: tuple[Lever, ...]
    changes: Moves
    own: Floats
    offset: float
    needed: float
    before: float

    def logit(self, every: Sequence[Moved]) -> Floats:
        """Calibrated log-odds by the model for the applicant changed by each choice of positions."""
        if not every:
            return np.empty(0)
        score = _score(self.of, self.own, [self.values(moved) for moved in every])
        return np.asarray(self.of.model.curve(score) + self.offset)

    def values(self, moved: Moved) -> dict[str, float]:
        """Features that change, with their new values."""
        listed = ((name, values, to) for at, to in moved for name, values in self.levers[at].values.items())
        return {name: float(values[to]) for name, values, to in listed if values[to] != values[0]}


def case(row: pd.DataFrame, of: Pieces, levers: tuple[Lever, ...], target: float) -> Case:
    """The applicant of a `row` of the feature table, whose log-odds are to come to `target`."""
    at = {name: place for place, name in enumerate(of.features)}
    positions = [
        Positions(len(each.cost), {at[name]: values for name, values in each.values.items() if name in at})
        for each in levers
    ]
    own = row[list(of.features)].to_numpy(dtype="float64")[0]
    offset = float(of.model.offset(row)[0])
    score = _score(of, own, [{}])
    before = float(of.model.curve(score)[0]) + offset
    needed = _inverse(of.model.curve, target - offset) - float(score[0]) + ROUNDING
    return Case(of, levers, moves(of, own, positions), own, offset, needed, before)


def _inverse(curve: Curve, logit: float) -> float:
    """The score that a calibration curve, which rises in straight pieces and goes on straight, brings to `logit`."""
    x, y = np.asarray(curve.score), np.asarray(curve.logit)
    at = int(np.clip(np.searchsorted(y, logit) - 1, 0, len(y) - 2))
    return float(x[at] + (logit - y[at]) * (x[at + 1] - x[at]) / (y[at + 1] - y[at]))


def _score(of: Pieces, own: Floats, changes: Sequence[dict[str, float]]) -> Floats:
    at = {name: place for place, name in enumerate(of.features)}
    rows = np.tile(own, (len(changes), 1))
    for row, values in zip(rows, changes, strict=True):
        for name, value in values.items():
            if name in at:
                row[at[name]] = value
    return of.model.score(pd.DataFrame(rows, columns=list(at)))
