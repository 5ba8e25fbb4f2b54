"""How far a ratio may lie from what was expected by sampling alone."""

import pandas as pd
import pytest

from reports.sections.noise import ratio_interval


def _loans(amount: list[float], defaulted: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"amount": amount, "defaulted": defaulted})


def test_equal_amounts_give_the_plain_jeffreys_interval():
    # four defaults of a hundred: beta(4.5, 96.5)
    low, high = ratio_interval(_loans([7.0] * 100, [1.0] * 4 + [0.0] * 96))
    assert (low, high) == pytest.approx((0.01365, 0.09229), abs=1e-5)


def test_one_large_loan_widens_the_interval():
    even = ratio_interval(_loans([1.0] * 100, [1.0] * 4 + [0.0] * 96))
    uneven = ratio_interval(_loans([30.0] + [1.0] * 99, [1.0] * 4 + [0.0] * 96))
    assert uneven.high - uneven.low > even.high - even.low


def test_no_default_still_leaves_an_upper_end():
    low, high = ratio_interval(_loans([1.0] * 10, [0.0] * 10))
    assert low == 0.0
    assert 0.1 < high < 0.3


def test_without_an_amount_there_is_no_interval():
    assert ratio_interval(_loans([], [])) is None
