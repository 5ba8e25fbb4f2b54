"""Interventional SHAP values against a fixed background of loans: a check of the reasons, not their source.

The values that reasons are made of are path-dependent: the models' own loans stand for what is not given. Here the
values of background loans stand for it, one by one. Where both name the same reasons, the choice matters little.
"""

import numpy as np
import pandas as pd
import shap

from models.fitting.booster import Booster
from models.fitting.stage_model import StageModel
from models.fitting.steps import Steps
from policy.digits import rounded_columns


def interventional(model: StageModel, table: pd.DataFrame, background: pd.DataFrame) -> pd.DataFrame:
    """Contributions to the calibrated log-odds: columns application_id, features, group effects, base, logit.

    `background` are loans of the same stage (100 are usual), `table` applications; both with the model's features. As
    in `StageModel.contributions`, the curve turns values of the score into those of the log-odds by its secant between
    base, here the mean score of the background, and score. Lundberg et al. 2020, Nature Machine Intelligence 2,
    interventional tree SHAP, by shap.TreeExplainer; exact for step functions.
    """
    names = list(model.features)
    rows, others = (frame[names].to_numpy("float64") for frame in (table, background))
    values = np.zeros(rows.shape)
    for member in model.blend.members:
        part = member.booster
        values += member.weight * (
            _of_trees(part, rows, others) if isinstance(part, Booster) else _of_steps(part, rows, others)
        )
    score = model.score(table)
    base = score - values.sum(axis=1)
    scaled = values * model.curve.secant(score, base)[:, None]
    effects = {f"{effect.name}_effect": effect.of(table) for effect in model.group_effects}
    found = pd.DataFrame(scaled, columns=names, index=table.index).assign(
        **effects, base=model.curve(base), logit=model.logit(table), application_id=table["application_id"]
    )
    return rounded_columns(found.reset_index(drop=True))


def _of_trees(booster: Booster, rows: np.ndarray, background: np.ndarray) -> np.ndarray:
    columns = booster.columns(background)
    explainer = shap.TreeExplainer(booster.handle, data=columns, feature_perturbation="interventional")
    values = np.asarray(explainer.shap_values(booster.columns(rows), check_additivity=False))
    return values[:, : rows.shape[1]]


def _of_steps(steps: Steps, rows: np.ndarray, background: np.ndarray) -> np.ndarray:
    values = np.zeros(rows.shape)
    for at, name in enumerate(steps.features):
        if name in steps.functions:
            function = steps.functions[name]
            values[:, at] = function(rows[:, at]) - function(background[:, at]).mean()
    return values
