"""A weight-of-evidence logistic scorecard, the model banks know: monotone bins, missing values in their own bin."""

import contextlib
import io
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from models.challengers.ridge import fit_ridge

BINS_TRIED = 20
"""Bins before the optimiser joins neighbours."""
WANTED = "the {0} challenger wants the package {1}; install it with: pip install 'techcredit[{2}]'"
"""What to say when a package of the extra is absent."""


@dataclass(frozen=True)
class Scorecard:
    """Fitted bins, a weight of evidence by feature, and the regression on them."""

    binning: Any
    regression: LogisticRegression

    def score(self, features: pd.DataFrame) -> np.ndarray:
        """Log-odds of default, one per row; a missing value has the evidence of its own bin, 0 where none was seen."""
        return np.asarray(self.regression.decision_function(evidence(self.binning, features)))


def fit_scorecard(
    features: pd.DataFrame, defaulted: np.ndarray, weight: np.ndarray, fold: np.ndarray, seed: int
) -> Scorecard:
    """A scorecard fitted on loans in rows; `fold` is the fold of each for the choice of the ridge penalty.

    Bins: Navas-Palencia 2020, Optimal binning: mathematical programming formulation (arXiv 2001.08025), each feature
    rising or falling as the data say. Evidence over features is then weighed by ridge logistic regression.

    Raises
    ------
    ImportError
        When optbinning is not installed.
    """
    scaled = weight / weight.mean()
    names = list(features.columns)
    with _quiet():
        process = _binning_process()
        binning = process(
            names,
            max_n_prebins=BINS_TRIED,
            binning_fit_params={name: {"monotonic_trend": "auto_asc_desc"} for name in names},
            n_jobs=1,
        )
        binning.fit(features.to_numpy(dtype="float64"), defaulted.astype(int), sample_weight=scaled)
    return Scorecard(binning, fit_ridge(evidence(binning, features), defaulted, scaled, fold, seed))


def _binning_process() -> Any:
    try:
        from optbinning import BinningProcess
    except ImportError as error:
        raise ImportError(WANTED.format("scorecard", "optbinning", "challengers")) from error
    return BinningProcess


@contextlib.contextmanager
def _quiet() -> Any:
    """A block in which optbinning neither prints of solvers it does not find nor warns of pandas to come."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def evidence(binning: Any, features: pd.DataFrame) -> np.ndarray:
    """Weight of evidence of each value in its bin, shape (rows, features that have bins)."""
    with _quiet():
        found = binning.transform(features.to_numpy(dtype="float64"), metric="woe", metric_missing="empirical")
    return np.asarray(found, dtype="float64")
