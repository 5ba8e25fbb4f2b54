"""A booster with out-of-fold scores: folds by enterprise, trees by early stopping on the latest development loans."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.booster import Booster, Rows, Shape, best_trees, fit_booster
from models.loans import AtRisk, Loans, at_risk
from models.params import TrainParams
from models.stage_model import ModelError


@dataclass(frozen=True)
class Fitted:
    """A booster, its trees, and what its folds say of the loans it was fitted on [log-odds].

    `out_of_fold` is the score of each loan by a booster that saw none of its enterprise's loans; `fold` the fold it was
    held out in; `baselines` g(k) - g(0) of each fold's booster, shape (folds, periods).
    """

    booster: Booster
    trees: int
    out_of_fold: np.ndarray
    fold: np.ndarray
    baselines: np.ndarray

    def where(self, rows: np.ndarray) -> "Fitted":
        """The same booster with the out-of-fold scores of some of its loans."""
        return Fitted(self.booster, self.trees, self.out_of_fold[rows], self.fold[rows], self.baselines)

    def at_risk_scores(self, risk: AtRisk) -> np.ndarray:
        """Out-of-fold log-odds of every period at risk."""
        return np.asarray(self.out_of_fold[risk.loan] + self.baselines[self.fold[risk.loan], risk.period])


def folds_of(enterprise: np.ndarray, folds: int) -> np.ndarray:
    """Fold of each row in 0..folds-1, by a fixed hash of the enterprise, so that no fold splits an enterprise."""
    return np.asarray(pd.util.hash_array(enterprise, categorize=True) % folds).astype(int)


def rows_at_risk(data: Loans, params: TrainParams) -> Rows:
    """The rows a booster is fitted on: every ended period at risk; with a single period, every ripe loan."""
    risk = at_risk(data, params.period_months, params.periods)
    period = risk.period if params.periods > 1 else None
    return Rows(data.features.iloc[risk.loan], period, risk.defaulted, data.weight[risk.loan])


def fit_with_folds(data: Loans, shape: Shape, params: TrainParams, what: str) -> Fitted:
    """Number of trees first, then the booster of all loans, then one a fold for the out-of-fold scores.

    Raises
    ------
    ModelError
        When `data` has no period at risk, one outcome only, or fewer defaults than folds.
    """
    rows = rows_at_risk(data, params)
    defaults = int(rows.defaulted.sum())
    if defaults in (0, len(rows.defaulted)):
        message = (
            f"{what}: wanted development loans with and without default; "
            f"got {defaults} defaults among {len(data)} loans"
        )
        raise ModelError(message)
    if defaults < params.folds:
        message = f"{what}: wanted at least as many defaults as folds ({params.folds}); got {defaults}"
        raise ModelError(message)
    trees = _trees(data, shape, params)
    fold = folds_of(data.enterprise, params.folds)
    out = np.full(len(data), np.nan)
    baselines = np.zeros((params.folds, params.periods))
    for number in range(params.folds):
        held = fold == number
        if held.any():
            part = fit_booster(rows_at_risk(data.where(~held), params), shape, params, trees)
            out[held] = part.raw_score(data.features[held], params.threads)
            baselines[number] = part.baseline(params.periods)
    return Fitted(fit_booster(rows, shape, params, trees), trees, out, fold, baselines)


def latest(data: Loans, params: TrainParams) -> np.ndarray:
    """True for the latest share of the loans by day of decision, the one that early stopping looks at."""
    day = data.as_of.astype("datetime64[D]").astype(int)
    return np.asarray(day > np.quantile(day, 1 - params.validation_share))


def _trees(data: Loans, shape: Shape, params: TrainParams) -> int:
    """Trees by early stopping on the latest share of the development loans; only earlier loans are fitted."""
    late = latest(data, params)
    early, held = rows_at_risk(data.where(~late), params), rows_at_risk(data.where(late), params)
    if min(early.defaulted.sum(), held.defaulted.sum()) < 1:
        return max(1, params.max_trees // 4)
    return best_trees(early, held, shape, params)
