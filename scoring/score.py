"""PDs of a feature table by the models of its stages."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

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
    models = {stage: open_model(folder / stage, version()) for stage in STAGES}
    for stage, model in models.items():
        if model.stage != stage:
            message = f"{folder / stage}: wanted the model of the stage {stage}; it is that of {model.stage}"
            raise ModelError(message)
    return models


def scores(table: pd.DataFrame, models: Mapping[str, StageModel]) -> pd.DataFrame:
    """Columns score (log-odds before calibration) and pd (probability over the window), on the index of `table`.

    Rows without a stage get missing values: no model may score them.

    Raises
    ------
    ModelError
        When a row carries a stage that has no model.
    """
    unknown = sorted(set(table["stage"].dropna()) - set(models))
    if unknown:
        message = f"stage must be one of {', '.join(models)}; the table holds {', '.join(map(repr, unknown))}"
        raise ModelError(message)
    found = pd.DataFrame({"score": np.nan, "pd": np.nan}, index=table.index)
    for stage, model in models.items():
        rows = table["stage"] == stage
        if rows.any():
            score = model.score(table[rows])
            found.loc[rows, "score"] = score
            found.loc[rows, "pd"] = model.probability(table[rows], score)
    return found
