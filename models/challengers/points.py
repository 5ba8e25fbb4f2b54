"""The scorecard challenger as step functions: a bin of a feature gives its evidence times its weight, to six decimals.

So it is kept beside the PDs of the challengers, read without the package that made the bins, and handed to other
systems (`models/exchange`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from models.challengers.scorecard import Scorecard, evidence, fit_scorecard
from models.challengers.setting import Setting
from models.errors import ModelError
from models.fitting.calibration import Curve
from models.fitting.rows import folds_of
from models.fitting.steps import StepFunction, Steps, from_text, stored

AGREEMENT = 1e-3
"""How far the log-odds of the steps may be from those of the scorecard: six decimals of a value per feature."""


def steps_of(card: Scorecard, features: pd.DataFrame) -> Steps:
    """The scorecard as step functions of the columns of `features`, compared with it on these rows.

    Raises
    ------
    ModelError
        When the two differ by more than rounding.
    """
    names = [str(name) for name in card.binning.get_support(names=True)]
    weights = card.regression.coef_[0]
    splits = {name: np.asarray(card.binning.get_binned_variable(name).splits, dtype="float64") for name in names}
    rows = max((len(edges) for edges in splits.values()), default=0) + 2
    # A bin begins at its split; the last row is missing in every feature.
    asked = pd.DataFrame(np.nan, index=range(rows), columns=features.columns)
    for name, edges in splits.items():
        asked.loc[: len(edges), name] = [np.nextafter(edges[0], -np.inf) if len(edges) else 0.0, *edges]
    found = evidence(card.binning, asked) * weights
    functions = {}
    for at, (name, edges) in enumerate(splits.items()):
        values, lost = found[: len(edges) + 1, at], float(found[-1, at])
        functions[name] = StepFunction(tuple(np.nextafter(edges, -np.inf)), tuple(values), lost, 0.0)
    steps = stored(Steps(tuple(map(str, features.columns)), functions, float(card.regression.intercept_[0])))
    apart = float(np.abs(steps.raw_score(features) - card.score(features)).max(initial=0.0))
    if not apart <= AGREEMENT:
        message = f"wanted step functions within {AGREEMENT:g} of the scorecard's log-odds; they are {apart:.3g} apart"
        raise ModelError(message)
    return steps


@dataclass
class KeptScorecard:
    """The scorecard challenger of all stages, which keeps the step functions that it scores by."""

    steps: Steps | None = field(default=None)

    def __call__(self, setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
        """Log-odds of loans in rows, as `models.challengers.setting.Challenger`."""
        matured = setting.matured()
        fold = folds_of(matured.enterprise, setting.params.folds, setting.params.fold_salt)
        card = fit_scorecard(matured.features, matured.defaulted, matured.weight, fold, setting.params.seed)
        self.steps = steps_of(card, matured.features)
        return self.steps.raw_score(features)


def card_text(steps: Steps, curves: Mapping[str, Curve], catalogue: str) -> str:
    """Step functions and the curve of each stage as JSON."""
    content: dict[str, Any] = {"catalogue": catalogue, "steps": json.loads(steps.text)}
    content["curves"] = {stage: {"score": curve.score, "logit": curve.logit} for stage, curve in curves.items()}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_card(text: str) -> tuple[Steps, dict[str, Curve], str]:
    """Step functions, curves by stage, and version of the catalogue of `card_text`."""
    content = json.loads(text)
    curves = {s: Curve(tuple(c["score"]), tuple(c["logit"])) for s, c in content["curves"].items()}
    return from_text(json.dumps(content["steps"])), curves, str(content["catalogue"])
