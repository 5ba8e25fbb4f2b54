"""What each feature domain adds: the same booster with and without it, on the same folds, with bootstrap intervals."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.ablation.names import BEYOND_FINANCE, FINANCE_DOMAINS
from models.ablation.paired import MEASURES, Group, measured, resampled
from models.errors import ModelError
from models.fitting.booster import Rows, Shape, fit_booster
from models.fitting.calibration import fit_platt
from models.fitting.loans import Loans
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of

CONFIDENCE = 0.95
"""Confidence of the intervals."""


@dataclass(frozen=True)
class Book:
    """Matured development loans in rows, with stage, size class and exposure of each."""

    loans: Loans
    stage: np.ndarray
    size_class: np.ndarray
    exposure: np.ndarray


@dataclass(frozen=True)
class Parameters:
    """Folds, trees per booster, bootstrap resamples, and tolerated NPL ratio by size class [fraction of amounts]."""

    folds: int
    trees: int
    resamples: int
    tolerances: Mapping[str, float]


@dataclass(frozen=True)
class Effect:
    """Figure with all features less the figure without some, and the ends of its 95 % interval (None where unknown)."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class GroupEffects:
    """Figures of one group of loans with all features, and by comparison what the features left out add to each."""

    loans: int
    defaults: int
    with_all: Mapping[str, float | None]
    added: Mapping[str, Mapping[str, Effect]]


def comparisons(domain_of: Mapping[str, str]) -> dict[str, list[str]]:
    """Features that stay, by comparison: without each domain, and with the finance domains alone.

    `domain_of` gives the domain of each feature. A comparison that leaves nothing, or everything, is left out.
    """
    domains = dict.fromkeys(domain_of.values())
    kept = {domain: [name for name, own in domain_of.items() if own != domain] for domain in domains}
    kept[BEYOND_FINANCE] = [name for name, own in domain_of.items() if own in FINANCE_DOMAINS]
    return {name: names for name, names in kept.items() if 0 < len(names) < len(domain_of)}


def ablated(
    book: Book, domain_of: Mapping[str, str], shape: Shape, params: TrainParams, parameters: Parameters
) -> dict[str, GroupEffects]:
    """Effects per stage and in `total` from out-of-fold scores, calibrated by Platt scaling per stage.

    One classifier of all stages, of the same number of trees in every comparison, on the same folds, which split no
    enterprise. Intervals are percentiles over resamples of enterprises: they say how much the loans vary, not how much
    another fit would.

    Raises
    ------
    ModelError
        When all loans that are not in a fold have the same outcome.
    """
    kept = {"all": list(domain_of), **comparisons(domain_of)}
    fold = folds_of(book.loans.enterprise, parameters.folds, params.fold_salt)
    counts = resampled(book.loans.enterprise, parameters.resamples, params.seed)
    logits = {name: _logits(book, names, fold, shape, params, parameters.trees) for name, names in kept.items()}
    groups = {str(stage): book.stage == stage for stage in dict.fromkeys(book.stage)}
    return {
        name: _effects(
            _group(book, rows, counts), {key: logit[rows] for key, logit in logits.items()}, parameters.tolerances
        )
        for name, rows in {**groups, "total": np.ones(len(book.loans), dtype=bool)}.items()
    }


def _logits(
    book: Book, names: list[str], fold: np.ndarray, shape: Shape, params: TrainParams, trees: int
) -> np.ndarray:
    """Calibrated out-of-fold log-odds of each loan by boosters of some features."""
    score = np.full(len(book.loans), np.nan)
    for number in np.unique(fold):
        known = book.loans.where(fold != number)
        if known.defaulted.sum() in (0, len(known)):
            message = f"ablation: wanted both outcomes outside every fold; without fold {number} there is one only"
            raise ModelError(message)
        rows = Rows(known.features[names], None, known.defaulted, known.weight)
        held = fold == number
        score[held] = fit_booster(rows, shape, params, trees).raw_score(book.loans.features[held], params.num_threads)
    return _calibrated(book, score, params.slope_ridge)


def _calibrated(book: Book, score: np.ndarray, ridge: float) -> np.ndarray:
    """Log-odds by Platt scaling per stage; a stage with one outcome takes the scaling of all."""
    y, w = book.loans.defaulted, book.loans.weight
    intercept, slope = fit_platt(score, y, w, ridge)
    found = intercept + slope * score
    for stage in dict.fromkeys(book.stage):
        rows = book.stage == stage
        if 0 < y[rows].sum() < rows.sum():
            intercept, slope = fit_platt(score[rows], y[rows], w[rows], ridge)
            found[rows] = intercept + slope * score[rows]
    return np.asarray(found)


def _group(book: Book, rows: np.ndarray, counts: np.ndarray) -> Group:
    known = book.loans
    return Group(known.defaulted[rows], known.weight[rows], book.exposure[rows], book.size_class[rows], counts[:, rows])


def _effects(group: Group, logits: Mapping[str, np.ndarray], tolerances: Mapping[str, float]) -> GroupEffects:
    figures = {name: measured(group, logit, tolerances) for name, logit in logits.items()}
    whole = figures.pop("all")
    added = {
        name: {measure: _effect(whole[measure] - figure[measure]) for measure in MEASURES}
        for name, figure in figures.items()
    }
    with_all = {measure: _number(whole[measure][0]) for measure in MEASURES}
    return GroupEffects(len(group.defaulted), int(group.defaulted.sum()), with_all, added)


def _effect(differences: np.ndarray) -> Effect:
    drawn = differences[1:][np.isfinite(differences[1:])]
    if not len(drawn):
        return Effect(_number(differences[0]), None, None)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Effect(_number(differences[0]), float(low), float(high))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
