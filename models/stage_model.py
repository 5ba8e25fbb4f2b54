"""The PD model of one lifecycle stage: a blend of an independent and a pooled booster, calibrated."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from models.booster import Booster
from models.calibration import Platt

FORMAT = 1
"""Version of the artefact's layout."""


class ModelError(ValueError):
    """A model cannot be fitted, opened or applied: the message says what was wanted, what came and where."""


@dataclass(frozen=True)
class StageModel:
    """logit PD = a + b · (share · independent + (1 - share) · pooled), both boosters on the log-odds scale.

    `facts` are plain data about the fit: counts, chosen trees, fingerprints, the catalogue's version.
    """

    stage: str
    independent: Booster | None
    pooled: Booster
    share: float
    platt: Platt
    facts: dict[str, Any]

    @property
    def features(self) -> tuple[str, ...]:
        """Columns the model reads."""
        return self.pooled.features

    def score(self, features: pd.DataFrame) -> np.ndarray:
        """Blended log-odds before calibration, one a row."""
        pooled = self.pooled.raw_score(features)
        if self.independent is None:
            return pooled
        return np.asarray(self.share * self.independent.raw_score(features) + (1 - self.share) * pooled)

    def logit(self, features: pd.DataFrame) -> np.ndarray:
        """Calibrated log-odds of default, one a row."""
        return self.platt.logit(self.score(features))

    def probability(self, features: pd.DataFrame) -> np.ndarray:
        """Probability of default over the outcome window, one a row."""
        return np.asarray(expit(self.logit(features)))

    def contributions(self, features: pd.DataFrame) -> pd.DataFrame:
        """Exact contributions to the calibrated log-odds: one column a feature and `base`; each row sums to `logit`."""
        values = (1 - self.share) * self.pooled.contributions(features)
        if self.independent is not None:
            values = values + self.share * self.independent.contributions(features)
        values = self.platt.slope * values
        values[:, -1] += self.platt.intercept
        return pd.DataFrame(values, columns=[*self.features, "base"], index=features.index)

    def save(self, folder: Path) -> None:
        """Write the boosters as LightGBM text and the rest as `model.json` into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        boosters = {"pooled": self.pooled} | ({"independent": self.independent} if self.independent else {})
        for name, booster in boosters.items():
            (folder / f"{name}.txt").write_text(booster.text, encoding="utf8")
        content = {
            "format": FORMAT,
            "stage": self.stage,
            "boosters": sorted(boosters),
            "features": list(self.features),
            "share": self.share,
            "intercept": self.platt.intercept,
            "slope": self.platt.slope,
            "facts": self.facts,
        }
        (folder / "model.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf8")


def open_model(folder: Path, catalogue_version: str | None = None) -> StageModel:
    """The model saved in `folder`.

    Raises
    ------
    ModelError
        When a file is missing, the layout is of another version, or the model was fitted on another catalogue.
    """
    path = folder / "model.json"
    if not path.exists():
        message = f"wanted a fitted model at {path}; there is none"
        raise ModelError(message)
    content = json.loads(path.read_text(encoding="utf8"))
    if content.get("format") != FORMAT:
        message = f"{path}: wanted layout {FORMAT}; got {content.get('format')!r}"
        raise ModelError(message)
    fitted_on = content["facts"]["catalogue"]
    if catalogue_version is not None and fitted_on != catalogue_version:
        message = f"{path}: wanted a model of catalogue version {catalogue_version}; it was fitted on {fitted_on}. Retrain it."
        raise ModelError(message)
    found = {name: Booster((folder / f"{name}.txt").read_text(encoding="utf8")) for name in content["boosters"]}
    return StageModel(
        content["stage"],
        found.get("independent"),
        found["pooled"],
        content["share"],
        Platt(content["intercept"], content["slope"]),
        content["facts"],
    )
