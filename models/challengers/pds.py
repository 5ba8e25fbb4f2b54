"""Challengers of the stage models, fitted on the same loans and calibrated in the same way, so that figures compare.

A challenger takes the setting, and features and lifecycle stage of loans to score, and gives their log-odds.
`CHALLENGERS` lists all; `challenger_pds` adds the calibration of the stage models.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier

from models.challengers.normal_quantiles import normal_quantiles
from models.challengers.plain import plain_scores
from models.challengers.ridge import fit_ridge
from models.challengers.scorecard import WANTED, fit_scorecard
from models.errors import ModelError
from models.fitting.blend import Blend
from models.fitting.booster import Shape
from models.fitting.calibration import fit_curve
from models.fitting.folds import fit_with_folds
from models.fitting.loans import Loans
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of
from policy.digits import rounded_probability

MANY = 5000
"""Loans from which the EBM is fitted in several processes."""


@dataclass(frozen=True)
class Setting:
    """What every challenger is given: development loans with their stage, shape and parameters of our boosters.

    `pooled` is our booster of all stages, `own` that of a stage's loans alone, where they have been fitted on these
    loans before.
    """

    development: Loans
    stage: np.ndarray
    shape: Shape
    params: TrainParams
    pooled: Blend | None = None
    own: Mapping[str, Blend] = field(default_factory=dict)

    def matured(self) -> Loans:
        """Development loans whose outcome is known: what a classifier can learn from."""
        return self.development.where(~np.isnan(self.development.defaulted))


Challenger = Callable[[Setting, pd.DataFrame, np.ndarray], np.ndarray]
"""(setting, features in rows, stage of each row) -> log-odds, one per row; missing where a stage cannot be fitted."""


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


def ebm(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by an explainable boosting machine of all stages: additive shapes and five pairs of features.

    Lou, Caruana, Gehrke and Hooker 2013, Accurate intelligible models with pairwise interactions; interpret-core.

    Raises
    ------
    ImportError
        When interpret-core is not installed.
    """
    try:
        from interpret.glassbox import ExplainableBoostingClassifier
    except ImportError as error:
        raise ImportError(WANTED.format("EBM", "interpret-core", "challengers")) from error
    matured = setting.matured()
    names = list(matured.features.columns)
    model = ExplainableBoostingClassifier(
        names,
        ["continuous"] * len(names),
        interactions=5,
        outer_bags=4,
        # starting processes for few loans takes longer than their fit; the number changes nothing else
        n_jobs=setting.params.num_threads if len(matured) >= MANY else 1,
        random_state=setting.params.seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a column without a missing value, a bin without a loan
        model.fit(_numbers(matured.features), matured.defaulted.astype(int), sample_weight=_scaled(matured))
        return np.asarray(model.decision_function(_numbers(features[names])), dtype="float64")


def hist_gradient_boosting(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by scikit-learn's gradient boosting of all stages, stopped early on a tenth of the loans."""
    matured = setting.matured()
    model = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=400, early_stopping=True, n_iter_no_change=30, random_state=setting.params.seed
    )
    model.fit(_numbers(matured.features), matured.defaulted.astype(int), sample_weight=_scaled(matured))
    return np.asarray(model.decision_function(_numbers(features[list(matured.features.columns)])))


def ridge_logistic(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by a ridge logistic regression of all stages on normal quantiles; a missing value is the median."""
    matured = setting.matured()
    fold = folds_of(matured.enterprise, setting.params.folds, setting.params.fold_salt)
    quantiles = normal_quantiles(matured.features)
    fitted = fit_ridge(quantiles(matured.features), matured.defaulted, _scaled(matured), fold, setting.params.seed)
    return np.asarray(fitted.decision_function(quantiles(features[list(matured.features.columns)])))


def catboost(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by CatBoost of all stages in its own settings: 1,000 trees of depth 6, pace by the number of loans.

    Prokhorenkova, Gusev, Vorobev, Dorogush and Gulin 2018, CatBoost: unbiased boosting with categorical features.

    Raises
    ------
    ImportError
        When catboost is not installed.
    """
    try:
        from catboost import CatBoostClassifier
    except ImportError as error:
        raise ImportError(WANTED.format("CatBoost", "catboost", "catboost")) from error
    matured = setting.matured()
    model = CatBoostClassifier(
        random_seed=setting.params.seed,
        thread_count=setting.params.num_threads,
        verbose=False,
        allow_writing_files=False,
    )
    model.fit(_numbers(matured.features), matured.defaulted.astype(int), sample_weight=_scaled(matured))
    later = _numbers(features[list(matured.features.columns)])
    return np.asarray(model.predict(later, prediction_type="RawFormulaVal"), dtype="float64")


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
    found = np.full(len(later), np.nan)
    for name in np.unique(later_stage):
        known, wanted = calibration_stage == name, later_stage == name
        if np.isfinite(after[wanted]).all():
            found[wanted] = _calibrated(name, before[known], calibration.where(known), after[wanted], setting.params)
    return found


def _calibrated(stage: str, score: np.ndarray, known: Loans, later: np.ndarray, params: TrainParams) -> np.ndarray:
    try:
        curve = fit_curve(score, known.defaulted, known.weight, params.slope_ridge, params.spline_defaults)
    except ValueError as error:
        message = f"stage {stage}: {error}"
        raise ModelError(message) from error
    return rounded_probability(expit(curve(later)))


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


def _numbers(features: pd.DataFrame) -> np.ndarray:
    return features.to_numpy(dtype="float64")


def _scaled(data: Loans) -> np.ndarray:
    return np.asarray(data.weight / data.weight.mean())
