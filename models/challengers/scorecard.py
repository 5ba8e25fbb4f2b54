"""A weight-of-evidence logistic scorecard, the model banks know: monotone bins, missing values in their own bin."""

import contextlib
import io
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import log_expit
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

BINS_TRIED = 20
"""Bins before the optimiser joins neighbours."""
STRENGTHS = (0.003, 0.03, 0.3, 3.0)
"""Inverse ridge penalties tried, by log-loss on folds of enterprises."""
WANTED = "the {0} challenger wants the package {1}; install it with: pip install 'techcredit[challengers]'"
"""What to say when a package of the extra is absent."""


@dataclass(frozen=True)
class Scorecard:
    """Fitted bins, a weight of evidence by feature, and the regression on them."""

    binning: Any
    regression: LogisticRegression

    def score(self, features: pd.DataFrame) -> np.ndarray:
        """Log-odds of default, one per row; a missing value has the evidence of its own bin, 0 where none was seen."""
        return np.asarray(self.regression.decision_function(_evidence(self.binning, features)))


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
    evidence = _evidence(binning, features)
    # Products this small cost the threads of the linear algebra more in waiting than in work.
    with threadpool_limits(limits=1):
        losses = [_held_out_loss(evidence, defaulted, scaled, fold, strength, seed) for strength in STRENGTHS]
        strength = STRENGTHS[int(np.argmin(losses))]
        return Scorecard(binning, _regression(strength, seed).fit(evidence, defaulted, sample_weight=scaled))


def _binning_process() -> Any:
    try:
        from optbinning import BinningProcess
    except ImportError as error:
        raise ImportError(WANTED.format("scorecard", "optbinning")) from error
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


def _evidence(binning: Any, features: pd.DataFrame) -> np.ndarray:
    with _quiet():
        found = binning.transform(features.to_numpy(dtype="float64"), metric="woe", metric_missing="empirical")
    return np.asarray(found, dtype="float64")


def _regression(strength: float, seed: int) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=1000, random_state=seed)


def _held_out_loss(
    evidence: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, fold: np.ndarray, strength: float, seed: int
) -> float:
    """Summed log-loss of each fold by a regression on the others [nats]; infinite where none can be fitted."""
    total = 0.0
    for number in np.unique(fold):
        held = fold == number
        if len(np.unique(defaulted[~held])) < 2:
            return float("inf")
        fitted = _regression(strength, seed).fit(evidence[~held], defaulted[~held], sample_weight=weight[~held])
        margin = np.where(defaulted[held] > 0, 1.0, -1.0) * fitted.decision_function(evidence[held])
        total -= float((weight[held] * log_expit(margin)).sum())
    return total
