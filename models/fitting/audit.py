"""Whether a fitted model keeps the documented directions of risk: constrained features moved across all thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.blanking import never_missing
from features.catalogue import by_name
from models.errors import ModelError
from models.fitting.booster import PERIOD, Booster
from models.fitting.stage_model import StageModel
from models.fitting.steps import Steps
from models.fitting.trees import trees

ROWS = 200
"""Rows tested, drawn from the table."""
LARGEST_MOVE = 1e-9
"""A move the wrong way up to this size is rounding [log-odds]."""
AGREEMENT = 1e-6
"""How far the sum of the trees may be from LightGBM's own score [log-odds]."""


@dataclass(frozen=True)
class Violation:
    """The score moved the wrong way: `feature` rose from `value` to `above`, the next float, in row `row` of the table.

    `move` [log-odds] is the change of the score; its sign is opposite to `direction` (+1 risk rises with the feature).
    """

    feature: str
    direction: int
    value: float
    above: float
    row: int
    move: float


def audit(
    model: StageModel, table: pd.DataFrame, directions: Mapping[str, int], rows: int = ROWS, seed: int = 0
) -> list[Violation]:
    """Every threshold at which a constrained feature moves the score the wrong way, with the row it does so most in.

    The score is constant between thresholds, so the test moves from each one to the next float beyond, in up to `rows`
    rows drawn by `seed`; all other values, missing ones included, stay as they are. The calibration curve rises and
    group effects do not read features, so what holds for the score holds for the PD.

    Raises
    ------
    ModelError
        When the trees do not add up to LightGBM's own score, so that the audit is not valid.
    """
    drawn = np.sort(np.random.default_rng(seed).permutation(len(table))[:rows])
    sample = table.iloc[drawn]
    moves: dict[tuple[str, float], np.ndarray] = {}
    for member in model.blend.members:
        for step, move in _moves(member.booster, sample, directions).items():
            moves[step] = moves.get(step, np.zeros(len(sample))) + member.weight * move
    found = []
    for (name, value), move in sorted(moves.items()):
        wrong = -directions[name] * move
        if wrong.max(initial=0.0) > LARGEST_MOVE:
            at = int(wrong.argmax())
            above = float(np.nextafter(value, np.inf))
            found.append(Violation(name, directions[name], value, above, int(drawn[at]), float(move[at])))
    return found


def require_monotone(model: StageModel, table: pd.DataFrame, directions: Mapping[str, int], seed: int = 0) -> None:
    """Nothing, when the model keeps every direction.

    Raises
    ------
    ModelError
        When the audit finds a violation; the message names the worst one.
    """
    found = audit(model, table, directions, seed=seed)
    if found:
        worst = max(found, key=lambda violation: abs(violation.move))
        side = "rise" if worst.direction > 0 else "fall"
        features = ", ".join(dict.fromkeys(violation.feature for violation in found))
        message = (
            f"stage {model.stage}: wanted the risk to {side} with {worst.feature}; from {worst.value!r} to "
            f"{worst.above!r} the score of row {worst.row} moves by {worst.move:+.3g} log-odds "
            f"({len(found)} violations, of {features})"
        )
        raise ModelError(message)


def require_missing_known(model: StageModel) -> None:
    """Nothing, when no tree reads a value that may be missing as 0.

    LightGBM does so at a split on a feature that was never missing when it was fitted. Features of required columns are
    exempt: an application without them is rejected, not scored.

    Raises
    ------
    ModelError
        When a split does so; the features are told.
    """
    exempt = {name for name, feature in by_name().items() if never_missing(feature)} | {PERIOD}
    found: dict[str, int] = {}
    for member in model.blend.members:
        if isinstance(member.booster, Steps):
            for name, function in member.booster.functions.items():
                if function.missing is None and name not in exempt:
                    found[name] = found.get(name, 0) + 1
            continue
        names = (*member.booster.features, PERIOD)
        for tree in trees(member.booster.text):
            for at in tree.feature[~tree.knows_missing]:
                if names[at] not in exempt:
                    found[names[at]] = found.get(names[at], 0) + 1
    if found:
        worst = ", ".join(sorted(found, key=lambda name: -found[name])[:5])
        message = (
            f"stage {model.stage}: wanted trees that know a missing value; {sum(found.values())} splits on "
            f"{len(found)} features would read it as 0 ({worst}). Fit with blanked tables: "
            "train.blanked_weight and featurize.blanked_share above 0"
        )
        raise ModelError(message)


def _moves(
    booster: Booster | Steps, sample: pd.DataFrame, directions: Mapping[str, int]
) -> dict[tuple[str, float], np.ndarray]:
    """Change of a member's score across each threshold of each constrained feature, by (feature, threshold)."""
    if isinstance(booster, Steps):
        return _steps_moves(booster, len(sample), directions)
    names = booster.features
    constrained = np.array([directions.get(name, 0) != 0 for name in names] + [False])
    # The period, where there is one, is the last column, and its value changes no move: it meets no feature in a tree.
    values = np.column_stack([sample[list(names)].to_numpy(dtype="float64"), np.zeros(len(sample))])
    total = np.zeros(len(sample))
    moves: dict[tuple[str, float], np.ndarray] = {}
    for tree in trees(booster.text):
        held = tree.goes_left(values)
        total += tree.reached(held)
        steps = np.unique(np.column_stack([tree.feature, tree.threshold])[constrained[tree.feature]], axis=0)
        if not len(steps):
            continue
        feature, threshold = steps[:, :1], steps[:, 1:]
        walked, passed = tree.feature == feature, threshold <= tree.threshold
        at = np.where(walked[:, None], passed[:, None], held)
        beyond = np.where(walked[:, None], (np.nextafter(threshold, np.inf) <= tree.threshold)[:, None], held)
        for step, move in zip(steps, tree.reached(beyond) - tree.reached(at), strict=True):
            key = (names[int(step[0])], float(step[1]))
            moves[key] = moves.get(key, 0.0) + move
    _refuse_other_scores(total, booster.raw_score(sample))
    return moves


def _steps_moves(steps: Steps, rows: int, directions: Mapping[str, int]) -> dict[tuple[str, float], np.ndarray]:
    """Change of step functions across each threshold: the same in every row."""
    return {
        (name, threshold): np.full(rows, move)
        for name, function in steps.functions.items()
        if directions.get(name, 0) != 0
        for threshold, move in zip(function.thresholds, np.diff(function.values), strict=True)
    }


def _refuse_other_scores(ours: np.ndarray, lightgbm: np.ndarray) -> None:
    apart = float(np.abs(ours - lightgbm).max(initial=0.0))
    if apart > AGREEMENT:
        message = f"audit: wanted trees that add up to LightGBM's score; they are {apart:.3g} log-odds apart"
        raise ModelError(message)
