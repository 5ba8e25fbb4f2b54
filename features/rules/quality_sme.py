"""Innovative, specialised (专精特新) and little-giant (小巨人) SMEs (工信部企业〔2022〕63号), as far as tables show.

The latest policy is applied to what was known on the day. A missing input gives a missing result unless the rule is
decided without it. What no table shows is in `NOT_ASSESSED` and never counted as met: a 1 here is not yet the title.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from features.ratios import ratio
from features.rules.little_giant import little_giant_criteria
from features.rules.logic import (
    all_of,
    any_at_least,
    any_of,
    at_least,
    first_met,
    latest,
    points_at_least,
    points_at_most,
    sum_reaches,
)
from policy.loader import figures
from schemas.declarations import Text

NOT_ASSESSED = (
    Text("High-value class I rights", "I类高价值知识产权"),
    Text("Years in the niche and share of the niche market", "从事细分市场年限与细分市场占有率"),
    Text("Share of main business; strategic emerging industry", "主营业务占比；是否属于战略性新兴产业"),
    Text("Core process on information technology; certification", "核心业务信息系统支撑；管理体系或产品认证"),
    Text("R&D institution below provincial rank; rank of awards; contests", "省级以下研发机构；奖励排名；创客中国名次"),
    Text("Full score of specialised SMEs", "专精特新中小企业评分"),
)


def quality_policy() -> dict[str, Any]:
    """Latest figures of policy/quality_sme.yaml by name."""
    return {name: latest("quality_sme", name) for name in figures("quality_sme")}


def share_met(criteria: tuple[pd.Series, ...]) -> pd.Series:
    """Criteria met over criteria assessed [fraction]; missing where one is unknown."""
    return sum(criteria[1:], criteria[0]) / len(criteria)


def innovative_parts(quantities: Mapping[str, pd.Series], policy: Mapping[str, Any]) -> tuple[pd.Series, ...]:
    """Points of an innovative SME for rights (0 to 15 assessable), R&D (20), growth (20) and leverage (10)."""
    q, rights = quantities, policy["innovative_rights"]
    return (
        first_met([at_least(q[name], number) for name, number, _ in rights], [points for _, _, points in rights]),
        points_at_least(ratio(q["rd_expense"], q["revenue"]), policy["innovative_research"]),
        points_at_least(q["revenue_growth"], policy["innovative_growth"]),
        points_at_most(ratio(q["liabilities"], q["assets"]), policy["innovative_leverage"]),
    )


def innovative_part_met(quantities: Mapping[str, pd.Series], policy: Mapping[str, Any]) -> pd.Series:
    """1 where one of the sufficient conditions holds, or innovation and growth both reach their minimum [flag]."""
    parts, least = innovative_parts(quantities, policy), policy["innovative_minimum"]
    rights, research = policy["innovative_rights"][0][2], policy["innovative_research"][0][1]
    growth, leverage = policy["innovative_growth"][0][1], policy["innovative_leverage"][0][1]
    scored = all_of(
        sum_reaches(parts[:2], (rights, research), least["innovation"]),
        sum_reaches(parts[2:], (growth, leverage), least["growth"]),
    )
    return any_of(any_at_least(quantities, policy["innovative_any_one"]), scored)


def specialised_criteria(quantities: Mapping[str, pd.Series], policy: Mapping[str, Any]) -> tuple[pd.Series, ...]:
    """Whether R&D expense, R&D share, and revenue (or equity) suffice [flag]."""
    q = quantities
    return (
        at_least(q["rd_expense"], policy["specialised_research_at_least"]),
        at_least(ratio(q["rd_expense"], q["revenue"]), policy["specialised_research_share_at_least"]),
        any_at_least(q, policy["specialised_revenue_or_equity"]),
    )


def innovative_sme_points(
    class_1_self_developed: pd.Series,
    class_1_valid: pd.Series,
    class_2_valid: pd.Series,
    rd_expense: pd.Series,
    revenue: pd.Series,
    revenue_growth: pd.Series,
    liabilities: pd.Series,
    assets: pd.Series,
) -> pd.Series:
    """Points of the innovative SME evaluation that tables show [points, 0 to 65]; missing where a deciding input is.

    Rights 15, R&D 20, growth 20, leverage 10; 35 of 100 are not assessed. Source: 工信部企业〔2022〕63号.
    """
    parts = innovative_parts(dict(locals()), quality_policy())
    return sum(parts[1:], parts[0])


def innovative_sme_part_met(
    class_1_self_developed: pd.Series,
    class_1_valid: pd.Series,
    class_2_valid: pd.Series,
    rd_expense: pd.Series,
    revenue: pd.Series,
    revenue_growth: pd.Series,
    liabilities: pd.Series,
    assets: pd.Series,
    hitech_valid: pd.Series,
    provincial_awards_2y: pd.Series,
    national_platforms: pd.Series,
    provincial_platforms: pd.Series,
    equity_raised_3y: pd.Series,
) -> pd.Series:
    """1 where the assessable part of the innovative SME criteria is met [flag]; missing where undecided.

    A sufficient condition, or 20 points for innovation and 15 for growth. Source: 工信部企业〔2022〕63号.
    """
    return innovative_part_met(dict(locals()), quality_policy())


def specialised_sme_share_met(
    rd_expense: pd.Series, revenue: pd.Series, rd_expense_2y_mean: pd.Series, equity_raised_2y: pd.Series
) -> pd.Series:
    """Assessable criteria of specialised SMEs met, over four [fraction]; missing where one is unknown.

    R&D expense, R&D share, revenue or equity, and a condition that replaces the score. Source: 工信部企业〔2022〕63号.
    """
    known, policy = dict(locals()), quality_policy()
    return share_met((*specialised_criteria(known, policy), any_at_least(known, policy["specialised_any_one"])))


def specialised_sme_part_met(rd_expense: pd.Series, revenue: pd.Series, equity_raised_2y: pd.Series) -> pd.Series:
    """1 where R&D and revenue (or equity) suffice for a specialised SME [flag]; missing where undecided.

    R&D by amount and share; the score, of which no table shows enough, is left out. Source: 工信部企业〔2022〕63号.
    """
    return all_of(*specialised_criteria(dict(locals()), quality_policy()))


def little_giant_share_met(
    main_revenue_growth_2y: pd.Series,
    liabilities: pd.Series,
    assets: pd.Series,
    rd_expense: pd.Series,
    revenue: pd.Series,
    rd_expense_prior: pd.Series,
    revenue_prior: pd.Series,
    equity_raised_2y: pd.Series,
    rd_staff: pd.Series,
    staff: pd.Series,
    class_1_related: pd.Series,
) -> pd.Series:
    """Assessable criteria of little giants met, over four [fraction]; missing where one is unknown.

    Growth, leverage, innovation by revenue band, related class I rights. Source: 工信部企业〔2022〕63号.
    """
    return share_met(little_giant_criteria(dict(locals()), quality_policy()))


def little_giant_part_met(
    main_revenue_growth_2y: pd.Series,
    liabilities: pd.Series,
    assets: pd.Series,
    rd_expense: pd.Series,
    revenue: pd.Series,
    rd_expense_prior: pd.Series,
    revenue_prior: pd.Series,
    equity_raised_2y: pd.Series,
    rd_staff: pd.Series,
    staff: pd.Series,
    class_1_related: pd.Series,
) -> pd.Series:
    """1 where all four assessable criteria of little giants are met, 0 where one fails [flag]; else missing.

    Source: 工信部企业〔2022〕63号.
    """
    return all_of(*little_giant_criteria(dict(locals()), quality_policy()))
