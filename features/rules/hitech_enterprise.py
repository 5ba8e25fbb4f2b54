"""Thresholds of the hi-tech enterprise title (国科发火〔2016〕32号): how many of five are met, and whether all are.

The latest policy is applied to what was known on the day. Three of the five thresholds are recalled, not verified: see
the flags in policy/hitech_enterprise.yaml. What no table shows is in `NOT_ASSESSED` and never counted.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from features.ratios import ratio
from features.rules.logic import all_of, at_least, at_most, first_met, latest
from schemas.declarations import Text

FIGURES = (
    "research_share_by_sales",
    "domestic_share_at_least",
    "staff_share_at_least",
    "revenue_share_at_least",
    "age_months_at_least",
)

NOT_ASSESSED = (
    Text("Ownership of the core technology", "核心技术知识产权所有权"),
    Text("Field of technology", "是否属于国家重点支持的高新技术领域"),
    Text("Innovation score above 70 given by experts", "创新能力评价（专家评分）"),
    Text("Major accidents and serious environmental breaches", "重大安全质量事故与严重环境违法"),
)


def hitech_policy() -> dict[str, Any]:
    """Latest figures of policy/hitech_enterprise.yaml by name."""
    return {name: latest("hitech_enterprise", name) for name in FIGURES}


def criteria(quantities: Mapping[str, pd.Series], policy: Mapping[str, Any]) -> tuple[pd.Series, ...]:
    """Whether each of the five thresholds is met [flag]: R&D share, domestic share, staff share, revenue share, age."""
    q, bands = quantities, policy["research_share_by_sales"]
    wanted = first_met([at_most(q["revenue"], top) for top, _ in bands], [share for _, share in bands])
    return (
        at_least(ratio(q["rd_expense_3y"], q["revenue_3y"]) - wanted, 0.0),
        at_least(q["rd_domestic_share"], policy["domestic_share_at_least"]),
        at_least(ratio(q["st_staff"], q["staff"]), policy["staff_share_at_least"]),
        at_least(ratio(q["hitech_revenue"], q["revenue"]), policy["revenue_share_at_least"]),
        at_least(q["age_months"], policy["age_months_at_least"]),
    )


def hitech_thresholds_met(
    revenue: pd.Series,
    hitech_revenue: pd.Series,
    rd_expense_3y: pd.Series,
    revenue_3y: pd.Series,
    rd_domestic_share: pd.Series,
    staff: pd.Series,
    st_staff: pd.Series,
    age_months: pd.Series,
) -> pd.Series:
    """Thresholds of the hi-tech enterprise title met, of five [count]; missing where one of them is unknown.

    Source: 国科发火〔2016〕32号; staff share, revenue share and age are recalled, not verified.
    """
    met = criteria(dict(locals()), hitech_policy())
    return sum(met[1:], met[0])


def hitech_thresholds_passed(
    revenue: pd.Series,
    hitech_revenue: pd.Series,
    rd_expense_3y: pd.Series,
    revenue_3y: pd.Series,
    rd_domestic_share: pd.Series,
    staff: pd.Series,
    st_staff: pd.Series,
    age_months: pd.Series,
) -> pd.Series:
    """1 where all five thresholds of the hi-tech enterprise title are met, 0 where one fails [flag]; else missing.

    Source: 国科发火〔2016〕32号; staff share, revenue share and age are recalled, not verified.
    """
    return all_of(*criteria(dict(locals()), hitech_policy()))
