"""Thresholds of the hi-tech enterprise title at every edge."""

import pandas as pd
import pytest

from features.rules.hitech_enterprise import hitech_thresholds_met, hitech_thresholds_passed

NAN = float("nan")

# Sales of 50 million: R&D of 5 % over three years, and every other threshold just met.
EDGE = {
    "revenue": 5e7,
    "hitech_revenue": 3e7,
    "rd_expense_3y": 6e6,
    "revenue_3y": 1.2e8,
    "rd_domestic_share": 0.60,
    "staff": 100,
    "st_staff": 10,
    "age_months": 12,
}


def met(**changes: float) -> tuple[float, float]:
    known = {name: pd.Series([value], dtype="float64") for name, value in {**EDGE, **changes}.items()}
    return float(hitech_thresholds_met(**known).iloc[0]), float(hitech_thresholds_passed(**known).iloc[0])


def test_every_threshold_is_inclusive() -> None:
    assert met() == (5, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"rd_expense_3y": 5_999_999},
        {"rd_domestic_share": 0.5999},
        {"st_staff": 9},
        {"hitech_revenue": 29_999_999},
        {"age_months": 11},
    ],
)
def test_just_below_one_threshold_four_are_met(changes: dict[str, float]) -> None:
    assert met(**changes) == (4, 0)


@pytest.mark.parametrize(
    ("revenue", "rd_of_a_thousand", "enough"),
    [
        (49_999_999, 50, True),
        (50_000_000, 50, True),
        (50_000_000, 49, False),
        (50_000_001, 49, True),
        (50_000_001, 40, True),
        (50_000_001, 39, False),
        (200_000_000, 40, True),
        (200_000_000, 39, False),
        (200_000_001, 39, True),
        (200_000_001, 30, True),
        (200_000_001, 29, False),
    ],
)
def test_the_share_of_research_by_sales_of_the_last_year(revenue: float, rd_of_a_thousand: float, enough: bool) -> None:
    counted, passed = met(revenue=revenue, hitech_revenue=revenue, rd_expense_3y=rd_of_a_thousand, revenue_3y=1000)
    assert (counted, passed) == ((5, 1) if enough else (4, 0))


def test_an_unknown_threshold_leaves_the_count_open_and_a_failed_one_decides() -> None:
    assert met(age_months=NAN) == pytest.approx((NAN, NAN), nan_ok=True)
    assert met(age_months=NAN, st_staff=9) == pytest.approx((NAN, 0), nan_ok=True)
    assert met(revenue_3y=0) == pytest.approx((NAN, NAN), nan_ok=True)
