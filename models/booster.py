"""LightGBM boosters on the log-odds scale: fit, raw score, exact contributions. The only module that imports lightgbm."""

import os
from dataclasses import dataclass
from typing import cast

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import lightgbm as lgb
import numpy as np
import pandas as pd

from models.params import TrainParams


@dataclass(frozen=True)
class Booster:
    """A fitted booster as LightGBM text; the text is the artefact, so it opens after any refactoring of ours."""

    text: str

    def _model(self) -> lgb.Booster:
        return lgb.Booster(model_str=self.text)

    def raw_score(self, features: pd.DataFrame, threads: int = 2) -> np.ndarray:
        """Log-odds of default before calibration, one a row; missing values are allowed."""
        scores = self._model().predict(features[list(self.features)].to_numpy(), raw_score=True, num_threads=threads)
        return cast("np.ndarray", scores)

    def contributions(self, features: pd.DataFrame, threads: int = 2) -> np.ndarray:
        """Path-dependent SHAP values of the raw score, shape (rows, features + 1); the last column is the base value.

        Lundberg et al. 2020, From local explanations to global understanding with explainable AI for trees.
        """
        values = self._model().predict(features[list(self.features)].to_numpy(), pred_contrib=True, num_threads=threads)
        return cast("np.ndarray", values)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the columns the booster reads, in its order."""
        return tuple(self._model().feature_name())

    @property
    def trees(self) -> int:
        """Number of trees."""
        return int(self._model().num_trees())


def fit_booster(
    features: pd.DataFrame,
    defaulted: np.ndarray,
    weight: np.ndarray,
    directions: dict[str, int],
    params: TrainParams,
    trees: int,
) -> Booster:
    """A booster of exactly `trees` trees; same data, parameters and seed give the same text on any number of threads.

    `directions` holds +1 (risk rises with the feature), -1 (falls) or 0 for each column of `features`.
    """
    model = lgb.train(_settings(features, directions, params), _dataset(features, defaulted, weight), trees)
    return Booster(_without_threads(model.model_to_string()))


def best_trees(
    train: tuple[pd.DataFrame, np.ndarray, np.ndarray],
    held_out: tuple[pd.DataFrame, np.ndarray, np.ndarray],
    directions: dict[str, int],
    params: TrainParams,
) -> int:
    """Number of trees with the lowest log-loss on the held-out rows, after `patience` trees without gain; at least 1."""
    known = _dataset(*train)
    model = lgb.train(
        {**_settings(train[0], directions, params), "metric": "binary_logloss"},
        known,
        params.max_trees,
        valid_sets=[_dataset(*held_out, reference=known)],
        callbacks=[lgb.early_stopping(params.patience, verbose=False)],
    )
    return max(1, int(model.best_iteration))


def _settings(features: pd.DataFrame, directions: dict[str, int], params: TrainParams) -> dict[str, object]:
    return {
        "objective": "binary",
        "num_leaves": params.leaves,
        "max_depth": params.max_depth,
        "learning_rate": params.learning_rate,
        "min_data_in_leaf": params.rows_a_leaf,
        "lambda_l2": params.l2,
        "monotone_constraints": [directions[name] for name in features.columns],
        # «advanced» is not monotone with missing values in LightGBM 4.7
        "monotone_constraints_method": "intermediate",
        "deterministic": True,
        "force_row_wise": True,
        "seed": params.seed,
        "num_threads": params.threads,
        "verbose": -1,
    }


def _dataset(
    features: pd.DataFrame, defaulted: np.ndarray, weight: np.ndarray, reference: lgb.Dataset | None = None
) -> lgb.Dataset:
    # Weights are scaled to a mean of 1, so that leaf sizes and penalties mean the same for every source.
    return lgb.Dataset(
        features.to_numpy(),
        label=defaulted,
        weight=weight / weight.mean(),
        feature_name=list(features.columns),
        reference=reference,
    )


def _without_threads(text: str) -> str:
    """The model text without the line that records the number of threads it was fitted with."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("[num_threads:"))
