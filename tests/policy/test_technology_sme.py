"""Evaluation of technology-based SMEs: every band edge of the table, eligibility, pass mark and direct recognition."""

import pandas as pd
import pytest

from features.rules.technology_sme import (
    people_points,
    research_points,
    results_points,
    technology_sme_passes,
    technology_sme_policy,
    technology_sme_score,
)

POLICY = technology_sme_policy()
NAN = float("nan")


def one(value: float) -> pd.Series:
    return pd.Series([value], dtype="float64")


# An enterprise of 100 people that scores 20 + 50 + 30 and is eligible by a wide margin.
BEST = {
    "staff": 100,
    "st_staff": 30,
    "rd_expense": 6e6,
    "revenue": 1e8,
    "costs": 9e7,
    "assets": 1e8,
    "class_1_related": 1,
    "class_2_valid": 0,
    "hitech_valid": 0,
    "national_platforms": 0,
    "provincial_platforms": 0,
    "standards_led_5y": 0,
    "abnormal_now": 0,
    "serious_breach_2y": 0,
}
SCORED = ("staff", "st_staff", "rd_expense", "revenue", "costs", "class_1_related", "class_2_valid")


def score(**changes: float) -> float:
    known = {**BEST, **changes}
    return float(technology_sme_score(**{name: one(known[name]) for name in SCORED}).iloc[0])


def passes(**changes: float) -> float:
    return float(technology_sme_passes(**{name: one(value) for name, value in {**BEST, **changes}.items()}).iloc[0])


@pytest.mark.parametrize(
    ("st_staff", "points"),
    [
        (1000, 20),
        (300, 20),
        (299, 16),
        (250, 16),
        (249, 12),
        (200, 12),
        (199, 8),
        (150, 8),
        (149, 4),
        (100, 4),
        (99, 0),
        (0, 0),
    ],
)
def test_people_of_a_thousand_staff(st_staff: float, points: float) -> None:
    assert people_points(one(1000), one(st_staff), POLICY).iloc[0] == points


@pytest.mark.parametrize(
    ("rd_of_10_million_sales", "points"),
    [
        (600_000, 50),
        (599_999, 40),
        (500_000, 40),
        (499_999, 30),
        (400_000, 30),
        (399_999, 20),
        (300_000, 20),
        (299_999, 10),
        (200_000, 10),
        (199_999, 0),
        (0, 0),
    ],
)
def test_research_over_sales(rd_of_10_million_sales: float, points: float) -> None:
    assert research_points(one(rd_of_10_million_sales), one(1e7), one(1e9), POLICY).iloc[0] == points


@pytest.mark.parametrize(
    ("rd_of_10_million_costs", "points"),
    [
        (3_000_000, 50),
        (2_999_999, 40),
        (2_500_000, 40),
        (2_499_999, 30),
        (2_000_000, 30),
        (1_999_999, 20),
        (1_500_000, 20),
        (1_499_999, 10),
        (1_000_000, 10),
        (999_999, 0),
        (0, 0),
    ],
)
def test_research_over_cost_and_expense(rd_of_10_million_costs: float, points: float) -> None:
    assert research_points(one(rd_of_10_million_costs), one(1e12), one(1e7), POLICY).iloc[0] == points


@pytest.mark.parametrize(
    ("revenue", "costs", "points"),
    [(1e7, 1e7, 50), (1e8, 1e7, 10), (1e9, 2e6, 50), (0, 1e7, 10), (1e7, 0, 50)],
)
def test_the_better_route_counts_and_a_route_without_denominator_is_not_open(
    revenue: float, costs: float, points: float
) -> None:
    # R&D of one million: 10 %, 1 % or 0.1 % of sales; 10 % or 50 % of costs.
    assert research_points(one(1e6), one(revenue), one(costs), POLICY).iloc[0] == points


@pytest.mark.parametrize(
    ("class_1", "class_2", "points"),
    [(2, 0, 30), (1, 9, 30), (0, 5, 24), (0, 4, 24), (0, 3, 18), (0, 2, 12), (0, 1, 6), (0, 0, 0)],
)
def test_results(class_1: float, class_2: float, points: float) -> None:
    assert results_points(one(class_1), one(class_2), POLICY).iloc[0] == points


def test_the_best_enterprise_scores_one_hundred_and_passes() -> None:
    assert score() == 100
    assert passes() == 1


@pytest.mark.parametrize(
    ("quantity", "at_the_edge", "over_it"),
    [
        ("staff", 500, 501),
        ("revenue", 200_000_000, 200_000_001),
        ("assets", 200_000_000, 200_000_001),
        ("abnormal_now", 0, 1),
        ("serious_breach_2y", 0, 1),
    ],
)
def test_eligibility_edges(quantity: str, at_the_edge: float, over_it: float) -> None:
    enough = {"st_staff": 500, "rd_expense": 5e7, "hitech_valid": 1}
    assert passes(**{**enough, quantity: at_the_edge}) == 1
    assert passes(**{**enough, quantity: over_it}) == 0


@pytest.mark.parametrize(
    ("changes", "points", "passed"),
    [
        ({"st_staff": 10, "rd_expense": 4e6, "costs": 1e9, "class_1_related": 0, "class_2_valid": 4}, 58, 0),
        ({"st_staff": 20, "rd_expense": 4e6, "costs": 1e9, "class_1_related": 0, "class_2_valid": 3}, 60, 1),
        ({"st_staff": 9, "rd_expense": 6e6}, 80, 0),  # enough points, but none for people
    ],
)
def test_sixty_points_with_some_for_people_pass(changes: dict[str, float], points: float, passed: float) -> None:
    assert score(**changes) == points
    assert passes(**changes) == passed


@pytest.mark.parametrize("title", ["hitech_valid", "national_platforms", "provincial_platforms", "standards_led_5y"])
def test_direct_recognition_needs_no_score_but_eligibility(title: str) -> None:
    nothing = {"st_staff": 0, "rd_expense": 0, "class_1_related": 0}
    assert passes(**nothing) == 0
    assert passes(**nothing, **{title: 1}) == 1
    assert passes(**nothing, **{title: 1, "staff": 501}) == 0


@pytest.mark.parametrize(
    ("changes", "expected_score", "expected_pass"),
    [
        ({"st_staff": NAN}, NAN, NAN),  # 80 points without people, but people must not be zero
        ({"class_1_related": NAN}, NAN, 1),  # 70 of 60 points are in hand
        ({"class_2_valid": NAN}, 100, 1),  # a class I right decides
        ({"revenue": NAN}, NAN, NAN),  # eligibility by sales is open
        ({"costs": NAN}, 100, 1),  # the first route already gives the most
        ({"costs": NAN, "rd_expense": 5e6}, NAN, 1),  # 20 + 40 + 30 in hand, the second route can only add
        ({"costs": NAN, "rd_expense": 2e6, "class_1_related": 0}, NAN, NAN),  # 20 + 10 in hand, up to 70 possible
        ({"rd_expense": 0, "costs": NAN}, NAN, NAN),
        ({"assets": NAN, "abnormal_now": 1}, 100, 0),  # listed: out, whatever the assets
        ({"assets": NAN}, 100, NAN),
    ],
)
def test_missing_inputs_leave_the_result_missing_unless_decided(
    changes: dict[str, float], expected_score: float, expected_pass: float
) -> None:
    assert score(**changes) == pytest.approx(expected_score, nan_ok=True)
    assert passes(**changes) == pytest.approx(expected_pass, nan_ok=True)
