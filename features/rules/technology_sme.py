"""Evaluation of technology-based SMEs (科技型中小企业评价办法, 国科发政〔2017〕115号).

The latest policy is applied to what was known on the day. A missing input gives a missing result unless the rule is
decided without it. Conditions no table shows are in `NOT_ASSESSED` and are never counted for or against.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from features.ratios import ratio
from features.rules.logic import (
    all_of,
    any_at_least,
    any_of,
    at_least,
    at_most,
    first_met,
    latest,
    points_at_least,
    sum_reaches,
)
from schemas.declarations import Text

FIGURES = (
    "staff_at_most",
    "revenue_at_most",
    "assets_at_most",
    "lists_at_most",
    "people_points",
    "research_points_of_sales",
    "research_points_of_costs",
    "results_points_class_1",
    "results_points_class_2",
    "pass_mark",
    "direct_titles",
    "direct_standards",
)

NOT_ASSESSED = (
    Text("Products in prohibited, restricted or eliminated classes", "产品是否属于禁止、限制和淘汰类"),
    Text(
        "Major accidents, serious environmental breaches, serious research misconduct",
        "重大安全质量事故、严重环境违法、科研严重失信",
    ),
    Text("Rank of a national science and technology award", "国家级科技奖励排名"),
    Text(
        "Disputes over a right; relation of class II rights to the main business",
        "知识产权争议；II类知识产权与主营业务的相关性",
    ),
)


def technology_sme_policy() -> dict[str, Any]:
    """Latest figures of policy/technology_sme.yaml by name."""
    return {name: latest("technology_sme", name) for name in FIGURES}


def people_points(staff: pd.Series, st_staff: pd.Series, policy: Mapping[str, Any]) -> pd.Series:
    """Points for the share of science and technology staff [points, 0 to 20]."""
    return points_at_least(ratio(st_staff, staff), policy["people_points"])


def research_points(
    rd_expense: pd.Series, revenue: pd.Series, costs: pd.Series, policy: Mapping[str, Any]
) -> pd.Series:
    """Points for R&D over sales or over cost and expense, the better of the two [points, 0 to 50].

    A route whose denominator is zero is not open; one whose input is missing leaves the points missing unless the other
    route already gives the most.
    """
    routes = _research_routes(rd_expense, revenue, costs, policy)
    settled = (routes["sales"].notna() | (revenue <= 0)) & (routes["costs"].notna() | (costs <= 0))
    better = routes.max(axis=1)
    return better.where(settled | (better == policy["research_points_of_sales"][0][1]))


def _research_routes(
    rd_expense: pd.Series, revenue: pd.Series, costs: pd.Series, policy: Mapping[str, Any]
) -> pd.DataFrame:
    """Points by each route, missing where it is not known or not open [points]."""
    return pd.DataFrame(
        {
            "sales": points_at_least(ratio(rd_expense, revenue), policy["research_points_of_sales"]),
            "costs": points_at_least(ratio(rd_expense, costs), policy["research_points_of_costs"]),
        }
    )


def results_points(class_1_related: pd.Series, class_2_valid: pd.Series, policy: Mapping[str, Any]) -> pd.Series:
    """Points for rights in force: class I first, else by the number of class II [points, 0 to 30]."""
    steps_1, steps_2 = policy["results_points_class_1"], policy["results_points_class_2"]
    conditions = [at_least(class_1_related, n) for n, _ in steps_1] + [at_least(class_2_valid, n) for n, _ in steps_2]
    return first_met(conditions, [points for _, points in (*steps_1, *steps_2)])


def eligible(quantities: Mapping[str, pd.Series], policy: Mapping[str, Any]) -> pd.Series:
    """1 where staff, sales and assets are small enough and no list names the enterprise [flag]."""
    return all_of(
        at_most(quantities["staff"], policy["staff_at_most"]),
        at_most(quantities["revenue"], policy["revenue_at_most"]),
        at_most(quantities["assets"], policy["assets_at_most"]),
        *(at_most(quantities[name], bound) for name, bound in policy["lists_at_most"].items()),
    )


def directly_recognised(quantities: Mapping[str, pd.Series], policy: Mapping[str, Any]) -> pd.Series:
    """1 where a hi-tech certificate, an R&D platform or a standard led in five years replaces the score [flag]."""
    titles = any_at_least(quantities, policy["direct_titles"])
    return any_of(titles, at_least(quantities["standards_led_5y"], policy["direct_standards"]))


def scored_high_enough(quantities: Mapping[str, pd.Series], policy: Mapping[str, Any]) -> pd.Series:
    """1 where the points reach the pass mark and some are for people [flag]; points in hand may be enough."""
    q = quantities
    research = (q["rd_expense"], q["revenue"], q["costs"], policy)
    people = people_points(q["staff"], q["st_staff"], policy)
    results = results_points(q["class_1_related"], q["class_2_valid"], policy)
    highest = [policy[n][0][1] for n in ("people_points", "research_points_of_sales", "results_points_class_1")]
    reached = sum_reaches((people, research_points(*research), results), highest, policy["pass_mark"])
    in_hand = people.fillna(0) + _research_routes(*research).max(axis=1).fillna(0) + results.fillna(0)
    people_scored = (people > 0).astype("float64").where(people.notna())
    return all_of(reached.mask(in_hand >= policy["pass_mark"], 1.0), people_scored)


def passes(quantities: Mapping[str, pd.Series], policy: Mapping[str, Any]) -> pd.Series:
    """1 where the enterprise is eligible and either directly recognised or scored high enough [flag]."""
    enough = any_of(directly_recognised(quantities, policy), scored_high_enough(quantities, policy))
    return all_of(eligible(quantities, policy), enough)


def technology_sme_score(
    staff: pd.Series,
    st_staff: pd.Series,
    rd_expense: pd.Series,
    revenue: pd.Series,
    costs: pd.Series,
    class_1_related: pd.Series,
    class_2_valid: pd.Series,
) -> pd.Series:
    """Score of the technology-based SME evaluation [points, 0 to 100]; missing where an input that decides is.

    People 20, R&D 50 by the better of two routes, results 30. Source: 国科发政〔2017〕115号.
    """
    policy = technology_sme_policy()
    people = people_points(staff, st_staff, policy)
    return (
        people
        + research_points(rd_expense, revenue, costs, policy)
        + results_points(class_1_related, class_2_valid, policy)
    )


def technology_sme_passes(
    staff: pd.Series,
    st_staff: pd.Series,
    rd_expense: pd.Series,
    revenue: pd.Series,
    costs: pd.Series,
    assets: pd.Series,
    class_1_related: pd.Series,
    class_2_valid: pd.Series,
    hitech_valid: pd.Series,
    national_platforms: pd.Series,
    provincial_platforms: pd.Series,
    standards_led_5y: pd.Series,
    abnormal_now: pd.Series,
    serious_breach_2y: pd.Series,
) -> pd.Series:
    """1 where the technology-based SME evaluation is passed as far as tables show [flag]; missing where undecided.

    Source: 国科发政〔2017〕115号: eligible, and a score of 60 with points for people, or directly recognised.
    """
    return passes(dict(locals()), technology_sme_policy())
