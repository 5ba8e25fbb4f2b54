"""Innovation points: what the shipped schemes hold, and scores worked by hand."""

from collections import Counter
from typing import Any

import pandas as pd
import pytest

from features.rules.innovation_indicators import INDICATORS
from features.rules.innovation_points import innovation_points_2_0, innovation_points_2024
from features.rules.logic import latest

STAGES = ("startup", "growth", "mature")
EDITIONS = {
    "edition_2024": ({"technology_innovation": 7, "growth_and_operation": 6, "auxiliary": 5}, {"base": 100}),
    "edition_2_0": (
        {"innovation_input": 3, "innovation_output": 3, "innovation_development": 3, "innovation_influence": 3},
        {"base": 100, "bonus": 30},
    ),
}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_structure_is_the_published_one(edition: str) -> None:
    scheme = latest("innovation_points", edition)
    groups, parts = EDITIONS[edition]
    assert dict(Counter(entry["group"] for entry in scheme["indicators"].values())) == groups
    assert scheme["parts"] == parts


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("stage", STAGES)
def test_weights_add_up_in_every_stage(edition: str, stage: str) -> None:
    scheme = latest("innovation_points", edition)
    weights = [e["weight"] for e in scheme["indicators"].values()]
    total = sum(w[stage] if isinstance(w, dict) else w for w in weights)
    assert total == sum(EDITIONS[edition][1].values())


def test_every_indicator_is_used_by_a_scheme() -> None:
    used = {name for edition in EDITIONS for name in latest("innovation_points", edition)["indicators"]}
    assert used == {indicator.name for indicator in INDICATORS}


def series(known: dict[str, Any]) -> dict[str, pd.Series]:
    return {name: pd.Series([value], dtype="str" if name == "stage" else "float64") for name, value in known.items()}


NOTHING_2024 = {
    "rd_expense": 0,
    "rd_expense_prior": 1,
    "revenue": 1e-9,
    "st_staff": 0,
    "staff": 10,
    "related_inventions_applied_1y": 0,
    "related_pct_applied_1y": 0,
    "contract_turnover_1y": 0,
    "hitech_revenue": 0,
    "revenue_growth": 0,
    "postgraduates": 0,
    "rd_deduction_tax": 0,
    "profit": -1,
    "net_assets": 1,
    "graduates_hired": 0,
    "provincial_platforms_2y": 0,
    "provincial_awards_2y": 0,
    "provincial_programmes_2y": 0,
    "vc_raised_total": 0,
}
FULL_2024 = {
    "rd_expense": 2e6,
    "rd_expense_prior": 1e6,
    "revenue": 2e7,
    "st_staff": 10,
    "related_inventions_applied_1y": 15,
    "related_pct_applied_1y": 4,
    "contract_turnover_1y": 3e7,
    "hitech_revenue": 3e8,
    "revenue_growth": 1,
    "postgraduates": 10,
    "rd_deduction_tax": 7e6,
    "profit": 1,
    "graduates_hired": 20,
    "provincial_platforms_2y": 1,
    "provincial_awards_2y": 1,
    "provincial_programmes_2y": 2,
    "vc_raised_total": 1e8,
}


def points_2024(stage: str | None, **changes: float) -> float:
    return float(innovation_points_2024(**series({**NOTHING_2024, **changes, "stage": stage})).iloc[0])


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_to_show_gives_no_points(stage: str) -> None:
    assert points_2024(stage) == pytest.approx(0, abs=1e-6)


def test_a_startup_at_every_upper_bound_has_all_points_but_those_of_r_and_d_over_revenue() -> None:
    # R&D of 2 million over 20 million of revenue is 10 %, a third of the way to 30 %: 4 of 12 points; 88 + 4 = 92.
    assert points_2024("startup", **FULL_2024) == pytest.approx(92)
    assert points_2024("startup", **{**FULL_2024, "rd_expense": 6e6}) == pytest.approx(100)


@pytest.mark.parametrize(
    ("stage", "changes", "points"),
    [
        ("startup", {"st_staff": 5}, 10),  # half the staff: full weight 10
        ("startup", {"st_staff": 2}, 4),  # 0.2 of 0.5: two fifths of 10
        ("growth", {"st_staff": 2}, 3),  # 0.2 of 0.4: half of 6
        ("mature", {"st_staff": 3}, 5),  # 0.3 of 0.3: full weight 5
        ("startup", {"related_inventions_applied_1y": 1}, 3),  # 1 of 4: a quarter of 12
        ("mature", {"related_inventions_applied_1y": 5}, 2),  # 5 of 15: a third of 6
        ("startup", {"vc_raised_total": 5e6}, 5),
        ("growth", {"revenue_growth": 0.25}, 5),
        ("growth", {"revenue_growth": -0.5}, 0),
        ("growth", {"provincial_awards_2y": 7}, 2),  # no more than the weight
    ],
)
def test_one_indicator_at_a_time(stage: str, changes: dict[str, float], points: float) -> None:
    assert points_2024(stage, **changes) == pytest.approx(points, abs=1e-6)


def test_a_first_year_has_no_growth_and_its_known_points_are_scaled_up() -> None:
    # Growth of R&D (6) and of revenue (5) are unknown: 10 points of the 89 that are known.
    first_year = {"rd_expense_prior": float("nan"), "revenue_growth": float("nan"), "st_staff": 5}
    assert points_2024("startup", **first_year) == pytest.approx(10 / 89 * 100, abs=1e-6)


def test_too_little_known_or_no_stage_gives_no_score() -> None:
    unknown = float("nan")
    # R&D (6, 6, 12), staff shares (10, 8) and the super-deduction (3): 45 of 100 unknown, so 55 known, and 60 wanted.
    assert pd.isna(points_2024("startup", rd_expense=unknown, staff=unknown, rd_deduction_tax=unknown))
    assert pd.notna(points_2024("startup", rd_expense=unknown, st_staff=unknown, rd_deduction_tax=unknown))  # 63 known
    assert pd.isna(points_2024(None))


NOTHING_2_0 = {
    "rd_expense": 0,
    "revenue": 100,
    "rd_staff": 0,
    "staff": 10,
    "rd_deduction_tax": 0,
    "class_1_valid": 0,
    "class_2_valid": 0,
    "contract_turnover_1y": 0,
    "hitech_revenue": 0,
    "revenue_growth": 0,
    "profit": 0,
    "liabilities": 80,
    "assets": 100,
    "provincial_awards_2y": 0,
    "national_awards_5y": 0,
    "specialised_sme_valid": 0,
    "little_giant_valid": 0,
    "provincial_programmes_2y": 0,
}


def points_2_0(stage: str | None, **changes: float) -> float:
    return float(innovation_points_2_0(**series({**NOTHING_2_0, "rd_staff": 1e-9, **changes, "stage": stage})).iloc[0])


BASE_FULL = {
    "rd_expense": 30,
    "rd_staff": 10,
    "rd_deduction_tax": 7e6,
    "class_1_valid": 5,
    "contract_turnover_1y": 3e7,
    "hitech_revenue": 80,
    "revenue_growth": 1,
    "profit": 15,
    "liabilities": 30,
}
BONUS_FULL = {"national_awards_5y": 1, "little_giant_valid": 1, "provincial_programmes_2y": 2}


@pytest.mark.parametrize("stage", STAGES)
def test_edition_2_0_gives_one_hundred_and_thirty_at_most(stage: str) -> None:
    assert points_2_0(stage) == pytest.approx(0, abs=1e-6)
    assert points_2_0(stage, **BASE_FULL) == pytest.approx(100)
    assert points_2_0(stage, **BASE_FULL, **BONUS_FULL) == pytest.approx(130)


def test_a_bonus_is_earned_only_by_what_is_shown() -> None:
    assert points_2_0("growth", **BASE_FULL, **{**BONUS_FULL, "national_awards_5y": float("nan")}) == pytest.approx(120)


def test_one_known_award_is_enough_for_the_bonus() -> None:
    known = {"provincial_awards_2y": 1, "national_awards_5y": float("nan")}
    assert points_2_0("growth", **known) == pytest.approx(10, abs=1e-6)


def test_less_leverage_gives_more_points() -> None:
    assert points_2_0("growth", liabilities=55) == pytest.approx(3.5, abs=1e-6)
    assert points_2_0("growth", liabilities=90) == pytest.approx(0, abs=1e-6)
