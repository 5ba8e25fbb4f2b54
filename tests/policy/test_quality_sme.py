"""Innovative, specialised and little-giant SMEs: every edge that tables can show."""

import pandas as pd
import pytest

from features.rules.quality_sme import (
    innovative_parts,
    innovative_sme_part_met,
    innovative_sme_points,
    little_giant_part_met,
    little_giant_share_met,
    quality_policy,
    specialised_sme_part_met,
    specialised_sme_share_met,
)

NAN = float("nan")
POLICY = quality_policy()


def series(known: dict[str, float]) -> dict[str, pd.Series]:
    return {name: pd.Series([value], dtype="float64") for name, value in known.items()}


# 15 points for rights, 20 for R&D, 20 for growth, 10 for leverage.
INNOVATIVE = {
    "class_1_self_developed": 1,
    "class_1_valid": 1,
    "class_2_valid": 0,
    "rd_expense": 50_000,
    "revenue": 1_000_000,
    "revenue_growth": 0.15,
    "liabilities": 55,
    "assets": 100,
}
NO_SHORT_CUT = {
    "hitech_valid": 0,
    "provincial_awards_2y": 0,
    "national_platforms": 0,
    "provincial_platforms": 0,
    "equity_raised_3y": 0,
}


def parts(**changes: float) -> list[float]:
    return [float(part.iloc[0]) for part in innovative_parts(series({**INNOVATIVE, **changes}), POLICY)]


def innovative(**changes: float) -> float:
    return float(innovative_sme_part_met(**series({**INNOVATIVE, **NO_SHORT_CUT, **changes})).iloc[0])


@pytest.mark.parametrize(
    ("self_developed", "class_1", "class_2", "points"),
    [(1, 1, 0, 15), (0, 1, 9, 10), (0, 0, 1, 5), (0, 0, 0, 0)],
)
def test_points_for_rights(self_developed: float, class_1: float, class_2: float, points: float) -> None:
    assert parts(class_1_self_developed=self_developed, class_1_valid=class_1, class_2_valid=class_2)[0] == points


@pytest.mark.parametrize(
    ("rd_of_a_million", "points"),
    [
        (50_000, 20),
        (49_999, 15),
        (30_000, 15),
        (29_999, 10),
        (20_000, 10),
        (19_999, 5),
        (10_000, 5),
        (9_999, 0),
    ],
)
def test_points_for_research(rd_of_a_million: float, points: float) -> None:
    assert parts(rd_expense=rd_of_a_million)[1] == points


@pytest.mark.parametrize(
    ("growth", "points"),
    [
        (0.15, 20),
        (1.15 - 1, 20),  # 0.1499999999999999 in binary
        (0.1499, 15),
        (0.10, 15),
        (0.0999, 10),
        (0.05, 10),
        (0.0499, 5),
        (0.0, 5),
        (-0.0001, 0),
    ],
)
def test_points_for_growth(growth: float, points: float) -> None:
    assert parts(revenue_growth=growth)[2] == points


@pytest.mark.parametrize(
    ("liabilities_of_10000", "points"), [(0, 10), (5500, 10), (5501, 5), (7500, 5), (7501, 0), (12000, 0)]
)
def test_points_for_leverage(liabilities_of_10000: float, points: float) -> None:
    assert parts(liabilities=liabilities_of_10000, assets=10_000)[3] == points


def test_at_most_sixty_five_points_are_assessed() -> None:
    names = list(INNOVATIVE)
    assert innovative_sme_points(**{name: series(INNOVATIVE)[name] for name in names}).tolist() == [65]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 1),
        ({"class_1_self_developed": 0, "class_1_valid": 0, "rd_expense": 49_999}, 0),  # innovation 15 of 20 wanted
        ({"class_1_self_developed": 0, "class_1_valid": 0}, 1),  # innovation exactly 20
        ({"revenue_growth": 0.05, "liabilities": 75}, 1),  # growth exactly 15
        ({"revenue_growth": 0.05, "liabilities": 75.1}, 0),  # growth 10
        ({"revenue_growth": NAN}, NAN),
        ({"liabilities": NAN}, 1),  # 20 points for growth are enough
        ({"class_2_valid": NAN}, 1),
    ],
)
def test_innovation_and_growth_each_need_their_minimum(changes: dict[str, float], expected: float) -> None:
    assert innovative(**changes) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("quantity", "enough", "below"),
    [
        ("hitech_valid", 1, 0),
        ("provincial_awards_2y", 1, 0),
        ("national_platforms", 1, 0),
        ("provincial_platforms", 1, 0),
        ("equity_raised_3y", 5_000_000, 4_999_999),
    ],
)
def test_one_sufficient_condition_is_enough(quantity: str, enough: float, below: float) -> None:
    nothing = {"class_1_self_developed": 0, "class_1_valid": 0, "rd_expense": 0}
    assert innovative(**nothing, **{quantity: enough}) == 1
    assert innovative(**nothing, **{quantity: below}) == 0


SPECIALISED = {"rd_expense": 1e6, "revenue": 1e7, "equity_raised_2y": 0, "rd_expense_2y_mean": 0}


def specialised(**changes: float) -> tuple[float, float]:
    known = series({**SPECIALISED, **changes})
    share = float(specialised_sme_share_met(**known).iloc[0])
    del known["rd_expense_2y_mean"]
    return share, float(specialised_sme_part_met(**known).iloc[0])


@pytest.mark.parametrize(
    ("changes", "share", "met"),
    [
        ({}, 0.75, 1),
        ({"rd_expense": 999_999}, 0.50, 0),
        ({"rd_expense": 3e6, "revenue": 1e8}, 0.75, 1),
        ({"rd_expense": 2_999_999, "revenue": 1e8}, 0.50, 0),
        ({"revenue": 9_999_999}, 0.50, 0),
        ({"revenue": 9_999_999, "equity_raised_2y": 2e7}, 0.75, 1),
        ({"revenue": 9_999_999, "equity_raised_2y": 19_999_999}, 0.50, 0),
        ({"equity_raised_2y": 6e7}, 1.00, 1),
        ({"equity_raised_2y": 59_999_999}, 0.75, 1),
        ({"rd_expense_2y_mean": 1e7}, 1.00, 1),
        ({"rd_expense_2y_mean": 9_999_999}, 0.75, 1),
        ({"rd_expense": NAN}, NAN, NAN),
        ({"revenue": NAN, "rd_expense": 1}, NAN, 0),
    ],
)
def test_specialised_sme(changes: dict[str, float], share: float, met: float) -> None:
    assert specialised(**changes) == pytest.approx((share, met), nan_ok=True)


# Revenue of 100 million with R&D of 3 % in each of two years, and everything else just met.
GIANT = {
    "main_revenue_growth_2y": 0.05,
    "liabilities": 70,
    "assets": 100,
    "rd_expense": 3e6,
    "revenue": 1e8,
    "rd_expense_prior": 2.4e6,
    "revenue_prior": 8e7,
    "equity_raised_2y": 0,
    "rd_staff": 50,
    "staff": 100,
    "class_1_related": 2,
}


def giant(**changes: float) -> tuple[float, float]:
    known = series({**GIANT, **changes})
    return float(little_giant_share_met(**known).iloc[0]), float(little_giant_part_met(**known).iloc[0])


@pytest.mark.parametrize(
    ("changes", "share", "met"),
    [
        ({}, 1.0, 1),
        ({"main_revenue_growth_2y": 0.0499}, 0.75, 0),
        ({"liabilities": 70.1}, 0.75, 0),
        ({"class_1_related": 1}, 0.75, 0),
        ({"rd_expense": 2_999_999}, 0.75, 0),
        ({"rd_expense_prior": 2_399_999}, 0.75, 0),  # the year before counts too
        ({"revenue": 99_999_999}, 0.75, 0),  # middle band: 6 % wanted
        ({"revenue": 5e7, "rd_expense": 3e6, "rd_expense_prior": 4.8e6}, 1.0, 1),
        ({"revenue": 5e7, "rd_expense": 2_999_999, "rd_expense_prior": 4.8e6}, 0.75, 0),
        ({"revenue": 5e7, "rd_expense": 3e6, "rd_expense_prior": 4.7e6}, 0.75, 0),
        ({"revenue": 49_999_999, "rd_expense": 3e7}, 0.75, 0),  # below 50 million: equity wanted
        ({"revenue": 49_999_999, "rd_expense": 3e7, "equity_raised_2y": 8e7}, 1.0, 1),
        ({"revenue": 49_999_999, "rd_expense": 3e7, "equity_raised_2y": 79_999_999}, 0.75, 0),
        ({"revenue": 49_999_999, "rd_expense": 29_999_999, "equity_raised_2y": 8e7}, 0.75, 0),
        ({"revenue": 49_999_999, "rd_expense": 3e7, "equity_raised_2y": 8e7, "rd_staff": 49}, 0.75, 0),
        ({"revenue": NAN}, NAN, NAN),
        ({"revenue": NAN, "class_1_related": 0}, NAN, 0),
    ],
)
def test_little_giant(changes: dict[str, float], share: float, met: float) -> None:
    assert giant(**changes) == pytest.approx((share, met), nan_ok=True)
