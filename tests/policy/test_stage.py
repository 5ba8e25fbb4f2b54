"""Lifecycle stage by the default rules, as a table a committee member can check."""

from datetime import date

import pandas as pd
import pytest

from features.segments.stage import assigned_stage
from policy.loader import PolicyError, figure

NAN = float("nan")

# Age in months, revenue in million CNY, growth of revenue; the stage and the rule that decides.
TABLE = [
    (0, 0, NAN, "startup", "young_and_small"),
    (59, 49.99, 3.0, "startup", "young_and_small"),
    (59, 50, 3.0, "growth", "under_ten_years"),
    (60, 1, NAN, "growth", "under_ten_years"),
    (59, NAN, NAN, "startup", "young_revenue_unknown"),
    (60, NAN, NAN, "growth", "under_ten_years"),
    (119, 900, -0.5, "growth", "under_ten_years"),
    (120, 900, 0.20, "growth", "fast_growing"),
    (120, 900, 0.19, "mature", "established"),
    (120, 1, NAN, "mature", "established"),
    (400, NAN, NAN, "mature", "established"),
    (400, 5, 0.9, "growth", "fast_growing"),
    (NAN, 10, 0.9, None, None),
    (NAN, NAN, NAN, None, None),
]
RULES = figure("stage", "default").on(date(2024, 1, 5))


@pytest.mark.parametrize(("age", "revenue", "growth", "stage", "rule"), TABLE)
def test_default_stage(age: float, revenue: float, growth: float, stage: str | None, rule: str | None) -> None:
    known = pd.DataFrame({"age_months": [age], "revenue": [revenue * 1e6], "revenue_growth": [growth]})
    found = assigned_stage(known, RULES).iloc[0]
    expected = [stage, rule] if stage else [None, None]
    assert [None if pd.isna(value) else value for value in found] == expected


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            {"name": "r", "stage": "seed", "when": {}},
            "stage rule r: stage must be one of startup, growth, mature; got 'seed'",
        ),
        ({"name": "r", "stage": "growth", "when": {"rounds": {"above": 1}}}, "stage rule r: no such quantity: rounds"),
        (
            {"name": "r", "stage": "growth", "when": {"revenue": {"over": 1}}},
            "a condition must use one of .*got 'over'",
        ),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(rule: dict[str, object], message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        assigned_stage(pd.DataFrame({"revenue": [1.0]}), [rule])
