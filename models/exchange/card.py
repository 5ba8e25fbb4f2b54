"""The scorecard challenger as a model that is exported, and its points: 600 at odds of 50 to 1, 20 more double them.

The scale of points is a convention of the trade, no policy figure: what decides is the PD.
"""

from dataclasses import replace

import numpy as np

from features.catalogue import by_name
from models.errors import ModelError
from models.exchange.plain import Additive, PlainModel, plain
from models.fitting.blend import Blend, Member
from models.fitting.calibration import Curve
from models.fitting.stage_model import StageModel
from models.fitting.steps import Steps

POINTS, ODDS, DOUBLE = 600.0, 50.0, 20.0
"""Points at the odds of a good loan, and points that double the odds."""
FACTOR = DOUBLE / float(np.log(2.0))
KIND = "scorecard challenger of all stages, not the model that decides"


def card_model(steps: Steps, curve: Curve, stage: str, catalogue: str, version: str) -> StageModel:
    """The scorecard with the curve of one stage; it reads the features that have bins alone.

    Raises
    ------
    ModelError
        When no feature has a bin.
    """
    names = tuple(name for name in steps.features if name in steps.functions)
    if not names:
        message = f"wanted a scorecard with bins for stage {stage}; none of its features has any"
        raise ModelError(message)
    blend = Blend((Member("scorecard", 1.0, replace(steps, features=names)),))
    known = by_name()
    ranges = {name: (known[name].low, known[name].high) for name in names if name in known}
    return StageModel(stage, blend, 0.0, curve, (), {"catalogue": catalogue, "ranges": ranges}, version)


def plain_card(model: StageModel) -> PlainModel:
    """The scorecard as plain data, which says of itself that it is a challenger."""
    return replace(plain(model), kind=KIND)


def points(logit: np.ndarray) -> np.ndarray:
    """Points of log-odds of default: fewer with a higher risk.

    >>> points(np.log(1 / np.array([50.0, 100.0, 25.0]))).round(9).tolist()
    [600.0, 620.0, 580.0]
    """
    return np.asarray(POINTS - FACTOR * (logit + np.log(ODDS)))


def points_table(model: PlainModel) -> list[tuple[str, str, float]]:
    """Feature, bin, and points it adds, and first the points of everybody; empty where the curve is no straight line.

    With a straight line points add up: those of the feature's bins and of everybody are `points` of the log-odds.
    """
    (card,) = model.members
    if len(model.curve.score) > 2 or not isinstance(card, Additive):
        return []
    start = float(points(model.curve(np.array([card.base])))[0])
    slope = (model.curve.logit[1] - model.curve.logit[0]) / (model.curve.score[1] - model.curve.score[0])
    rows = [("everybody", "", start)]
    for name, function in card.functions.items():
        rows.append((name, "missing", -FACTOR * slope * function.lost))
        ends = [*function.thresholds, None]
        for at, (end, value) in enumerate(zip(ends, function.values, strict=True)):
            above = f"above {function.thresholds[at - 1]:.8g}" if at else ""
            below = f"up to {end:.8g}" if end is not None else ""
            rows.append((name, " ".join(filter(None, (above, below))) or "any", -FACTOR * slope * value))
    return rows
