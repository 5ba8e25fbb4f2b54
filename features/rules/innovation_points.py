"""Innovation points (企业创新积分制) by scheme; the shipped weights and cut-offs are an assumption of this project."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.rules.innovation_indicators import INDICATORS, Indicator
from features.rules.logic import latest
from policy.loader import PolicyError
from policy.segments import STAGES

Scheme = Mapping[str, Any]
BASE = "base"


def innovation_points(quantities: Mapping[str, pd.Series], stage: pd.Series, scheme: Scheme) -> pd.Series:
    """Innovation points [points, 0 to the sum of the scheme's parts]; missing where the stage or too much is unknown.

    Missing too in a stage that the scheme has no numbers for.

    Source: assumption of this project on the structure the scheme names.
    """
    return innovation_points_breakdown(quantities, stage, scheme).sum(axis=1, skipna=False)


def innovation_points_breakdown(quantities: Mapping[str, pd.Series], stage: pd.Series, scheme: Scheme) -> pd.DataFrame:
    """Innovation points by first-level group [points], one column per group, one row per application.

    Each indicator earns its weight times the share of the way from `none_at` to `full_at`, within [0, 1]. Points of the
    part `base` are those of the known indicators scaled to the full part, missing where less than `least_known` of its
    weight is known; other parts are bonuses: an unknown indicator earns nothing.

    Raises
    ------
    PolicyError
        When the scheme names an indicator or a group that does not exist, or weights that do not add up to its parts.
    """
    indicators = _checked(scheme)
    # A stage the scheme has no numbers for gets no points, as a missing one.
    code = stage.map({name: STAGES.index(name) for name in _named(scheme)}).fillna(-1).to_numpy(dtype="int64")
    points = {group: np.zeros(len(stage)) for group in scheme["groups"]}
    known = np.zeros(len(stage))
    for name, entry in scheme["indicators"].items():
        values = indicators[name].values(quantities).to_numpy(dtype="float64")
        weight = _by_stage(entry["weight"], code)
        start, end = _by_stage(entry["none_at"], code), _by_stage(entry["full_at"], code)
        way = (values - start) / (end - start)
        points[entry["group"]] += weight * np.nan_to_num(np.clip(way, 0.0, 1.0))
        if scheme["groups"][entry["group"]]["part"] == BASE:
            known += weight * ~np.isnan(values)
    full = float(scheme["parts"][BASE])
    enough = known >= scheme["least_known"] * full
    scale = np.divide(full, known, out=np.full(len(stage), np.nan), where=enough & (known > 0))
    for group, entry in scheme["groups"].items():
        points[group] *= scale if entry["part"] == BASE else np.where(np.isnan(scale), np.nan, 1.0)
    return pd.DataFrame(points, index=stage.index)


def _by_stage(number: Any, code: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Each row's number by its stage; NaN where the code is -1, which takes the last entry."""
    numbers = [number.get(stage, np.nan) for stage in STAGES] if isinstance(number, Mapping) else [number] * len(STAGES)
    return np.take(np.array([*numbers, np.nan], dtype="float64"), code)


def _named(scheme: Scheme) -> tuple[str, ...]:
    """Stages the scheme has numbers for, all of them where its numbers do not depend on the stage.

    Raises
    ------
    PolicyError
        When it names a stage that does not exist, or its numbers do not name the same stages.
    """
    numbers = [n for entry in scheme["indicators"].values() for n in entry.values() if isinstance(n, Mapping)]
    named = {stage for number in numbers for stage in number}
    for number in numbers:
        if set(number) != named or not named <= set(STAGES):
            message = (
                f"innovation points: every number by stage must name the same of the stages {', '.join(STAGES)}; "
                f"got {', '.join(number)}"
            )
            raise PolicyError(message)
    return tuple(stage for stage in STAGES if stage in named) if numbers else STAGES


def _checked(scheme: Scheme) -> dict[str, Indicator]:
    """Known indicators by name, once the scheme names only such and its weights add up to its parts."""
    known = {indicator.name: indicator for indicator in INDICATORS}
    for name, entry in scheme["indicators"].items():
        if name not in known:
            message = f"innovation points: indicator must be one of {', '.join(known)}; got {name!r}"
            raise PolicyError(message)
        if entry["group"] not in scheme["groups"]:
            message = (
                f"innovation points, {name}: group must be one of {', '.join(scheme['groups'])}; got {entry['group']!r}"
            )
            raise PolicyError(message)
    code = np.array([STAGES.index(stage) for stage in _named(scheme)])
    for part, wanted in scheme["parts"].items():
        groups = {group for group, entry in scheme["groups"].items() if entry["part"] == part}
        weights = [_by_stage(e["weight"], code) for e in scheme["indicators"].values() if e["group"] in groups]
        totals = dict(zip(_named(scheme), np.sum(weights, axis=0).tolist(), strict=True))
        if not np.allclose(list(totals.values()), wanted):
            message = f"innovation points: weights of part {part} must add up to {wanted} in every stage; got {totals}"
            raise PolicyError(message)
    return known


def innovation_points_2024(
    rd_expense: pd.Series,
    rd_expense_prior: pd.Series,
    revenue: pd.Series,
    st_staff: pd.Series,
    staff: pd.Series,
    related_inventions_applied_1y: pd.Series,
    related_pct_applied_1y: pd.Series,
    contract_turnover_1y: pd.Series,
    hitech_revenue: pd.Series,
    revenue_growth: pd.Series,
    postgraduates: pd.Series,
    rd_deduction_tax: pd.Series,
    profit: pd.Series,
    net_assets: pd.Series,
    graduates_hired: pd.Series,
    provincial_platforms_2y: pd.Series,
    provincial_awards_2y: pd.Series,
    provincial_programmes_2y: pd.Series,
    vc_raised_total: pd.Series,
    stage: pd.Series,
) -> pd.Series:
    """Innovation points, 2024 structure; weights and cut-offs: assumption of this project [points, 0 to 100]."""
    return innovation_points(dict(locals()), stage, latest("innovation_points", "edition_2024"))


def innovation_points_2_0(
    rd_expense: pd.Series,
    revenue: pd.Series,
    rd_staff: pd.Series,
    staff: pd.Series,
    rd_deduction_tax: pd.Series,
    class_1_valid: pd.Series,
    class_2_valid: pd.Series,
    contract_turnover_1y: pd.Series,
    hitech_revenue: pd.Series,
    revenue_growth: pd.Series,
    profit: pd.Series,
    liabilities: pd.Series,
    assets: pd.Series,
    provincial_awards_2y: pd.Series,
    national_awards_5y: pd.Series,
    specialised_sme_valid: pd.Series,
    little_giant_valid: pd.Series,
    provincial_programmes_2y: pd.Series,
    stage: pd.Series,
) -> pd.Series:
    """Innovation points, 2.0 structure; weights and cut-offs: assumption of this project [points, 0 to 130]."""
    return innovation_points(dict(locals()), stage, latest("innovation_points", "edition_2_0"))
