"""The MLflow model, from code: this file is copied into the artefact and runs there without any package of ours.

It reads the LightGBM text and the JSON that a stage model is saved as; a test holds its PDs equal to the pipeline's.
"""

import json
from pathlib import Path
from typing import Any

import lightgbm as lgb
import mlflow
import numpy as np
import pandas as pd


class StagePD(mlflow.pyfunc.PythonModel):
    """PD over the outcome window from feature columns."""

    def load_context(self, context: Any) -> None:
        """Open the boosters and the calibration."""
        folder = Path(context.artifacts["model"])
        self.meta = json.loads((folder / "model.json").read_text(encoding="utf8"))
        self.boosters = {n: lgb.Booster(model_file=str(folder / f"{n}.txt")) for n in self.meta["boosters"]}

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Column pd [probability], one a row of `model_input`."""
        values = model_input[self.meta["features"]].to_numpy(dtype="float64")
        raw = {n: np.asarray(b.predict(values, raw_score=True)) for n, b in self.boosters.items()}
        score = raw["pooled"]
        if "independent" in raw:
            score = self.meta["share"] * raw["independent"] + (1 - self.meta["share"]) * raw["pooled"]
        logit = self.meta["intercept"] + self.meta["slope"] * score
        return pd.DataFrame({"pd": 1.0 / (1.0 + np.exp(-logit))}, index=model_input.index)


mlflow.models.set_model(StagePD())
