"""The plain challenger: one LightGBM for all stages, no constraints, no calibration, on the same features and split."""

import numpy as np
import pandas as pd

from models.fitting.booster import Rows, Shape, fit_booster
from models.fitting.loans import Loans
from models.fitting.params import BoosterParams

LEAVES, TREES, MIN_DATA_IN_LEAF, LEARNING_RATE = 31, 200, 20, 0.05
"""The settings of the reference study on the SBA loans."""


def plain_scores(development: Loans, later: pd.DataFrame, seed: int, threads: int) -> np.ndarray:
    """Log-odds of `later` by a plain LightGBM fitted on `development`, one per row."""
    matured = development.where(~np.isnan(development.defaulted))
    settings = BoosterParams(
        num_leaves=LEAVES,
        max_depth=-1,
        learning_rate=LEARNING_RATE,
        min_data_in_leaf=MIN_DATA_IN_LEAF,
        lambda_l2=0.0,
        feature_fraction=1.0,
        bagging_fraction=1.0,
        seed=seed,
        num_threads=threads,
    )
    rows = Rows(matured.features, None, matured.defaulted, matured.weight)
    return fit_booster(rows, Shape({}), settings, TREES).raw_score(later, threads)
