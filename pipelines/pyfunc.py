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
from scipy.special import expit

DIGITS, LEAST = 8, 15
POWERS = np.array([float(f"1e-{power}") for power in range(LEAST, -1, -1)])
SCALES = np.array([float(f"1e{power}") for power in range(DIGITS + LEAST)])


def rounded_probability(values: np.ndarray) -> np.ndarray:
    """Probabilities from 1e-15 on as `policy.digits` rounds them, bit for bit: to DIGITS digits, and below 1."""
    scale = SCALES[DIGITS + LEAST - np.searchsorted(POWERS, values, side="right").clip(1)]
    return np.asarray(np.minimum(np.rint(values * scale) / scale, 1 - 10.0**-DIGITS))


class StagePD(mlflow.pyfunc.PythonModel):
    """PD over the outcome window from feature columns."""

    def load_context(self, context: Any) -> None:
        """Open the boosters and the calibration."""
        folder = Path(context.artifacts["model"])
        self.meta = json.loads((folder / "model.json").read_text(encoding="utf8"))
        self.boosters = {n: lgb.Booster(model_file=str(folder / f"{n}.txt")) for n in self.meta["boosters"]}

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Column pd [probability], one a row of `model_input`."""
        score = self._score(model_input[self.meta["features"]].to_numpy(dtype="float64"))
        logit = self._curve(score) + sum((self._layer(layer, model_input) for layer in self.meta["layers"]), start=0.0)
        return pd.DataFrame({"pd": rounded_probability(expit(logit))}, index=model_input.index)

    def _score(self, values: np.ndarray) -> np.ndarray:
        raw = {}
        for name, booster in self.boosters.items():
            more = booster.num_feature() - values.shape[1]
            raw[name] = np.asarray(booster.predict(np.pad(values, ((0, 0), (0, more))), raw_score=True))
        share = self.meta["share"] if "independent" in raw else 0.0
        return np.asarray(share * raw.get("independent", 0.0) + (1 - share) * raw["pooled"])

    def _curve(self, score: np.ndarray) -> np.ndarray:
        x, y = np.asarray(self.meta["curve"]["score"]), np.asarray(self.meta["curve"]["logit"])
        at = np.clip(np.searchsorted(x, score) - 1, 0, len(x) - 2)
        return np.asarray(y[at] + (y[at + 1] - y[at]) / (x[at + 1] - x[at]) * (score - x[at]))

    def _layer(self, layer: dict[str, Any], rows: pd.DataFrame) -> np.ndarray:
        group = rows[layer["name"]]
        if layer["name"] == "industry":
            group = group.str.extract(r"^[A-Z]?(\d{2})", expand=False)
        return np.asarray(group.map(layer["intercepts"]).fillna(0.0).to_numpy(dtype="float64"))


mlflow.models.set_model(StagePD())
