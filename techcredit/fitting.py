"""A stack of all stages, blended with one per stage and calibrated on out-of-fold scores, from arrays."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from models.errors import ModelError
from models.fitting.blend import Blend, Member, blend_share, blended
from models.fitting.booster import Shape
from models.fitting.calibration import CalibrationError, Line, Pull, fit_curve, fit_platt, line
from models.fitting.folds import Fitted, fit_with_folds
from models.fitting.loans import Loans
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of
from models.fitting.stage_model import StageModel
from models.fitting.steps import Steps
from techcredit.parameters import MONTHS

SALTS = tuple("" if number == 0 else str(number) for number in range(20))
"""Tried in order until both outcomes are in two folds at least; with more than a handful of defaults the first does."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Loans: features of shape (loans, features), outcome 0 or 1, weight, stage, and group that folds do not split."""

    features: Floats
    defaulted: Floats
    weight: Floats
    stage: NDArray[np.object_]
    group: NDArray[np.object_]

    def where(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> "Rows":
        """Those of a mask or of positions."""
        return Rows(self.features[rows], self.defaulted[rows], self.weight[rows], self.stage[rows], self.group[rows])


def names_of(columns: int) -> tuple[str, ...]:
    """Names of the columns in the models: those of a user may hold signs that LightGBM does not take."""
    return tuple(f"f{at:05d}" for at in range(columns))


def united(rows: Rows, grouped: bool) -> Rows:
    """Rows that are the same in everything as one with the sum of their weights, in an order of their own.

    A loan of weight 2 then is the same as two of weight 1, and the order of the loans changes nothing. Without
    groups, rows that are the same are of one group: no fold may split them.
    """
    # Adding nought makes one nought of both, and every missing value the same one.
    values = np.where(np.isnan(rows.features), np.nan, rows.features + 0.0)
    stage = np.unique(rows.stage.astype("str"), return_inverse=True)[1]
    group = np.unique(rows.group.astype("str"), return_inverse=True)[1] if grouped else np.zeros(len(stage))
    keys = np.ascontiguousarray(np.column_stack([values, rows.defaulted, stage, group]))
    whole = keys.view(np.dtype((np.void, keys.dtype.itemsize * keys.shape[1]))).ravel()
    _, first, at = np.unique(whole, return_index=True, return_inverse=True)
    found = rows.where(first)
    names = found.group if grouped else np.array([f"{number}" for number in _same_features(found)], dtype="object")
    return replace(found, features=values[first], weight=_summed(at, rows.weight), group=names)


def _summed(at: NDArray[np.int64], weight: Floats) -> Floats:
    """Sum of the weights of each number of `at`."""
    return np.asarray(np.bincount(at, weight), dtype="float64")


def _same_features(rows: Rows) -> NDArray[np.int64]:
    """A number that rows with the same features and stage share."""
    stage = np.unique(rows.stage.astype("str"), return_inverse=True)[1]
    keys = np.ascontiguousarray(np.column_stack([rows.features, stage]))
    whole = keys.view(np.dtype((np.void, keys.dtype.itemsize * keys.shape[1]))).ravel()
    return np.asarray(np.unique(whole, return_inverse=True)[1], dtype="int64")


def fitted(rows: Rows, directions: Mapping[str, int], params: TrainParams) -> dict[str, StageModel]:
    """The model of each stage among `rows`.

    A stage with fewer than `params.minimum_defaults` defaults is scored by the stack of all stages. Curves are fitted
    on out-of-fold scores of the same loans, each stage's line drawn towards that of all. Where outcomes cannot be
    learned, or scores rank backwards, the PD is the default rate, and a warning says so.
    """
    shape = Shape(directions)
    stages = sorted(set(rows.stage.tolist()))
    pooled = _stack(rows, shape, params)
    if pooled is None:
        _warn("all stages", "too few defaults, or too few loans without, to learn from")
        return {stage: _rate(stage, rows) for stage in stages}
    of_all = Line(*fit_platt(pooled.out_of_fold, rows.defaulted, rows.weight, params.slope_ridge))
    found = {}
    for stage in stages:
        own = rows.stage == stage
        found[stage] = _stage(stage, rows.where(own), pooled.where(own), of_all, shape, params, len(stages) == 1)
        if found[stage] is None:
            _warn(f"stage {stage}", "out-of-fold scores rank its loans backwards or not at all")
    return {stage: model or _rate(stage, rows.where(rows.stage == stage)) for stage, model in found.items()}


def _stage(
    stage: str, rows: Rows, pooled: Fitted, of_all: Line, shape: Shape, params: TrainParams, alone: bool
) -> StageModel | None:
    """The model of a stage; None where its scores rank backwards. The only stage is its own pool."""
    own = None if alone or rows.defaulted.sum() < params.minimum_defaults else _stack(rows, shape, params)
    share = 0.0
    if own is not None:
        share = blend_share(own.out_of_fold, pooled.out_of_fold, rows.defaulted, rows.weight, params)
    blend, score = pooled.booster.renamed("pooled"), pooled.out_of_fold
    if own is not None and share > 0:
        blend = blended(own.booster.renamed("independent"), blend, share)
        score = share * own.out_of_fold + (1 - share) * score
    pull = Pull(of_all, params.prior_defaults) if params.prior_defaults > 0 and not alone else None
    try:
        curve = fit_curve(score, rows.defaulted, rows.weight, params.slope_ridge, params.spline_defaults, pull=pull)
    except CalibrationError:
        return None
    return StageModel(stage, blend, share, curve, (), {}).compact()


def _stack(rows: Rows, shape: Shape, params: TrainParams) -> Fitted | None:
    """The stack of these loans with out-of-fold scores; None where they cannot be parted into folds to learn from."""
    fewest = int(min(rows.defaulted.sum(), (1 - rows.defaulted).sum()))
    folds = min(params.folds, fewest)
    salt = next((salt for salt in SALTS if folds > 1 and _spread(rows, folds, salt)), None)
    if salt is None:
        return None
    months = np.full(len(rows.weight), float(MONTHS))
    data = Loans(
        pd.DataFrame(rows.features, columns=list(names_of(rows.features.shape[1]))),
        rows.defaulted,
        rows.weight,
        rows.group,
        np.full(len(months), "1970-01-01", dtype="datetime64[D]"),
        months,
        np.full(len(months), np.nan),
    )
    try:
        return fit_with_folds(data, shape, replace(params, folds=folds, fold_salt=salt), "these loans")
    except (ModelError, CalibrationError):
        return None


def _spread(rows: Rows, folds: int, salt: str) -> bool:
    """Whether the loans outside of each fold have both outcomes, so that it can be learned from them."""
    fold = folds_of(rows.group, folds, salt)
    return all(len(np.unique(rows.defaulted[fold != number])) > 1 for number in np.unique(fold)) and (
        len(np.unique(fold)) > 1
    )


def _rate(stage: str, rows: Rows) -> StageModel:
    """The default rate for everybody; half a default and half a loan without where all have one outcome."""
    bad, whole = float(rows.weight @ rows.defaulted), float(rows.weight.sum())
    rate = bad / whole if 0 < bad < whole else (bad + 0.5) / (whole + 1.0)
    steps = Steps(names_of(rows.features.shape[1]), {}, float(logit(rate)))
    return StageModel(stage, Blend((Member("rate", 1.0, steps),)), 0.0, line(0.0, 1.0), (), {})


def _warn(what: str, why: str) -> None:
    warnings.warn(f"{what}: {why}; every loan gets the default rate", stacklevel=4)
