"""The PD model of one lifecycle stage: a blend of independent and pooled boosters, calibrated, with group effects."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from models.errors import ModelError
from models.fitting.blend import Blend, Member, read_member
from models.fitting.calibration import Curve
from models.fitting.group_effects import PATTERNS, GroupEffect
from models.fitting.horizon import horizon_pds
from policy.digits import rounded_probability

FORMAT = 4
"""Version of the artefact's layout."""


@dataclass(frozen=True)
class StageModel:
    """logit PD = curve(score of the blend) + group effects; scores are log-odds of the first period.

    The blend holds the members of the stage alone, of weight `share` together, and the pooled ones. `facts` are plain
    data about the fit: counts, weights and trees of each kind of member, fingerprints, the catalogue's version;
    `version` is the fingerprint of the saved model, members included.
    """

    stage: str
    blend: Blend
    share: float
    curve: Curve
    group_effects: tuple[GroupEffect, ...]
    facts: dict[str, Any]
    version: str = ""

    @property
    def features(self) -> tuple[str, ...]:
        """Feature columns the model reads."""
        return self.blend.features

    def compact(self) -> "StageModel":
        """The same model with one member for all step functions, as it is saved."""
        return replace(self, blend=self.blend.compact())

    def score(self, features: pd.DataFrame) -> np.ndarray:
        """Blended log-odds before calibration, one per row."""
        return self.blend.raw_score(features)

    def offset(self, table: pd.DataFrame) -> np.ndarray:
        """Sum of the group effects, one per row."""
        return np.asarray(sum((effect.of(table) for effect in self.group_effects), start=np.zeros(len(table))))

    def logit(self, table: pd.DataFrame, score: np.ndarray | None = None) -> np.ndarray:
        """Calibrated log-odds of default over the window, one per row; `score` spares computing it again."""
        known = self.score(table) if score is None else score
        return np.asarray(self.curve(known) + self.offset(table))

    def probability(self, table: pd.DataFrame, score: np.ndarray | None = None) -> np.ndarray:
        """Probability of default over the outcome window, one per row, rounded to the digits that are stored."""
        return rounded_probability(expit(self.logit(table, score)))

    def contributions(self, table: pd.DataFrame) -> pd.DataFrame:
        """Exact contributions to the calibrated log-odds: one column per feature or effect, `base`; sum is `logit`.

        The curve turns contributions to the score into contributions to the log-odds by its secant between base and
        score, one factor a row, so shares and signs are those of the score.
        """
        values = self.blend.contributions(table)
        base, score = values[:, -1], values.sum(axis=1)
        scaled = values[:, :-1] * self.curve.secant(score, base)[:, None]
        found = pd.DataFrame(scaled, columns=list(self.features), index=table.index)
        group_effects = {f"{effect.name}_effect": effect.of(table) for effect in self.group_effects}
        return found.assign(**group_effects, base=self.curve(base))

    def horizons(self, table: pd.DataFrame) -> np.ndarray:
        """PD by the end of each period, shape (rows, periods); see facts["period_months"] for their length."""
        periods = int(self.facts["periods"])
        score = self.score(table)
        hazards = score[:, None] + self.blend.baseline(periods)
        return horizon_pds(hazards, self.probability(table, score), int(self.facts["window_periods"]))

    def save(self, folder: Path) -> None:
        """Write boosters as LightGBM text, step functions and the rest as JSON, into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for member in self.blend.members:
            member.write(folder)
        content = {
            "format": FORMAT,
            "stage": self.stage,
            "members": [
                {"file": m.file, "weight": m.weight, "fingerprint": _digest(m.booster.text)} for m in self.blend.members
            ],
            "features": list(self.features),
            "share": self.share,
            "curve": {"score": list(self.curve.score), "logit": list(self.curve.logit)},
            "group_effects": [
                {**asdict(effect), "pattern": PATTERNS.get(effect.name)} for effect in self.group_effects
            ],
            "facts": self.facts,
        }
        (folder / "model.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf8")


def open_model(folder: Path, catalogue_version: str | None = None) -> StageModel:
    """The model saved in `folder`.

    Raises
    ------
    ModelError
        When a file is missing or not the one that was saved, the layout is of another version, the features are not
        those of the members, or the model was fitted on another catalogue.
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
    blend = Blend(tuple(_opened(folder, **entry) for entry in content["members"]))
    if list(blend.features) != content["features"]:
        message = f"{path}: wanted the features of its members in their order; got others. Retrain it."
        raise ModelError(message)
    return StageModel(
        content["stage"],
        blend,
        content["share"],
        Curve(tuple(content["curve"]["score"]), tuple(content["curve"]["logit"])),
        tuple(GroupEffect(entry["name"], entry["intercepts"], entry["gain"]) for entry in content["group_effects"]),
        content["facts"],
        _digest(path.read_text(encoding="utf8")),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf8")).hexdigest()[:16]


def _opened(folder: Path, file: str, weight: float, fingerprint: str) -> Member:
    path = folder / file
    text = path.read_text(encoding="utf8") if path.exists() else ""
    if _digest(text) != fingerprint:
        got = _digest(text) if text else "no file"
        message = f"{path}: wanted the member with fingerprint {fingerprint}; got {got}"
        raise ModelError(message)
    return read_member(path, weight)
