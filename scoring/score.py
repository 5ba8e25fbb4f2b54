"""PDs of a feature table by the models of its stages."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from explanations.explained import scored
from features.version import version
from models.errors import ModelError
from models.fitting.stage_model import StageModel, open_model
from policy.segments import STAGES


def open_models(folder: Path) -> dict[str, StageModel]:
    """Models of all stages under `folder`, checked against the catalogue in force.

    Raises
    ------
    ModelError
        When a stage has no model, or one was fitted on another version of the catalogue.
    """
    if not folder.is_dir():
        message = f"wanted a folder with one model per stage ({', '.join(STAGES)}); {folder} is not a folder"
        raise ModelError(message)
    in_force = version()
    models = {stage: open_model(folder / stage, in_force) for stage in STAGES}
    for stage, model in models.items():
        if model.stage != stage:
            message = f"{folder / stage}: wanted the model of the stage {stage}; it is that of {model.stage}"
            raise ModelError(message)
    return models


def scores(table: pd.DataFrame, models: Mapping[str, StageModel]) -> pd.DataFrame:
    """Columns score (log-odds before calibration) and pd (probability over the window), on the index of `table`.

    Rows without a stage get missing values: no model may score them. The score is that of the exact explainer, which
    `explanations.contributions` explains, so that every path has the same PDs to the last bit.

    Raises
    ------
    ModelError
        When a row carries a stage that has no model.
    """
    require_models(table, models)
    score, pd_ = np.full(len(table), np.nan), np.full(len(table), np.nan)
    for known in scored(table, models):
        score[known.rows], pd_[known.rows] = known.score, known.pd
    return pd.DataFrame({"score": score, "pd": pd_}, index=table.index)


def require_models(table: pd.DataFrame, models: Mapping[str, StageModel]) -> None:
    """Nothing, when every stage of `table` has a model.

    Raises
    ------
    ModelError
        When a row carries a stage that has none.
    """
    unknown = sorted(set(table["stage"].dropna().unique()) - set(models))
    if unknown:
        message = f"stage must be one of {', '.join(models)}; the table holds {', '.join(map(repr, unknown))}"
        raise ModelError(message)
