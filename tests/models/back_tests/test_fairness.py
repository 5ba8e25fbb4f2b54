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


def test_a_sample_drawn_by_outcome_is_read_as_its_population() -> None:
    good_loans_stand_for_nine = LOANS.assign(weight=np.where(LOANS["defaulted"] == 1, 1.0, 9.0))
    first, _ = approved_shares(good_loans_stand_for_nine, "region")
    assert first["default_rate"] == pytest.approx(1 / 28)
    assert first["approved_share"] == pytest.approx(19 / 28)
    assert first["approved_share_good"] == pytest.approx(2 / 3)
