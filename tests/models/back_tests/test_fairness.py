"""Approved shares of groups: by weight, with intervals that count what a weighted sample is worth."""

import numpy as np
import pandas as pd
import pytest

from models.back_tests.fairness import approved_shares

LOANS = pd.DataFrame(
    {
        "region": ["a"] * 4 + ["b"] * 4,
        "approved": [True, False, True, True, False, True, False, True],
        "defaulted": [0, 0, 0, 1, 0, 0, 0, 1],
        "pd": [0.1, 0.2, 0.1, 0.4, 0.1, 0.1, 0.1, 0.5],
        "weight": [1.0] * 8,
        "size_class": "micro",
    }
)


def test_shares_by_hand() -> None:
    first, second = approved_shares(LOANS, "region")
    assert (first["approved_share"], first["default_rate"], first["mean_pd"]) == pytest.approx((0.75, 0.25, 0.2))
    assert first["approved_share_good"] == pytest.approx(2 / 3)
    assert first["ratio"] == pytest.approx((2 / 3) / (1 / 3))
    error = np.sqrt((1 / 3) / 2 + (2 / 3) / 1)  # Katz: (1 - share) / approved, of both groups
    assert first["ratio_high"] == pytest.approx(2 * np.exp(1.959964 * error), rel=1e-6)
    assert second["ratio"] == pytest.approx(0.5)


def test_within_one_size_class_the_ratio_is_the_plain_one() -> None:
    for row in approved_shares(LOANS, "region"):
        assert row["ratio_in_class"] == pytest.approx(row["ratio"])
        assert row["ratio_in_class_low"] == pytest.approx(row["ratio_low"])
        assert row["ratio_in_class_high"] == pytest.approx(row["ratio_high"])


def test_a_gap_that_the_mix_of_sizes_makes_is_none_within_size_classes() -> None:
    # Micro: 1 of 4 approved in each region; small: 3 of 4. Region a has 8 micro and 4 small, b 4 micro and 8 small.
    shares = {"micro": [True, False, False, False], "small": [True, True, True, False]}
    mix = {"a": {"micro": 2, "small": 1}, "b": {"micro": 1, "small": 2}}
    rows = [
        {"region": region, "size_class": size, "approved": approved, "defaulted": 0, "pd": 0.1, "weight": 1.0}
        for region, sizes in mix.items()
        for size, times in sizes.items()
        for approved in shares[size] * times
    ]
    first, second = approved_shares(pd.DataFrame(rows), "region")
    assert first["ratio"] == pytest.approx(5 / 7)
    assert first["ratio_in_class"] == pytest.approx(1)
    # By hand, Greenland and Robins: strata of 8 + 4 and 4 + 8 loans, R = S = 2 4 / 12 + 3 8 / 12.
    spread = (3 * 8 * 4 - 2 * 1 * 12) / 144 + (9 * 4 * 8 - 3 * 6 * 12) / 144
    reach = np.exp(1.959964 * np.sqrt(spread) / (8 / 3))
    assert first["ratio_in_class_high"] == pytest.approx(reach, rel=1e-6)
    assert second["ratio_in_class_low"] == pytest.approx(1 / reach, rel=1e-6)


def test_a_sample_drawn_by_outcome_is_read_as_its_population() -> None:
    good_loans_stand_for_nine = LOANS.assign(weight=np.where(LOANS["defaulted"] == 1, 1.0, 9.0))
    first, _ = approved_shares(good_loans_stand_for_nine, "region")
    assert first["default_rate"] == pytest.approx(1 / 28)
    assert first["approved_share"] == pytest.approx(19 / 28)
    assert first["approved_share_good"] == pytest.approx(2 / 3)
