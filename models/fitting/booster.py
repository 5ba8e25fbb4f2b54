"""LightGBM boosters of a proportional discrete-time hazard. The only module that imports lightgbm.

log-odds of default in period k = f(features) + g(k): interaction constraints keep the period apart from the features,
so f is one additive score a loan, with exact contributions, and g the baseline of the hazard. With one period there is
no g and the booster is a plain classifier.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import lightgbm as lgb
import numpy as np
import pandas as pd

from models.fitting.params import BoosterParams

PERIOD = "period"
"""Name of the column that counts periods from 0; no feature may carry it."""


@dataclass(frozen=True)
class Rows:
    """Rows to fit on: feature values, period (None with a single period), default in it, weight.

    The last `copies` rows are earlier ones with tables blanked, of less weight: those at the positions `copied`.
    """

    features: pd.DataFrame
    period: np.ndarray | None
    defaulted: np.ndarray
    weight: np.ndarray
    copied: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=int))

    @property
    def copies(self) -> int:
        """Number of copies."""
        return len(self.copied)

    @property
    def origin(self) -> np.ndarray:
        """Position of the row itself, or of the one that it is a copy of, shape (rows,)."""
        return np.concatenate([np.arange(len(self.weight) - self.copies), self.copied])

    def with_copies(self, blanked: pd.DataFrame, weight: float) -> "Rows":
        """These rows, and once more those that `blanked` has other features for, with `weight` times their weight."""
        here, there = (table.to_numpy(dtype="float64") for table in (self.features, blanked))
        copied = np.flatnonzero(((here != there) & ~(np.isnan(here) & np.isnan(there))).any(axis=1))
        return Rows(
            pd.concat([self.features, blanked.iloc[copied]], ignore_index=True),
            None if self.period is None else np.concatenate([self.period, self.period[copied]]),
            np.concatenate([self.defaulted, self.defaulted[copied]]),
            np.concatenate([self.weight, weight * self.weight[copied]]),
            copied,
        )

    def values(self) -> np.ndarray:
        """Feature columns, and the period last where there is one."""
        columns = self.features.to_numpy(dtype="float64")
        return columns if self.period is None else np.column_stack([columns, self.period])

    @property
    def names(self) -> list[str]:
        """Names of the columns of `values`."""
        return [*self.features.columns, *([] if self.period is None else [PERIOD])]


@dataclass(frozen=True)
class Shape:
    """What a booster may learn: direction of risk by feature (+1, -1, 0) and the groups that may interact."""

    directions: Mapping[str, int]
    groups: Sequence[Sequence[str]] | None = None


@dataclass(frozen=True)
class Booster:
    """A fitted booster as LightGBM text; the text is the artefact, so it opens after any refactoring of ours."""

    text: str

    @cached_property
    def _model(self) -> lgb.Booster:
        return lgb.Booster(model_str=self.text)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the feature columns the booster reads, in its order; the period is none."""
        return tuple(name for name in self._model.feature_name() if name != PERIOD)

    @property
    def handle(self) -> lgb.Booster:
        """The opened LightGBM booster, for libraries that explain one."""
        return self._model

    @property
    def _counts_periods(self) -> bool:
        return PERIOD in self._model.feature_name()

    @property
    def trees(self) -> int:
        """Number of trees."""
        return int(self._model.num_trees())

    def values(self, features: pd.DataFrame) -> np.ndarray:
        """The feature columns the booster reads, as numbers; what it says of a frame it says of these too."""
        return features[list(self.features)].to_numpy(dtype="float64")

    def columns(self, features: pd.DataFrame | np.ndarray) -> np.ndarray:
        """What LightGBM is given: the feature columns, and the first period where the booster counts periods."""
        values = self.values(features) if isinstance(features, pd.DataFrame) else features
        return np.column_stack([values, np.zeros(len(values))]) if self._counts_periods else values

    def raw_score(self, features: pd.DataFrame | np.ndarray, threads: int = 2) -> np.ndarray:
        """Log-odds of default in the first period, one per row; missing values are allowed."""
        if len(features) == 0:
            return np.empty(0)
        return cast("np.ndarray", self._model.predict(self.columns(features), raw_score=True, num_threads=threads))

    def baseline(self, periods: int) -> np.ndarray:
        """g(k) - g(0) for each period k [log-odds], shape (periods,); zeros where the booster counts no periods."""
        if not self._counts_periods:
            return np.zeros(periods)
        values = np.full((periods, len(self.features) + 1), np.nan)
        values[:, -1] = np.arange(periods)
        scores = np.asarray(self._model.predict(values, raw_score=True, num_threads=1))
        return np.asarray(scores - scores[0])

    def contributions(self, features: pd.DataFrame | np.ndarray, threads: int = 2) -> np.ndarray:
        """Path-dependent SHAP values of the raw score, shape (rows, features + 1); the last column is the base value.

        The contribution of the period is the same for every loan and part of the base. Lundberg et al. 2020, From local
        explanations to global understanding with explainable AI for trees.
        """
        raw = self._model.predict(self.columns(features), pred_contrib=True, num_threads=threads)
        values = cast("np.ndarray", raw)
        if not self._counts_periods:
            return values
        return np.column_stack([values[:, :-2], values[:, -2] + values[:, -1]])


def fit_booster(rows: Rows, shape: Shape, params: BoosterParams, trees: int) -> Booster:
    """A booster of exactly `trees` trees; same data, parameters and seed give the same text on any thread count."""
    model = lgb.train(_settings(rows, shape, params), _dataset(rows), trees)
    return Booster(_without_threads(model.model_to_string()))


@dataclass(frozen=True)
class FoldFit:
    """Boosters of the same number of trees, one per fold, each fitted on the loans of the other folds."""

    boosters: tuple[Booster, ...]
    trees: int


def fit_folds(rows: Rows, fold: np.ndarray, shape: Shape, params: BoosterParams, most: int, patience: int) -> FoldFit:
    """A booster per fold of `rows`, all with as many trees as have the lowest log-loss on the loans held out.

    `fold` gives the fold of each row, copies with tables blanked included, from 0 on without a gap; the copies of loans
    that are held out are neither fitted nor scored. Trees are added to all boosters in step, at most `most`, until
    `patience` trees have not lowered the mean log-loss.
    """
    original = np.arange(len(fold)) < len(fold) - rows.copies
    numbers = range(int(fold.max()) + 1)
    parts = [(np.flatnonzero(fold != number), np.flatnonzero((fold == number) & original)) for number in numbers]
    found = lgb.cv(
        {**_settings(rows, shape, params), "metric": "binary_logloss", "feature_pre_filter": False},
        _dataset(rows),
        most,
        folds=parts,
        callbacks=[lgb.early_stopping(patience, verbose=False)],
        return_cvbooster=True,
    )
    fitted = cast("lgb.CVBooster", found["cvbooster"])
    trees = max(1, int(fitted.best_iteration))
    return FoldFit(tuple(_kept(booster, trees) for booster in fitted.boosters), trees)


def _kept(model: lgb.Booster, trees: int) -> Booster:
    return Booster(_without_threads(model.model_to_string(num_iteration=trees)))


def _settings(rows: Rows, shape: Shape, params: BoosterParams) -> dict[str, Any]:
    at = {name: position for position, name in enumerate(rows.names)}
    groups = shape.groups if shape.groups is not None else [list(rows.features.columns)]
    apart = [[at[name] for name in group if name in at] for group in groups] + ([[at[PERIOD]]] if PERIOD in at else [])
    constrained = {"interaction_constraints": [g for g in apart if g]} if len(apart) > 1 else {}
    return {
        "objective": "binary",
        "num_leaves": params.num_leaves,
        "max_depth": params.max_depth,
        "learning_rate": params.learning_rate,
        "min_data_in_leaf": params.min_data_in_leaf,
        "lambda_l2": params.lambda_l2,
        "feature_fraction": params.feature_fraction,
        "bagging_fraction": params.bagging_fraction,
        "bagging_freq": 1,
        "monotone_constraints": [shape.directions.get(name, 0) for name in rows.names],
        # «advanced» is not monotone with missing values in LightGBM 4.7
        "monotone_constraints_method": "intermediate",
        "deterministic": True,
        # Histograms by column cost half the time where a tree is shown few features.
        "force_col_wise": True,
        "seed": params.seed,
        "num_threads": params.num_threads,
        "verbose": -1,
        **constrained,
    }


def _dataset(rows: Rows, reference: lgb.Dataset | None = None) -> lgb.Dataset:
    # Weights are scaled to a mean of 1 over the loans, so that leaf sizes and penalties mean the same for every source.
    unit = rows.weight[: len(rows.weight) - rows.copies].mean()
    return lgb.Dataset(
        rows.values(),
        label=rows.defaulted,
        weight=rows.weight / unit,
        feature_name=rows.names,
        reference=reference,
    )


def _without_threads(text: str) -> str:
    """The model text without the line that records the number of threads it was fitted with."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("[num_threads:"))
