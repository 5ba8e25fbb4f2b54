"""Members of a stack, each fitted per fold and on all loans."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import log_expit

from models.fitting.additive import collapsed
from models.fitting.booster import Booster, Rows, Shape, fit_booster, fit_folds
from models.fitting.calibration import fit_platt
from models.fitting.kinds import booster_kinds
from models.fitting.linear import (
    Coefficients,
    Observed,
    as_steps,
    binned,
    directions_of,
    fit_ridge,
    score_of,
)
from models.fitting.loans import AtRisk, Loans, at_risk
from models.fitting.params import BoosterParams, TrainParams
from models.fitting.rows import rows_to_fit
from models.fitting.steps import Steps, stored

OUT_DECIMALS = 8
"""Decimals of the out-of-fold scores of the linear part [log-odds]."""
ONE_SPLIT = 2
"""Leaves of a tree of one split."""


@dataclass(frozen=True)
class OneKind:
    """A member of a stack: what scores, its number of trees, and what its folds give for the loans it was fitted on.

    `out_of_fold` is the score of each loan [log-odds] by a fit that saw none of its enterprise's loans; `baselines`
    g(k) - g(0) of each fold's fit, shape (folds, periods).
    """

    scorer: Booster | Steps
    trees: int
    out_of_fold: np.ndarray
    baselines: np.ndarray


def fitted_kinds(data: Loans, fold: np.ndarray, shape: Shape, params: TrainParams) -> dict[str, OneKind]:
    """Every member of `params.members`, in the order of MEMBERS; as many at a time as there are threads.

    Each fit has one thread, so that the same bytes come on any number of cores.
    """
    rows = rows_to_fit(data, params)
    alone = replace(params, num_threads=1)
    tasks: dict[str, Callable[[], OneKind]] = {
        kind: lambda of=of: _trees_of_one_kind(data, rows, fold, shape, alone, of)  # type: ignore[misc]
        for kind, of in booster_kinds(alone, len(data), int(np.nansum(data.defaulted))).items()
    }
    if "linear" in params.members:
        tasks["linear"] = lambda: _linear(data, rows, fold, shape, alone)
    with ThreadPoolExecutor(params.num_threads) as pool:
        running = {kind: pool.submit(task) for kind, task in tasks.items()}
        return {kind: future.result() for kind, future in running.items()}


def _trees_of_one_kind(
    data: Loans, rows: Rows, fold: np.ndarray, shape: Shape, params: TrainParams, kind: BoosterParams
) -> OneKind:
    """Boosters of the folds, as many trees as serve the loans held out best, then one booster of all loans."""
    risk = at_risk(data, params.period_months, params.periods)
    present, held = np.unique(fold, return_inverse=True)
    of_rows = held[risk.loan][rows.origin]
    found = fit_folds(rows, of_rows, shape, kind, params.num_iterations, params.early_stopping_rounds)
    values = data.features.to_numpy(dtype="float64")
    out = np.full(len(data), np.nan)
    baselines = np.zeros((params.folds, params.periods))
    for number, booster in enumerate(found.boosters):
        out[held == number] = booster.raw_score(values[held == number], params.num_threads)
        baselines[present[number]] = booster.baseline(params.periods)
    whole = fit_booster(rows, shape, kind, found.trees)
    # Trees of one split add up to step functions.
    additive = kind.num_leaves == ONE_SPLIT
    scorer = stored(collapsed(whole, values, params.periods)) if additive else whole
    return OneKind(scorer, found.trees, out, baselines)


def _linear(data: Loans, rows: Rows, fold: np.ndarray, shape: Shape, params: TrainParams) -> OneKind:
    """The linear part of the ridge with the lowest out-of-fold log-loss."""
    risk = at_risk(data, params.period_months, params.periods)
    names = list(data.features.columns)
    lent = np.unique(risk.loan)
    # A loan and its copy have a row of columns each, shared by their periods.
    whose = risk.loan[rows.origin] + len(data) * (np.arange(len(rows.origin)) >= len(risk.loan))
    _, firsts, at = np.unique(whose, return_index=True, return_inverse=True)
    bins = binned(rows, firsts)
    period = np.zeros(len(at), dtype=int) if rows.period is None else rows.period
    unit = rows.weight[: len(risk.loan)].mean()
    seen = Observed(at, period, rows.defaulted, rows.weight / unit)
    of_rows = fold[risk.loan][rows.origin]
    directions = directions_of(names, shape.directions)
    best: tuple[float, float, np.ndarray, np.ndarray] | None = None
    starts: dict[int, Coefficients] = {}
    for ridge in sorted(params.linear_ridges, reverse=True):
        out, baselines = np.full(len(data), np.nan), np.zeros((params.folds, params.periods))
        for number in np.unique(fold):
            part = fit_ridge(bins, seen.where(of_rows != number), params.periods, directions, ridge, starts.get(number))
            starts[number] = part
            held = fold[lent] == number
            out[lent[held]] = score_of(bins, part, np.flatnonzero(held))
            baselines[number] = part.period - part.period[0]
        score = out[risk.loan] + baselines[fold[risk.loan], risk.period]
        loss = _loss(score, risk, data.weight[risk.loan], params)
        if best is None or loss < best[0]:
            best = loss, ridge, out, baselines
    assert best is not None
    whole = fit_ridge(bins, seen, params.periods, directions, best[1])
    steps = stored(as_steps(names, bins, whole, np.arange(len(lent))))
    unlent = np.isnan(best[2])
    best[2][unlent] = steps.raw_score(data.features[unlent])
    # Kinds of CPU agree on fewer digits than a float has.
    return OneKind(steps, 0, np.round(best[2], OUT_DECIMALS) + 0.0, np.round(best[3], OUT_DECIMALS) + 0.0)


def _loss(score: np.ndarray, risk: AtRisk, weight: np.ndarray, params: TrainParams) -> float:
    return float(losses(score, risk, weight, params) @ weight / weight.sum())


def losses(score: np.ndarray, risk: AtRisk, weight: np.ndarray, params: TrainParams) -> np.ndarray:
    """Log-loss of each period at risk after Platt scaling."""
    intercept, slope = fit_platt(score, risk.defaulted, weight, params.slope_ridge)
    return np.asarray(-log_expit(np.where(risk.defaulted > 0, 1.0, -1.0) * (intercept + slope * score)))
