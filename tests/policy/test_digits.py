import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.digits import (
    DIGITS,
    rounded,
    rounded_columns,
    rounded_content,
    rounded_figures,
    rounded_number,
    rounded_probability,
)

ANY = st.floats(allow_nan=False, allow_infinity=False)
NORMAL = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.123456789, 0.12345679),
        (-0.123456784, -0.12345678),
        (0.999999999, 1.0),
        (123456789.0, 123456790.0),
        (1.23456789e-20, 1.2345679e-20),
        (-9.87654321e300, -9.8765432e300),
        (1.7976931348623157e308, 1.7976931e308),
        (5e-324, 5e-324),
        (0.0, 0.0),
    ],
)
def test_a_number_keeps_eight_digits(number: float, expected: float) -> None:
    assert rounded_number(number) == expected


def test_missing_and_infinite_numbers_stay_and_the_argument_is_left_alone() -> None:
    given_ = np.array([[np.nan, np.inf], [-np.inf, 1 / 3]])
    found = rounded(given_)
    assert found.shape == (2, 2)
    assert np.isnan(found[0, 0])
    assert found[0, 1] == np.inf
    assert found[1, 0] == -np.inf
    assert given_[1, 1] == 1 / 3


def test_a_negative_zero_is_still_one() -> None:
    assert math.copysign(1, rounded_number(-0.0)) == -1


@given(ANY)
def test_rounding_twice_is_rounding_once(number: float) -> None:
    assert rounded_number(rounded_number(number)) == rounded_number(number)


@given(NORMAL)
def test_no_number_moves_by_more_than_half_a_unit_of_its_last_digit(number: float) -> None:
    assert abs(rounded_number(number) - number) <= abs(number) * 0.5 * 10 ** (1 - DIGITS) * (1 + 1e-8)


@given(ANY, ANY)
def test_order_is_kept(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert rounded_number(low) <= rounded_number(high)


@given(st.integers(-308, 307), st.floats(-1e-15, 1e-15))
def test_order_is_kept_about_powers_of_ten(power: int, gap: float) -> None:
    at = float(f"1e{power}")
    assert rounded_number(at) == at
    assert rounded_number(at * (1 + gap)) == at


@given(ANY)
def test_a_rounded_number_is_the_one_its_eight_digits_are_read_as(number: float) -> None:
    found = rounded_number(number)
    assert found == float(f"{found:.{DIGITS - 1}e}")


@given(st.floats(1e-6, 1), st.floats(-1e-14, 1e-14))
def test_noise_of_the_last_digits_is_gone_unless_a_boundary_lies_in_it(number: float, noise: float) -> None:
    scaled = number * 10 ** (DIGITS - 1 - math.floor(math.log10(number)))
    on_a_boundary = abs(scaled % 1 - 0.5) < 1e-5
    assert on_a_boundary or rounded_number(number) == rounded_number(number * (1 + noise))


def test_columns_of_other_kinds_stay() -> None:
    table = pd.DataFrame({"id": ["a"], "count": [123456789], "value": [2 / 3]})
    found = rounded_columns(table)
    assert found.to_dict("records") == [{"id": "a", "count": 123456789, "value": 0.66666667}]
    assert table["value"].iloc[0] == 2 / 3


def test_plain_data_are_rounded_at_every_depth() -> None:
    found = rounded_content({"a": (1 / 3, {"b": np.float64(2 / 3)}), "n": 123456789, "flag": True, "none": None})
    assert found == {"a": [0.33333333, {"b": 0.66666667}], "n": 123456789, "flag": True, "none": None}


def test_a_cut_off_keeps_its_digits_however_small_it_is_and_a_figure_loses_what_is_noise() -> None:
    assert rounded_content({"cut_off": 1.23456789e-9}) == {"cut_off": 1.2345679e-9}
    assert rounded_figures({"gap": 1.23456789e-9}) == {"gap": 1.235e-9}
    assert rounded_figures({"gap": 1.1e-16}) == {"gap": 0.0}


@given(st.floats(0, 1))
def test_a_probability_below_certainty_keeps_its_odds(number: float) -> None:
    found = float(rounded_probability(number))
    assert 0 <= found < 1
    assert abs(found - number) <= 1.1e-8
