"""Scores and contributions of a feature table by stage, as arrays: where every path takes its PDs and reasons from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from explanations.ready import ready
from models.fitting.group_effects import GroupEffect
from models.fitting.stage_model import StageModel
from policy.digits import rounded_number, rounded_probability

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Scored:
    """Rows of one stage, scored by its `model`.

    `rows` are their positions in the table, shape (rows,); `values` those of the model's features, shape
    (features, rows). One per row: `score` [log-odds before calibration], `logit` [calibrated log-odds], `pd`
    [probability over the window, rounded], and the intercept of each of the group `effects` [log-odds].
    """

    model: StageModel
    rows: Whole
    values: Floats
    score: Floats
    logit: Floats
    pd: Floats
    effects: Mapping[str, Floats]


@dataclass(frozen=True)
class Explained:
    """Rows of one stage as `scored`, and what their log-odds are made of.

    `parts` are the contributions of the model's features [log-odds], rounded, shape (features, rows); `base` is the
    log-odds that they are measured from, rounded.
    """

    scored: Scored
    parts: Floats
    base: float


def scored(table: pd.DataFrame, models: Mapping[str, StageModel]) -> Iterator[Scored]:
    """The rows of every stage that has a model, scored; the other rows are left out."""
    for model, rows in _by_stage(table, models):
        values = values_of(table, model.features, rows)
        yield _calibrated(table, model, rows, values, ready(model.blend).score(values.T))


def explained(table: pd.DataFrame, models: Mapping[str, StageModel]) -> Iterator[Explained]:
    """As `scored`, with the same scores, and the contributions of every feature.

    As in `StageModel.contributions` the curve's secant between base and score is the factor of each row.
    """
    for model, rows in _by_stage(table, models):
        values = values_of(table, model.features, rows)
        parts, score, base = _parts(model, values)
        yield Explained(_calibrated(table, model, rows, values, score), parts, base)


def values_of(table: pd.DataFrame, names: Sequence[str], rows: Whole) -> Floats:
    """Columns of `table` as numbers, the rows at the positions `rows` alone; shape (names, rows)."""
    found = np.empty((len(names), len(rows)))
    for at, name in enumerate(names):
        found[at] = table[name].to_numpy(dtype="float64")[rows]
    return found


def _by_stage(table: pd.DataFrame, models: Mapping[str, StageModel]) -> Iterator[tuple[StageModel, Whole]]:
    code, names = pd.factorize(table["stage"])
    for stage, model in models.items():
        if stage in names:
            yield model, np.flatnonzero(code == names.get_loc(stage))


def _parts(model: StageModel, values: Floats) -> tuple[Floats, Floats, float]:
    made = ready(model.blend)
    base = np.array([made.base])
    parts, score = made(values.T, lambda known: model.curve.secant(known, base), digits=True)
    return parts, score, rounded_number(float(model.curve(base)[0]))


def _calibrated(table: pd.DataFrame, model: StageModel, rows: Whole, values: Floats, score: Floats) -> Scored:
    effects = {effect.name: _intercepts(effect, table, rows) for effect in model.group_effects}
    logit = model.curve(score) + sum(effects.values(), start=np.zeros(len(rows)))
    return Scored(model, rows, values, score, logit, rounded_probability(expit(logit)), effects)


def _intercepts(effect: GroupEffect, table: pd.DataFrame, rows: Whole) -> Floats:
    """What `GroupEffect.of` gives these rows, asked once for each value of its column."""
    code, known = pd.factorize(table[effect.name], use_na_sentinel=False)
    return effect.of(pd.DataFrame({effect.name: known}))[code[rows]]
