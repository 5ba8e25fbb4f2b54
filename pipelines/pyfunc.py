"""The MLflow model, from code: this file is copied into the artefact and runs there without any package of ours.

It reads the LightGBM text and the JSON that a stage model is saved as; a test holds its PDs equal to the pipeline's.
"""

import hashlib
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


def _text(path: Path, fingerprint: str) -> str:
    """Text of a member; an error when it is not the one that was saved with the model."""
    text = path.read_text(encoding="utf8")
    found = hashlib.sha256(text.encode("utf8")).hexdigest()[:16]
    if found != fingerprint:
        message = f"{path}: wanted the member with fingerprint {fingerprint}; got {found}"
        raise ValueError(message)
    return text


class StagePD(mlflow.pyfunc.PythonModel):
    """PD over the outcome window from feature columns."""

    def load_context(self, context: Any) -> None:
        """Open the boosters, the step functions and the calibration."""
        folder = Path(context.artifacts["model"])
        self.meta = json.loads((folder / "model.json").read_text(encoding="utf8"))
        texts = [(entry, _text(folder / entry["file"], entry["fingerprint"])) for entry in self.meta["members"]]
        self.boosters = [(e["weight"], lgb.Booster(model_str=t)) for e, t in texts if e["file"].endswith(".txt")]
        self.steps = [(e["weight"], json.loads(t)) for e, t in texts if e["file"].endswith(".json")]
        wanted = self.meta["features"]
        read = [booster.feature_name()[: len(wanted)] for _, booster in self.boosters]
        if any(names != wanted for names in [*read, *(steps["features"] for _, steps in self.steps)]):
            message = f"{folder / 'model.json'}: wanted the features of the members in their order; got others"
            raise ValueError(message)

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Columns pd [probability], out_of_range and refused, one per row of `model_input`.

        A column that is absent is missing. `out_of_range` names, by comma, the features whose value lies outside what
        the catalogue gives as plausible: such a PD is not to be relied on. A row with an infinite value
        has no PD, nor one whose `stage` is not that of this model or is missing; `refused` says why, and is empty for
        all others. Without a column `stage` every row is taken to be of this model.
        """
        table = model_input.reindex(columns=[*self.meta["features"], "province", "industry", "stage"])
        values = table[self.meta["features"]].to_numpy(dtype="float64")
        effects = (self._group_effect(effect, table) for effect in self.meta["group_effects"])
        logit = self._curve(self._score(values)) + sum(effects, start=0.0)
        refused = self._refused(table["stage"] if "stage" in model_input else None, values)
        pd_ = np.where(refused == "", rounded_probability(expit(logit)), np.nan)
        found = {"pd": pd_, "out_of_range": self._out_of_range(values), "refused": refused}
        return pd.DataFrame(found, index=model_input.index)

    def _refused(self, stage: pd.Series | None, values: np.ndarray) -> np.ndarray:
        """Why a row has no PD, by its stage first, then by its first infinite value."""
        told = np.full(len(values), "", dtype="object")
        for at, name in reversed(list(enumerate(self.meta["features"]))):
            told[np.isinf(values[:, at])] = f"{name} is not finite"
        if stage is not None:
            own, known = self.meta["stage"], stage.astype("object").where(stage.notna(), "").to_numpy()
            other = (known != own).astype("bool")
            told[other] = [
                f"stage {name}: this model is that of {own}" if name != "" else f"no stage: this model is that of {own}"
                for name in known[other]
            ]
        return told

    def _out_of_range(self, values: np.ndarray) -> np.ndarray:
        told = np.full(len(values), "", dtype="object")
        for at, name in enumerate(self.meta["features"]):
            low, high = self.meta["facts"].get("ranges", {}).get(name, (None, None))
            wrong = values[:, at] < (-np.inf if low is None else low)
            wrong |= values[:, at] > (np.inf if high is None else high)
            told[wrong] = np.where(told[wrong] == "", name, told[wrong] + "," + name)
        return told

    def _score(self, values: np.ndarray) -> np.ndarray:
        total = np.zeros(len(values))
        for weight, booster in self.boosters:
            more = booster.num_feature() - values.shape[1]
            total += weight * np.asarray(booster.predict(np.pad(values, ((0, 0), (0, more))), raw_score=True))
        for weight, steps in self.steps:
            total += weight * self._additive(steps, values)
        return total

    def _additive(self, steps: dict[str, Any], values: np.ndarray) -> np.ndarray:
        total = np.full(len(values), steps["base"])
        for at, name in enumerate(steps["features"]):
            if (known := steps["functions"].get(name)) is not None:
                lost = known["mean"] if known["missing"] is None else known["missing"]
                place = np.searchsorted(known["thresholds"], values[:, at], side="left")
                here = np.asarray(known["values"])[np.minimum(place, len(known["thresholds"]))]
                total += np.where(np.isnan(values[:, at]), lost, here)
        return total

    def _curve(self, score: np.ndarray) -> np.ndarray:
        x, y = np.asarray(self.meta["curve"]["score"]), np.asarray(self.meta["curve"]["logit"])
        at = np.clip(np.searchsorted(x, score) - 1, 0, len(x) - 2)
        return np.asarray(y[at] + (y[at + 1] - y[at]) / (x[at + 1] - x[at]) * (score - x[at]))

    def _group_effect(self, effect: dict[str, Any], rows: pd.DataFrame) -> np.ndarray:
        group = rows[effect["name"]].astype("str")
        if effect["pattern"] is not None:
            group = group.str.extract(effect["pattern"], expand=False)
        return np.asarray(group.map(effect["intercepts"]).fillna(0.0).to_numpy(dtype="float64"))


mlflow.models.set_model(StagePD())
