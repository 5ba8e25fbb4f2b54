"""A booster with out-of-fold scores, folds by enterprise: the blend of trees that interact and of additive ones."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import log_expit

from models.errors import ModelError
from models.fitting.blend import Blend, averaged, blend_share, blended
from models.fitting.booster import Rows, Shape, best_trees, fit_booster
from models.fitting.calibration import fit_platt
from models.fitting.loans import AtRisk, Loans, at_risk
from models.fitting.params import TrainParams

SEED_STEP = 1000
"""Distance between the seeds of boosters that are averaged."""


@dataclass(frozen=True)
class Fitted:
    """A booster, its trees, and what its folds give for the loans it was fitted on [log-odds].

    It is the blend of a booster of `trees` trees whose features interact and, with `additive_share`, of one of
    `additive_trees` trees of a single feature each. `out_of_fold` is the score of each loan by a booster that saw none
    of its enterprise's loans; `fold` the fold it was held out in; `baselines` g(k) - g(0) of each fold's booster, shape
    (folds, periods). `by_domain` says that only features of one domain interact.
    """

    booster: Blend
    trees: int
    out_of_fold: np.ndarray
    fold: np.ndarray
    baselines: np.ndarray
    by_domain: bool = False
    additive_share: float = 0.0
    additive_trees: int = 0

    def where(self, rows: np.ndarray) -> "Fitted":
        """The same booster with the out-of-fold scores of some of its loans."""
        return replace(self, out_of_fold=self.out_of_fold[rows], fold=self.fold[rows])

    def at_risk_scores(self, risk: AtRisk) -> np.ndarray:
        """Out-of-fold log-odds of every period at risk."""
        return np.asarray(self.out_of_fold[risk.loan] + self.baselines[self.fold[risk.loan], risk.period])


def folds_of(enterprise: np.ndarray, folds: int, salt: str = "") -> np.ndarray:
    """Fold of each row in 0..folds-1, by a fixed hash of the enterprise, so that no fold splits an enterprise.

    Another `salt`, put before every name, draws other folds: what a source that names its enterprises anew would get.
    """
    named = np.array([f"{salt}{name}" for name in enterprise], dtype="object") if salt else enterprise
    return np.asarray(pd.util.hash_array(named, categorize=True) % folds).astype(int)


def seeds_of(params: TrainParams) -> tuple[int, ...]:
    """Seeds of the boosters that are averaged, the seed of the parameters first, far from those of seeds near it."""
    return tuple(params.seed + SEED_STEP * number for number in range(params.seeds))


def rows_at_risk(data: Loans, params: TrainParams) -> Rows:
    """The rows that tell a loss: every ended period at risk; with a single period, every matured loan."""
    risk = at_risk(data, params.period_months, params.periods)
    period = risk.period if params.periods > 1 else None
    return Rows(data.features.iloc[risk.loan], period, risk.defaulted, data.weight[risk.loan])


def rows_to_fit(data: Loans, params: TrainParams) -> Rows:
    """The rows a booster is fitted on: `rows_at_risk`, and each once more with tables blanked, of lighter weight.

    From the blanked copies the booster learns what the outcome is where a table is not delivered: about the mean over
    what the table might have said. Without them LightGBM reads a value that is missing for the first time as 0.
    """
    rows = rows_at_risk(data, params)
    if data.blanked is None or params.blanked_weight == 0:
        return rows
    risk = at_risk(data, params.period_months, params.periods)
    return rows.with_copies(data.blanked.iloc[risk.loan], params.blanked_weight)


def fit_with_folds(data: Loans, shape: Shape, params: TrainParams, what: str) -> Fitted:
    """Number of trees first, then the booster of all loans, then one per fold for the out-of-fold scores.

    This is done with interacting trees and with additive ones, and the two are blended by their out-of-fold scores.
    With domain constraints `within_one_error` this is done twice, and the groups of `shape` are kept where they cost no
    more out-of-fold log-loss than one standard error of the difference.

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
    if params.domain_constraints == "within_one_error" and shape.groups is not None:
        free = _fitted(data, replace(shape, groups=None), params)
        return _preferred(_fitted(data, shape, params), free, data, params)
    return _fitted(data, shape, params)


def additive(params: TrainParams) -> TrainParams:
    """The parameters of trees with a single feature each, which together are an additive model."""
    return replace(
        params,
        num_leaves=2,
        max_depth=1,
        learning_rate=params.additive_learning_rate,
        feature_fraction=params.additive_feature_fraction,
    )


def _fitted(data: Loans, shape: Shape, params: TrainParams) -> Fitted:
    """The blend of interacting and additive trees, its share by the out-of-fold log-loss of every period at risk."""
    interacting = one_kind(data, shape, params, "interacting")
    single = one_kind(data, shape, additive(params), "additive")
    risk = at_risk(data, params.period_months, params.periods)
    scores = (single.at_risk_scores(risk), interacting.at_risk_scores(risk))
    share = blend_share(*scores, risk.defaulted, data.weight[risk.loan], params)
    return replace(
        interacting,
        booster=blended(single.booster, interacting.booster, share),
        out_of_fold=share * single.out_of_fold + (1 - share) * interacting.out_of_fold,
        baselines=share * single.baselines + (1 - share) * interacting.baselines,
        additive_share=share,
        additive_trees=single.trees,
    )


def one_kind(data: Loans, shape: Shape, params: TrainParams, kind: str = "booster") -> Fitted:
    """Boosters of one kind of trees, named by it, as many trees as serve the latest loans best, and the folds.

    Those of all loans are as many as `params.seeds`, of equal weight and equally many trees: their mean depends less on
    the draw of rows and features. The folds have one seed: their boosters weigh the blends, and score no applicant.
    """
    rows, trees = rows_to_fit(data, params), _trees(data, shape, params)
    fold = folds_of(data.enterprise, params.folds, params.fold_salt)
    out = np.full(len(data), np.nan)
    baselines = np.zeros((params.folds, params.periods))
    for number in range(params.folds):
        held = fold == number
        if held.any():
            part = fit_booster(rows_to_fit(data.where(~held), params), shape, params, trees)
            out[held] = part.raw_score(data.features[held], params.num_threads)
            baselines[number] = part.baseline(params.periods)
    boosters = {
        _named(kind, seed, params): fit_booster(rows, shape, replace(params, seed=seed), trees)
        for seed in seeds_of(params)
    }
    return Fitted(averaged(boosters), trees, out, fold, baselines, shape.groups is not None)


def _named(kind: str, seed: int, params: TrainParams) -> str:
    """Name of a booster in its blend: its kind, and its seed where there is more than one."""
    return kind if params.seeds == 1 else f"{kind}-{seed}"


def _preferred(by_domain: Fitted, free: Fitted, data: Loans, params: TrainParams) -> Fitted:
    """The booster of groups by domain, unless its out-of-fold log-loss is worse by more than one standard error."""
    risk = at_risk(data, params.period_months, params.periods)
    weight = data.weight[risk.loan]
    sign = np.where(risk.defaulted > 0, 1.0, -1.0)
    losses = []
    for fitted in (by_domain, free):
        score = fitted.at_risk_scores(risk)
        intercept, slope = fit_platt(score, risk.defaulted, weight, params.slope_ridge)
        losses.append(-log_expit(sign * (intercept + slope * score)))
    worse, share = losses[0] - losses[1], weight / weight.sum()
    mean = float(share @ worse)
    error = float(np.sqrt(share**2 @ (worse - mean) ** 2))
    return by_domain if mean <= error else free


def latest(data: Loans, params: TrainParams) -> np.ndarray:
    """True for the latest share of the loans by day of decision, the one that early stopping looks at."""
    day = data.as_of.astype("datetime64[D]").astype(int)
    edge = np.quantile(day, 1 - params.validation_share)
    later = day > edge
    # Where many loans share the day of the edge, none may be after it.
    return np.asarray(later if later.any() else day >= edge)


def _trees(data: Loans, shape: Shape, params: TrainParams) -> int:
    """Trees by early stopping on the latest share of the development loans; only earlier loans are fitted.

    The mean over the seeds that are averaged: one seed's number of trees is mostly luck where defaults are few, and
    moves PDs as much as the draw of rows and features does.
    """
    late = latest(data, params)
    early, held = rows_to_fit(data.where(~late), params), rows_at_risk(data.where(late), params)
    if min(early.defaulted.sum(), held.defaulted.sum()) < 1:
        return max(1, params.num_iterations // 4)
    counts = [best_trees(early, held, shape, replace(params, seed=seed)) for seed in seeds_of(params)]
    return round(sum(counts) / len(counts))
