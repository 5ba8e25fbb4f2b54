"""The PD model of one lifecycle stage: a blend of an independent and a pooled booster, calibrated, with layers."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from models.fitting.booster import Booster
from models.fitting.calibration import Curve
from models.fitting.group_effects import GroupEffect
from models.fitting.horizon import horizon_pds
from policy.errors import MendableError

FORMAT = 2
"""Version of the artefact's layout."""


class ModelError(MendableError):
    """A model cannot be fitted, opened or applied: the message says what was wanted, what came and where."""


@dataclass(frozen=True)
class StageModel:
    """logit PD = curve(share · independent + (1 - share) · pooled) + layers; scores are log-odds of the first period.

    `facts` are plain data about the fit: counts, chosen trees, fingerprints, the catalogue's version; `version` is the
    fingerprint of the saved model, boosters included.
    """

    stage: str
    independent: Booster | None
    pooled: Booster
    share: float
    curve: Curve
    layers: tuple[GroupEffect, ...]
    facts: dict[str, Any]
    version: str = ""

    @property
    def features(self) -> tuple[str, ...]:
        """Feature columns the model reads."""
        return self.pooled.features

    def score(self, features: pd.DataFrame) -> np.ndarray:
        """Blended log-odds before calibration, one a row."""
        pooled = self.pooled.raw_score(features)
        if self.independent is None:
            return pooled
        return np.asarray(self.share * self.independent.raw_score(features) + (1 - self.share) * pooled)

    def offset(self, table: pd.DataFrame) -> np.ndarray:
        """Sum of the layers' intercepts, one a row."""
        return np.asarray(sum((layer.of(table) for layer in self.layers), start=np.zeros(len(table))))

    def logit(self, table: pd.DataFrame) -> np.ndarray:
        """Calibrated log-odds of default over the window, one a row."""
        return np.asarray(self.curve(self.score(table)) + self.offset(table))

    def probability(self, table: pd.DataFrame) -> np.ndarray:
        """Probability of default over the outcome window, one a row."""
        return np.asarray(expit(self.logit(table)))

    def contributions(self, table: pd.DataFrame) -> pd.DataFrame:
        """Exact contributions to the calibrated log-odds: a column a feature or layer, and `base`; rows sum to `logit`.

        The curve turns contributions to the score into contributions to the log-odds by its secant between base and
        score, one factor a row, so shares and signs are those of the score.
        """
        values = (1 - self.share) * self.pooled.contributions(table)
        if self.independent is not None:
            values = values + self.share * self.independent.contributions(table)
        base, score = values[:, -1], values.sum(axis=1)
        scaled = values[:, :-1] * self.curve.secant(score, base)[:, None]
        found = pd.DataFrame(scaled, columns=list(self.features), index=table.index)
        layers = {f"{layer.name}_layer": layer.of(table) for layer in self.layers}
        return found.assign(**layers, base=self.curve(base))

    def horizons(self, table: pd.DataFrame) -> np.ndarray:
        """PD by the end of each period, shape (rows, periods); see facts["period_months"] for their length."""
        periods = int(self.facts["periods"])
        share = self.share if self.independent is not None else 0.0
        baseline = (1 - share) * self.pooled.baseline(periods)
        if self.independent is not None:
            baseline = baseline + share * self.independent.baseline(periods)
        hazards = self.score(table)[:, None] + baseline
        return horizon_pds(hazards, self.probability(table), int(self.facts["window_periods"]))

    def save(self, folder: Path) -> None:
        """Write the boosters as LightGBM text and the rest as `model.json` into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        boosters = {"pooled": self.pooled} | ({"independent": self.independent} if self.independent else {})
        for name, booster in boosters.items():
            (folder / f"{name}.txt").write_text(booster.text, encoding="utf8")
        content = {
            "format": FORMAT,
            "stage": self.stage,
            "boosters": {name: _digest(boosters[name].text) for name in sorted(boosters)},
            "features": list(self.features),
            "share": self.share,
            "curve": {"score": list(self.curve.score), "logit": list(self.curve.logit)},
            "layers": [asdict(layer) for layer in self.layers],
            "facts": self.facts,
        }
        (folder / "model.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf8")


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
        message = f"{path}: wanted layout {FORMAT}; got {content.get('format')!r}. Retrain it."
        raise ModelError(message)
    fitted_on = content["facts"]["catalogue"]
    if catalogue_version is not None and fitted_on != catalogue_version:
        message = (
            f"{path}: wanted a model of catalogue version {catalogue_version}; "
            f"it was fitted on {fitted_on}. Retrain it."
        )
        raise ModelError(message)
    found = {name: _opened(folder / f"{name}.txt", wanted) for name, wanted in content["boosters"].items()}
    return StageModel(
        content["stage"],
        found.get("independent"),
        found["pooled"],
        content["share"],
        Curve(tuple(content["curve"]["score"]), tuple(content["curve"]["logit"])),
        tuple(GroupEffect(entry["name"], entry["intercepts"], entry["gain"]) for entry in content["layers"]),
        content["facts"],
        _digest(path.read_text(encoding="utf8")),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf8")).hexdigest()[:16]


def _opened(path: Path, wanted: str) -> Booster:
    text = path.read_text(encoding="utf8") if path.exists() else ""
    if _digest(text) != wanted:
        message = f"{path}: wanted the booster with fingerprint {wanted}; got {_digest(text) if text else 'no file'}"
        raise ModelError(message)
    return Booster(text)
