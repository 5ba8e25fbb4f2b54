"""Challengers that are boosters of other libraries: EBM, HistGradientBoosting and CatBoost, each of all stages."""

import warnings

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

from models.challengers.scorecard import WANTED
from models.challengers.setting import Setting, numbers, scaled

MANY = 5000
"""Loans from which the EBM is fitted in several processes."""


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
        model.fit(numbers(matured.features), matured.defaulted.astype(int), sample_weight=scaled(matured))
        return np.asarray(model.decision_function(numbers(features[names])), dtype="float64")


def hist_gradient_boosting(setting: Setting, features: pd.DataFrame, stage: np.ndarray) -> np.ndarray:
    """Log-odds by scikit-learn's gradient boosting of all stages, stopped early on a tenth of the loans."""
    matured = setting.matured()
    model = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=400, early_stopping=True, n_iter_no_change=30, random_state=setting.params.seed
    )
    model.fit(numbers(matured.features), matured.defaulted.astype(int), sample_weight=scaled(matured))
    return np.asarray(model.decision_function(numbers(features[list(matured.features.columns)])))


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
    model.fit(numbers(matured.features), matured.defaulted.astype(int), sample_weight=scaled(matured))
    later = numbers(features[list(matured.features.columns)])
    return np.asarray(model.predict(later, prediction_type="RawFormulaVal"), dtype="float64")
