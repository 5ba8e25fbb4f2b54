import pandas as pd

from features.industry import division, group, whole

CODES = pd.Series(["I6513", "6513", "65", "C391", "C39111", "U6513", "x", None], dtype="str")


def told(found: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else value for value in found]


def test_the_division_is_the_first_two_digits_with_a_letter_of_the_standard_or_without():
    assert told(division(CODES)) == ["65", "65", "65", "39", "39", None, None, None]


def test_the_group_is_missing_where_the_code_is_shorter():
    assert told(group(CODES)) == ["6513", "6513", None, None, "3911", None, None, None]


def test_a_whole_code_has_nothing_behind_its_digits():
    assert told(whole(CODES)) == ["6513", "6513", "65", "391", None, None, None, None]


def test_codes_that_are_all_missing_have_no_part():
    assert told(division(pd.Series([float("nan"), float("nan")]))) == [None, None]
