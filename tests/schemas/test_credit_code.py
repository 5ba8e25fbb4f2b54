import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.credit_code import ALPHABET, check_digit, is_valid


# Codes printed in public registers: an example of the standard's guide, Alibaba (China), Tencent Computer Systems.
@pytest.mark.parametrize("code", ["91350100M000100Y43", "91330100799655058B", "9144030071526726XG"])
def test_published_codes_are_valid(code):
    assert is_valid(pd.Series([code])).tolist() == [True]
    assert check_digit(pd.Series([code[:17]])).tolist() == [code[17]]


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y4", "91350100M000100Y4I", "91350100m000100Y43", "", "91350100M000100Y433", "九1350100M000100Y43"],
)
def test_a_code_of_other_length_or_characters_is_not_valid(code):
    assert is_valid(pd.Series([code])).tolist() == [False]


def test_a_missing_code_is_not_valid_and_has_no_check_digit():
    missing = pd.Series([None, "91350100M000100Y4"], dtype="str", index=[7, 3])
    assert is_valid(missing).tolist() == [False, False]
    assert check_digit(missing).isna().tolist() == [True, False]
    assert check_digit(missing).index.tolist() == [7, 3]


def test_an_empty_series_stays_empty():
    assert is_valid(pd.Series([], dtype="str")).empty


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.integers(1, 30))
def test_one_wrong_character_is_always_noticed(first17, place, shift):
    code = first17 + check_digit(pd.Series([first17]))[0]
    wrong = ALPHABET[(ALPHABET.index(code[place]) + shift) % 31]
    assert is_valid(pd.Series([code, code[:place] + wrong + code[place + 1 :]])).tolist() == [True, False]
