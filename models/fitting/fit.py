"""Fitting the model of one stage: blend with the pooled booster, group effects, calibration."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.fitting.blend import Blend, blend_share, blended
from models.fitting.booster import Shape
from models.fitting.calibration import CalibrationError, Line, Pull, fit_curve, fit_platt, line
from models.fitting.fallback import Counted, bounded, facts_of, falls_back
from models.fitting.folds import Fitted, fit_with_folds
from models.fitting.group_effects import GroupEffect, kept_group_effects
from models.fitting.kinds import left_out
from models.fitting.loans import Loans, at_risk
from models.fitting.params import NO_FALLBACK, TrainParams
from models.fitting.rows import latest
from models.fitting.stage_model import StageModel

BOTH = 2
"""Outcomes a level can be estimated from."""


@dataclass(frozen=True)
class Part:
    """Loans of a part and the table they come from, row by row (it has the columns of the group effects)."""

    loans: Loans
    table: pd.DataFrame


def fit_stage(
    stage: str,
    development: Part,
    calibration: Part,
    pooled: Fitted,
    shape: Shape,
    params: TrainParams,
    facts: dict[str, Any],
    of_all: Line | None = None,
) -> StageModel:
    """The model of one stage; `pooled` must hold the out-of-fold scores of the stage's development loans, row by row.

    A stage with fewer development defaults than `params.minimum_defaults` gets the pooled stack alone; one with fewer
    than `params.fallback_defaults`, where `params.fallback` asks for it, upper bounds of its PD by pooled score
    (`models.fitting.fallback`). `of_all` is the calibration line of all stages, towards which that of the stage is
    pulled: see `pooled_line`.

    Raises
    ------
    ModelError
        When the calibration part of the stage has no loan, or, without `of_all`, one outcome only; when its score ranks
        backwards there. For a fallback: see `bounded`.
    """
    if falls_back(int(np.nansum(development.loans.defaulted)), params):
        return _fallback(stage, development.loans, calibration.loans, pooled, params, facts)
    matured = calibration.loans
    pull = None if of_all is None or params.prior_defaults == 0 else Pull(of_all, params.prior_defaults)
    if len(matured) == 0 or (pull is None and matured.defaulted.sum() in (0, len(matured))):
        message = (
            f"stage {stage}: wanted calibration loans with and without default; "
            f"got {int(matured.defaulted.sum())} defaults among {len(matured)} loans"
        )
        raise ModelError(message)
    known = development.loans
    own = None
    share = 0.0
    if np.nansum(known.defaulted) >= params.minimum_defaults:
        own = fit_with_folds(known, shape, params, f"stage {stage}")
        share = _share(own, pooled, known, params)
    independent = own if share > 0 else None
    group_effects = _group_effects(development, independent, pooled, share, params)
    counted = {
        **_counted(known, matured, matured, params),
        "own_members": None if own is None else own.make_up(),
        "pooled_members": pooled.make_up(),
        "left_out": left_out(params, int(np.nansum(known.defaulted))),
        "calibration_pull": 0.0 if pull is None else pull.share(matured.defaulted),
        "by_domain": pooled.by_domain and (independent is None or independent.by_domain),
    }
    blend = pooled.booster.renamed("pooled")
    if independent is not None:
        blend = blended(independent.booster.renamed("independent"), blend, share)
    raw = StageModel(stage, blend, share, line(0.0, 1.0), group_effects, {**facts, **counted})
    try:
        curve = fit_curve(
            raw.score(calibration.table),
            matured.defaulted,
            matured.weight,
            params.slope_ridge,
            params.spline_defaults,
            raw.offset(calibration.table),
            pull,
        )
    except CalibrationError as error:
        message = f"stage {stage}: {error}"
        raise ModelError(message) from error
    return replace(raw, curve=curve)


def _fallback(
    stage: str, known: Loans, later: Loans, pooled: Fitted, params: TrainParams, facts: dict[str, Any]
) -> StageModel:
    """The pooled stack with upper bounds, from the matured loans of both parts: out-of-fold scores, then its own.

    Few defaults are too few to part into loans that order and loans that calibrate; the development loans were scored
    by fits that saw none of their enterprise's loans.
    """
    matured = ~np.isnan(known.defaulted)
    counted = Counted(
        np.concatenate([pooled.out_of_fold[matured], pooled.booster.raw_score(later.features)]),
        np.concatenate([known.defaulted[matured], later.defaulted]),
        np.concatenate([known.weight[matured], later.weight]),
    )
    curve, classes = bounded(counted, params, stage)
    told = {
        **_counted(known, later, later if len(later) else known.where(matured), params),
        "own_members": None,
        "pooled_members": pooled.make_up(),
        "left_out": left_out(params, int(np.nansum(known.defaulted))),
        "calibration_pull": 0.0,
        "by_domain": pooled.by_domain,
        "fallback": facts_of(classes, params),
    }
    return StageModel(stage, pooled.booster.renamed("pooled"), 0.0, curve, (), {**facts, **told})


def pooled_line(pooled: Blend, calibration: Loans, params: TrainParams) -> Line | None:
    """Intercept and slope of Platt scaling of the pooled stack on the calibration loans of all stages.

    None where those loans have one outcome only and a fallback is asked for, which needs no line.

    Raises
    ------
    CalibrationError
        When those loans have one outcome only and there is no fallback.
    """
    if params.fallback != NO_FALLBACK and len(np.unique(calibration.defaulted)) < BOTH:
        return None
    score = pooled.raw_score(calibration.features)
    return Line(*fit_platt(score, calibration.defaulted, calibration.weight, params.slope_ridge))


def _share(own: Fitted, pooled: Fitted, known: Loans, params: TrainParams) -> float:
    """Blend share by the out-of-fold log-loss of every period at risk."""
    risk = at_risk(known, params.period_months, params.periods)
    weight = known.weight[risk.loan]
    return blend_share(own.at_risk_scores(risk), pooled.at_risk_scores(risk), risk.defaulted, weight, params)


def _group_effects(
    development: Part, own: Fitted | None, pooled: Fitted, share: float, params: TrainParams
) -> tuple[GroupEffect, ...]:
    """Group effects from the matured development loans; Platt brings their out-of-fold scores to the window's level."""
    known = development.loans
    matured = ~np.isnan(known.defaulted)
    if known.defaulted[matured].sum() < params.minimum_defaults:
        return ()
    score = pooled.out_of_fold if own is None else share * own.out_of_fold + (1 - share) * pooled.out_of_fold
    intercept, slope = fit_platt(score[matured], known.defaulted[matured], known.weight[matured], params.slope_ridge)
    return kept_group_effects(
        development.table[matured].reset_index(drop=True),
        intercept + slope * score[matured],
        known.defaulted[matured],
        known.weight[matured],
        pooled.fold[matured],
        latest(known, params)[matured],
    )


def _counted(known: Loans, later: Loans, matured: Loans, params: TrainParams) -> dict[str, Any]:
    """Periods, and loans and defaults of both parts; the window is that of the `matured` loans."""
    return {
        "period_months": params.period_months,
        "periods": params.periods,
        "window_periods": _window_periods(matured, params),
        "development": _counts(known),
        "calibration": _counts(later),
    }


def _window_periods(matured: Loans, params: TrainParams) -> int:
    """Periods of the outcome window: the shortest observation of a matured loan, at most all periods."""
    return int(np.clip(np.floor(matured.observed_months.min() / params.period_months + 1e-9), 1, params.periods))


def _counts(data: Loans) -> dict[str, float]:
    return {
        "loans": len(data),
        "open-window": int(np.isnan(data.defaulted).sum()),
        "defaults": int(np.nansum(data.defaulted)),
        "loans_of_population": float(data.weight.sum()),
    }
