from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.rules.logic import latest
from features.segments.size_class import assigned_size_class, prefixes, size_class, size_rule, statistical_size_class
from features.segments.stage import size_class_by_bounds
from policy.loader import PolicyError
from policy.segments import SIZE_CLASSES

BOUNDS = latest("size_class", "statistical_2017")
AMOUNT = st.one_of(st.floats(0, 1e11), st.just(float("nan")))


def classified(industry: str, staff: float, revenue: float, assets: float) -> float:
    known = [pd.Series([value], dtype="float64") for value in (staff, revenue, assets)]
    found = size_class(pd.Series([industry], dtype="str"), *known, bounds=BOUNDS).iloc[0]
    return np.nan if pd.isna(found) else float(SIZE_CLASSES.index(found))


@given(st.sampled_from(sorted(BOUNDS)), AMOUNT, AMOUNT, AMOUNT, st.integers(0, 2), st.floats(0, 1e9))
def test_more_of_an_indicator_never_lowers_the_class(
    industry: str, staff: float, revenue: float, assets: float, which: int, more: float
) -> None:
    before = [staff, revenue, assets]
    after = [value + (more if index == which else 0) for index, value in enumerate(before)]
    one, two = classified(industry, *before), classified(industry, *after)
    assert (np.isnan(one) and np.isnan(two)) or two >= one


@given(st.sampled_from(sorted(BOUNDS)), st.floats(0, 1e11), st.floats(0, 1e11), st.floats(0, 1e11), st.integers(0, 2))
def test_an_indicator_becoming_known_never_raises_the_class(
    industry: str, staff: float, revenue: float, assets: float, which: int
) -> None:
    known = [staff, revenue, assets]
    without = [float("nan") if index == which else value for index, value in enumerate(known)]
    assert np.isnan(classified(industry, *without)) or classified(industry, *known) <= classified(industry, *without)


def test_the_rule_names_the_industry_and_the_indicators_used() -> None:
    industry = pd.Series(["retail", "retail", "other", "retail", None], dtype="str")
    staff, revenue = pd.Series([5.0, np.nan, 5, np.nan, 5]), pd.Series([1.0, 1, 1, np.nan, 1])
    found = size_rule(industry, staff, revenue, revenue, BOUNDS)
    assert found.dropna().tolist() == ["retail: staff, revenue", "retail: revenue", "other: staff"]
    assert found.isna().tolist() == [False, False, False, True, True]
    assert size_class(industry, staff, revenue, revenue, BOUNDS).isna().tolist() == found.isna().tolist()


def test_a_million_rows_keep_their_index_and_take_no_loop() -> None:
    rows = 1_000_000
    codes = pd.Series(np.where(np.arange(rows) % 2, "C3921", "6513"), dtype="str", index=range(5, rows + 5))
    many = pd.Series(np.arange(rows, dtype="float64"), index=codes.index)
    found = statistical_size_class(codes, many, many * 1000, many)
    assert found.index.equals(codes.index)
    assert set(found) == {"micro", "small", "medium", "large"}


@pytest.mark.parametrize("code", ["6x", "63-4", ""])
def test_a_code_that_is_neither_digits_nor_a_range_is_refused(code: str) -> None:
    with pytest.raises(PolicyError, match=rf"size standard, software: a code must be digits or a range .*got '{code}'"):
        prefixes({"software": [code]})


def test_an_industry_without_bounds_is_refused() -> None:
    one = pd.Series([1.0])
    with pytest.raises(PolicyError, match=r"industry must be one of agriculture, industry, .*got space"):
        size_class(pd.Series(["space"], dtype="str"), one, one, one, BOUNDS)


@pytest.mark.parametrize("wrong", [{"sales": [1, 2, 3]}, {"staff": [1, 2]}, {"staff": [3, 2, 1]}])
def test_bounds_that_cannot_be_read_are_refused(wrong: dict[str, list[float]]) -> None:
    one = pd.Series([1.0])
    with pytest.raises(
        PolicyError,
        match="size standard, retail: wanted staff, revenue, assets with rising lower bounds of small, medium, large",
    ):
        size_class(pd.Series(["retail"], dtype="str"), one, one, one, {"retail": wrong})


def test_the_scheme_decides_and_is_kept_with_the_row() -> None:
    known = pd.DataFrame({"staff": [25.0, np.nan], "revenue": [1e6, 1e9], "assets": [np.nan, np.nan]})
    known["industry"] = pd.Series(["C3921", "C3921"], dtype="str")
    by_staff = assigned_size_class(known, "employees_only", date(2024, 1, 5))
    assert by_staff.iloc[0].tolist() == ["small", "employees_only"]
    assert by_staff.iloc[1].isna().all()
    by_all = assigned_size_class(known, "statistical_2017", date(2024, 1, 5))
    assert by_all.iloc[0].tolist() == ["micro", "statistical_2017: industry: staff, revenue"]
    assert by_all.iloc[1].tolist() == ["large", "statistical_2017: industry: revenue"]


@pytest.mark.parametrize("wrong", [{"small": 1, "medium": 2}, {"small": 3, "medium": 2, "large": 4}])
def test_bounds_of_one_indicator_must_rise_and_be_those_of_all_classes_but_the_first(wrong: dict[str, float]) -> None:
    with pytest.raises(PolicyError, match="size class: wanted rising lower bounds of small, medium, large; got"):
        size_class_by_bounds(pd.Series([1.0]), wrong)
