"""Fitting: the pooled booster of all stages, and the model of one stage blended with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import log_expit

from models.booster import Booster, best_trees, fit_booster
from models.calibration import fit_platt
from models.params import TrainParams
from models.stage_model import ModelError, StageModel


@dataclass(frozen=True)
class Loans:
    """Loans with known outcomes: feature columns, default flag, population weight, enterprise, day of decision."""

    features: pd.DataFrame
    defaulted: np.ndarray
    weight: np.ndarray
    enterprise: np.ndarray
    as_of: np.ndarray

    def __len__(self) -> int:
        return len(self.features)

    def where(self, rows: np.ndarray) -> "Loans":
        """The loans of a boolean mask."""
        return Loans(self.features[rows], self.defaulted[rows], self.weight[rows], self.enterprise[rows], self.as_of[rows])


@dataclass(frozen=True)
class Fitted:
    """A booster, its number of trees, and the out-of-fold scores of the loans it was fitted on (log-odds)."""

    booster: Booster
    trees: int
    out_of_fold: np.ndarray


def loans(table: pd.DataFrame, names: list[str]) -> Loans:
    """Loans from a table with the features, defaulted, weight, enterprise_id and as_of.

    Raises
    ------
    ModelError
        When a feature is absent, or weights are missing, zero or negative.
    """
    absent = [name for name in names if name not in table.columns]
    if absent:
        message = f"wanted feature {', '.join(absent)} in the feature table; it is not there"
        raise ModelError(message)
    weight = table["weight"].to_numpy(dtype="float64")
    wrong = ~(weight > 0)
    if wrong.any():
        message = f"wanted weights above 0; got {wrong.sum()} of {len(weight)} that are missing, zero or negative"
        raise ModelError(message)
    return Loans(
        table[names].reset_index(drop=True),
        table["defaulted"].to_numpy(dtype="float64"),
        weight,
        table["enterprise_id"].to_numpy(dtype="object"),
        table["as_of"].to_numpy(),
    )


def folds_of(enterprise: np.ndarray, folds: int) -> np.ndarray:
    """Fold of each row in 0..folds-1, by a fixed hash of the enterprise, so that no fold splits an enterprise."""
    return np.asarray(pd.util.hash_array(enterprise, categorize=True) % folds).astype(int)


def fit_with_folds(data: Loans, directions: Mapping[str, int], params: TrainParams, what: str) -> Fitted:
    """Number of trees by early stopping on the latest development loans, then all of them, and out-of-fold scores.

    Raises
    ------
    ModelError
        When `data` is empty, has one outcome only, or fewer defaults than folds.
    """
    defaults = int(data.defaulted.sum())
    if len(data) == 0 or defaults in (0, len(data)):
        message = f"{what}: wanted development loans with and without default; got {defaults} defaults among {len(data)} loans"
        raise ModelError(message)
    if defaults < params.folds:
        message = f"{what}: wanted at least as many defaults as folds ({params.folds}); got {defaults}"
        raise ModelError(message)
    ways = dict(directions)
    trees = _trees(data, ways, params)
    fold = folds_of(data.enterprise, params.folds)
    out = np.full(len(data), np.nan)
    for number in range(params.folds):
        kept, held = data.where(fold != number), fold == number
        if held.any():
            part = fit_booster(kept.features, kept.defaulted, kept.weight, ways, params, trees)
            out[held] = part.raw_score(data.features[held], params.threads)
    return Fitted(fit_booster(data.features, data.defaulted, data.weight, ways, params, trees), trees, out)


def _trees(data: Loans, directions: dict[str, int], params: TrainParams) -> int:
    """Trees by early stopping on the latest share of the development loans; only earlier loans are fitted."""
    day = np.quantile(data.as_of.astype("datetime64[D]").astype(int), 1 - params.validation_share)
    late = data.as_of.astype("datetime64[D]").astype(int) > day
    early = data.where(~late)
    held = data.where(late)
    if min(early.defaulted.sum(), held.defaulted.sum()) < 1:
        return params.max_trees // 4
    return best_trees(
        (early.features, early.defaulted, early.weight), (held.features, held.defaulted, held.weight), directions, params
    )


def blend_share(independent: np.ndarray, pooled: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, params: TrainParams) -> float:
    """Weight of the independent score on a grid over 0..1 with the lowest out-of-fold log-loss after Platt; 0 on a tie."""
    losses = []
    grid = np.linspace(0, 1, params.lambda_steps)
    for share in grid:
        score = share * independent + (1 - share) * pooled
        platt = fit_platt(score, defaulted, weight, params.slope_ridge)
        margin = np.where(defaulted > 0, 1, -1) * platt.logit(score)
        losses.append(-float((weight * log_expit(margin)).sum() / weight.sum()))
    return float(grid[int(np.argmin(losses))])


def fit_stage(
    stage: str,
    development: Loans,
    calibration: Loans,
    pooled: Fitted,
    directions: Mapping[str, int],
    params: TrainParams,
    facts: dict[str, Any],
) -> StageModel:
    """The model of one stage; `pooled.out_of_fold` must hold the pooled scores of `development`, row by row.

    A stage with fewer development defaults than `params.minimum_defaults` is served by the pooled booster alone.

    Raises
    ------
    ModelError
        When the calibration part of the stage has no loan, or one outcome only.
    """
    if len(calibration) == 0 or calibration.defaulted.sum() in (0, len(calibration)):
        message = (
            f"stage {stage}: wanted calibration loans with and without default; "
            f"got {int(calibration.defaulted.sum())} defaults among {len(calibration)} loans"
        )
        raise ModelError(message)
    own = None
    share = 0.0
    if development.defaulted.sum() >= params.minimum_defaults:
        own = fit_with_folds(development, directions, params, f"stage {stage}")
        share = blend_share(own.out_of_fold, pooled.out_of_fold, development.defaulted, development.weight, params)
    independent = own.booster if own is not None and share > 0 else None
    score = (1 - share) * pooled.booster.raw_score(calibration.features, params.threads)
    if independent is not None:
        score = score + share * independent.raw_score(calibration.features, params.threads)
    counted = {
        "development": _counts(development),
        "calibration": _counts(calibration),
        "trees_independent": own.trees if own is not None else 0,
        "trees_pooled": pooled.trees,
    }
    platt = fit_platt(score, calibration.defaulted, calibration.weight, params.slope_ridge)
    return StageModel(stage, independent, pooled.booster, share, platt, {**facts, **counted})


def _counts(data: Loans) -> dict[str, float]:
    return {"loans": len(data), "defaults": int(data.defaulted.sum()), "loans_of_population": float(data.weight.sum())}
