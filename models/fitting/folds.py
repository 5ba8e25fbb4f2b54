"""A stack of boosters and a linear part with out-of-fold scores, folds by enterprise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from models.errors import ModelError
from models.fitting.blend import Blend, Member
from models.fitting.booster import Rows, Shape
from models.fitting.loans import AtRisk, Loans, at_risk
from models.fitting.members import fitted_kinds, losses
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of, rows_at_risk
from models.fitting.stack import stack_weights

FEWEST_FOLDS = 2
"""Folds that must hold defaults: without a default outside a fold nothing can be fitted for it."""


@dataclass(frozen=True)
class Fitted:
    """A stack of members, the weight and the trees of each kind, and its out-of-fold scores as those of `OneKind`.

    `fold` is the fold each loan was held out in. `by_domain` says that only features of one domain interact.
    """

    booster: Blend
    weights: Mapping[str, float]
    trees: Mapping[str, int]
    out_of_fold: np.ndarray
    fold: np.ndarray
    baselines: np.ndarray
    by_domain: bool = False

    def where(self, rows: np.ndarray) -> "Fitted":
        """The same stack with the out-of-fold scores of some of its loans."""
        return replace(self, out_of_fold=self.out_of_fold[rows], fold=self.fold[rows])

    def at_risk_scores(self, risk: AtRisk) -> np.ndarray:
        """Out-of-fold log-odds of every period at risk."""
        return np.asarray(self.out_of_fold[risk.loan] + self.baselines[self.fold[risk.loan], risk.period])

    def make_up(self) -> dict[str, dict[str, float]]:
        """Weight and number of trees of each kind of member."""
        return {kind: {"weight": self.weights[kind], "trees": self.trees[kind]} for kind in self.weights}


def fit_with_folds(data: Loans, shape: Shape, params: TrainParams, what: str) -> Fitted:
    """The members of `params.members`, fitted per fold and on all loans, stacked by their out-of-fold scores.

    With domain constraints `within_one_error` this is done twice, and the groups of `shape` are kept where they cost no
    more out-of-fold log-loss than one standard error of the difference.

    Raises
    ------
    ModelError
        When `data` has no period at risk, one outcome only, fewer defaults than folds, or all of them in one fold.
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
    _require_folds(data, rows, params, what)
    if params.domain_constraints == "within_one_error" and shape.groups is not None:
        free = _stacked(data, replace(shape, groups=None), params)
        return _preferred(_stacked(data, shape, params), free, data, params)
    return _stacked(data, shape, params)


def _require_folds(data: Loans, rows: Rows, params: TrainParams, what: str) -> None:
    """Nothing, when every fold's fit has a default to learn from.

    Raises
    ------
    ModelError
        When all defaults, or all loans, are of enterprises of one fold.
    """
    fold = folds_of(data.enterprise, params.folds, params.fold_salt)
    loan = at_risk(data, params.period_months, params.periods).loan
    held = np.unique(fold[loan][rows.defaulted == 1])
    if len(held) < FEWEST_FOLDS:
        message = (
            f"{what}: wanted defaults of enterprises in at least {FEWEST_FOLDS} of the {params.folds} folds; all "
            f"{int(rows.defaulted.sum())} defaults are in one"
        )
        raise ModelError(message)


def _stacked(data: Loans, shape: Shape, params: TrainParams) -> Fitted:
    """All members and their stack, weights by the out-of-fold log-loss of every period at risk."""
    fold = folds_of(data.enterprise, params.folds, params.fold_salt)
    found = fitted_kinds(data, fold, shape, params)
    risk = at_risk(data, params.period_months, params.periods)
    scores = np.column_stack(
        [one.out_of_fold[risk.loan] + one.baselines[fold[risk.loan], risk.period] for one in found.values()]
    )
    weights = stack_weights(scores, risk.defaulted, data.weight[risk.loan], params)
    kept = {kind: float(weight) for kind, weight in zip(found, weights, strict=True) if weight > 0}
    return Fitted(
        Blend(tuple(Member(kind, weight, found[kind].scorer) for kind, weight in kept.items())),
        kept,
        {kind: found[kind].trees for kind in kept},
        np.asarray(sum(weight * found[kind].out_of_fold for kind, weight in kept.items())),
        fold,
        np.asarray(sum(weight * found[kind].baselines for kind, weight in kept.items())),
        shape.groups is not None,
    )


def _preferred(by_domain: Fitted, free: Fitted, data: Loans, params: TrainParams) -> Fitted:
    """The stack of groups by domain, unless its out-of-fold log-loss is worse by more than one standard error."""
    risk = at_risk(data, params.period_months, params.periods)
    weight = data.weight[risk.loan]
    first, second = (losses(fitted.at_risk_scores(risk), risk, weight, params) for fitted in (by_domain, free))
    worse, share = first - second, weight / weight.sum()
    mean = float(share @ worse)
    error = float(np.sqrt(share**2 @ (worse - mean) ** 2))
    return by_domain if mean <= error else free
