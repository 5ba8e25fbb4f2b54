"""Challengers of the stage models, fitted on the same loans and calibrated in the same way, so that figures compare.

A challenger takes the setting, and features and lifecycle stage of loans to score, and gives their log-odds.
`CHALLENGERS` lists all; `challenger_pds` adds the calibration of the stage models.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import expit

from models.challengers.boosters import catboost, ebm, hist_gradient_boosting
from models.challengers.normal_quantiles import normal_quantiles
from models.challengers.plain import plain_scores
from models.challengers.ridge import fit_ridge
from models.challengers.scorecard import fit_scorecard
from models.challengers.setting import Challenger, Setting, scaled
from models.errors import ModelError
from models.fitting.calibration import Curve, Line, Pull, fit_curve, fit_platt
from models.fitting.folds import fit_with_folds
from models.fitting.loans import Loans
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of
from policy.digits import rounded_probability


def plain(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by one LightGBM for all stages without constraints, in the settings of the reference study."""
    return plain_scores(setting.development, features, setting.params.seed, setting.params.num_threads)


def pooled_only(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by our booster of all stages, without the blend with a stage's own booster and without group effects."""
    booster = setting.pooled
    if booster is None:
        booster = fit_with_folds(setting.development, setting.shape, setting.params, "pooled challenger").booster
    return booster.raw_score(features, setting.params.num_threads)


def independent_only(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by our booster of each stage's own loans; missing for a stage with fewer defaults than folds."""
    return _by_stage(pooled_only, setting, features, stage)


def scorecard(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by a weight-of-evidence logistic scorecard of all stages.

    Raises
    ------
    ImportError
        When optbinning is not installed.
    """
    matured = setting.matured()
    fold = folds_of(matured.enterprise, setting.params.folds, setting.params.fold_salt)
    return fit_scorecard(matured.features, matured.defaulted, matured.weight, fold, setting.params.seed).score(features)


def stage_scorecards(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by a scorecard of each stage's own loans; missing for a stage with fewer defaults than folds.

    Raises
    ------
    ImportError
        When optbinning is not installed.
    """
    return _by_stage(scorecard, setting, features, stage)


def ridge_logistic(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by a ridge logistic regression of all stages on normal quantiles; a missing value is the median."""
    matured = setting.matured()
    fold = folds_of(matured.enterprise, setting.params.folds, setting.params.fold_salt)
    quantiles = normal_quantiles(matured.features)
    fitted = fit_ridge(quantiles(matured.features), matured.defaulted, scaled(matured), fold, setting.params.seed)
    return np.asarray(fitted.decision_function(quantiles(features[list(matured.features.columns)])))


REPEATS_OF_ONE_STAGE = ("pooled only", "independent only", "scorecard per stage")
"""Challengers that say where there is one stage what ours, or the scorecard, says: no comparison of their own."""
CHALLENGERS: Mapping[str, Challenger] = {
    "plain LightGBM": plain,
    "pooled only": pooled_only,
    "independent only": independent_only,
    "scorecard": scorecard,
    "scorecard per stage": stage_scorecards,
    "EBM": ebm,
    "HistGradientBoosting": hist_gradient_boosting,
    "ridge logistic": ridge_logistic,
    "CatBoost": catboost,
}


def challenger_pds(
    challenger: Challenger,
    setting: Setting,
    calibration: Loans,
    calibration_stage: np.ndarray,
    later: pd.DataFrame,
    later_stage: np.ndarray,
) -> np.ndarray:
    """PDs of `later`, one per row: scores of the challenger, calibrated per stage on `calibration` as the stage models.

    Missing where the challenger has no score for a stage.

    Raises
    ------
    ModelError
        When development loans all have one outcome, or the calibration loans of a stage do.
    """
    outcomes = np.unique(setting.matured().defaulted)
    if len(outcomes) < 2:
        message = f"challengers wanted development loans with and without default; got outcomes {outcomes.tolist()}"
        raise ModelError(message)
    rows = pd.concat([calibration.features, later[list(calibration.features.columns)]], ignore_index=True)
    score = challenger(setting, rows, np.concatenate([calibration_stage, later_stage]))
    before, after = score[: len(calibration)], score[len(calibration) :]
    wanted = [str(name) for name in np.unique(later_stage) if np.isfinite(after[later_stage == name]).all()]
    found = np.full(len(later), np.nan)
    for name, curve in stage_curves(before, calibration, calibration_stage, wanted, setting.params).items():
        rows = later_stage == name
        found[rows] = rounded_probability(expit(curve(after[rows])))
    return found


def stage_curves(
    score: np.ndarray, calibration: Loans, stage: np.ndarray, wanted: Sequence[str], params: TrainParams
) -> dict[str, Curve]:
    """Curve of each wanted stage from scores of the calibration loans to log-odds, fitted as those of the stage models.

    Raises
    ------
    ModelError
        When the calibration loans of a stage all have one outcome.
    """
    pull = _pull(score, calibration, params)
    found = {}
    for name in wanted:
        own = stage == name
        found[name] = _curve(name, score[own], calibration.where(own), params, pull)
    return found


def _pull(score: np.ndarray, known: Loans, params: TrainParams) -> Pull | None:
    """The line of all calibration loans that have a score, which a stage's line is pulled towards as ours is."""
    scored = np.isfinite(score)
    if params.prior_defaults == 0 or known.defaulted[scored].sum() in (0, scored.sum()):
        return None
    line = fit_platt(score[scored], known.defaulted[scored], known.weight[scored], params.slope_ridge)
    return Pull(Line(*line), params.prior_defaults)


def _curve(stage: str, score: np.ndarray, known: Loans, params: TrainParams, pull: Pull | None) -> Curve:
    try:
        return fit_curve(score, known.defaulted, known.weight, params.slope_ridge, params.spline_defaults, pull=pull)
    except ValueError as error:
        message = f"stage {stage}: {error}"
        raise ModelError(message) from error


def _by_stage(fit: Challenger, setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by a challenger fitted on each stage's own loans; missing for a stage with fewer defaults than folds."""
    found = np.full(len(features), np.nan)
    for name in np.unique(stage):
        known, rows = setting.stage == name, stage == name
        booster = setting.own.get(str(name))
        own = Setting(setting.development.where(known), setting.stage[known], setting.shape, setting.params, booster)
        if own.matured().defaulted.sum() >= setting.params.folds:
            found[rows] = fit(own, features[rows], stage[rows])
    return found
