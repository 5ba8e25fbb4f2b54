"""Criteria of little giants (小巨人, 工信部企业〔2022〕63号); pure functions of policy figures."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from features.ratios import ratio
from features.rules.logic import all_of, at_least, at_most


def little_giant_criteria(quantities: Mapping[str, pd.Series], policy: Mapping[str, Any]) -> tuple[pd.Series, ...]:
    """Whether growth, leverage, innovation by revenue band, and related class I rights suffice [flag]."""
    q = quantities
    return (
        at_least(q["main_revenue_growth_2y"], policy["little_giant_growth_at_least"]),
        at_most(ratio(q["liabilities"], q["assets"]), policy["little_giant_leverage_at_most"]),
        _little_giant_innovation(q, policy),
        at_least(q["class_1_related"], policy["little_giant_class_1_at_least"]),
    )


def _little_giant_innovation(q: Mapping[str, pd.Series], policy: Mapping[str, Any]) -> pd.Series:
    """Upper band: R&D share in two years; middle band likewise if policy says so; below: equity, R&D and people."""
    (upper, upper_share), (middle, middle_share) = policy["little_giant_research_by_revenue"]
    now, before = ratio(q["rd_expense"], q["revenue"]), ratio(q["rd_expense_prior"], q["revenue_prior"])
    both = all_of(at_least(now, upper_share), at_least(before, upper_share))
    one = at_least(now, middle_share)
    if policy["little_giant_middle_band_both_years"]:
        one = all_of(one, at_least(before, middle_share))
    small = policy["little_giant_small_revenue"]
    young = all_of(
        at_least(q["equity_raised_2y"], small["equity_raised_2y"]),
        at_least(q["rd_expense"], small["rd_expense"]),
        at_least(ratio(q["rd_staff"], q["staff"]), small["rd_staff_share"]),
    )
    chosen = both.where(q["revenue"] >= upper, one.where(q["revenue"] >= middle, young))
    return chosen.where(q["revenue"].notna())
