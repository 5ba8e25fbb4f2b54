import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.ratios import ratio
from features.rules.logic import all_of, any_at_least, any_of, at_most, first_met, points_at_most, sum_reaches

NAN = float("nan")
TRUTH = st.sampled_from([0.0, 1.0, NAN])


def one(value: float) -> pd.Series:
    return pd.Series([value], dtype="float64")


def outcomes(values: list[float], rule: str) -> set[float]:
    """Answers over every way the unknown values could turn out."""
    worlds = itertools.product(*[(0.0, 1.0) if np.isnan(v) else (v,) for v in values])
    return {float(all(world) if rule == "all" else any(world)) for world in worlds}


@given(st.lists(TRUTH, min_size=1, max_size=5))
def test_all_of_is_known_exactly_where_the_unknown_cannot_change_it(values: list[float]) -> None:
    found, possible = all_of(*map(one, values)).iloc[0], outcomes(values, "all")
    assert np.isnan(found) if len(possible) == 2 else {found} == possible


@given(st.lists(TRUTH, min_size=1, max_size=5))
def test_any_of_is_known_exactly_where_the_unknown_cannot_change_it(values: list[float]) -> None:
    found, possible = any_of(*map(one, values)).iloc[0], outcomes(values, "any")
    assert np.isnan(found) if len(possible) == 2 else {found} == possible


def test_an_upper_bound_is_inclusive() -> None:
    assert at_most(pd.Series([0.7, 0.701, NAN]), 0.7).tolist() == pytest.approx([1, 0, NAN], nan_ok=True)
    assert points_at_most(pd.Series([0.55, 0.56, 0.76]), [[0.55, 10], [0.75, 5]]).tolist() == [10, 5, 0]


def test_a_ratio_needs_a_positive_denominator() -> None:
    found = ratio(pd.Series([1.0, 1, 1, NAN]), pd.Series([4.0, 0, -1, 4]))
    assert found.tolist() == pytest.approx([0.25, NAN, NAN, NAN], nan_ok=True)


def test_any_quantity_at_its_bound_is_enough() -> None:
    known = {"a": pd.Series([1.0, 0, 0]), "b": pd.Series([NAN, NAN, 9])}
    assert any_at_least(known, {"a": 1, "b": 10}).tolist() == pytest.approx([1, NAN, 0], nan_ok=True)


def test_the_first_condition_met_decides_and_an_unknown_one_before_it_leaves_it_open() -> None:
    conditions = [pd.Series([1, 0, NAN, 0.0]), pd.Series([NAN, 1, 1, 0.0])]
    assert first_met(conditions, [30, 24]).tolist() == pytest.approx([30, 24, NAN, 0], nan_ok=True)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(50, NAN, 1), (30, NAN, NAN), (9, NAN, 0), (NAN, NAN, NAN), (30, 20, 1), (30, 19, 0)],
)
def test_a_sum_is_decided_where_the_missing_part_cannot_change_it(first: float, second: float, expected: float) -> None:
    # Parts of at most 50 and 40 points; the mark is 50.
    assert sum_reaches((one(first), one(second)), (50, 40), 50).iloc[0] == pytest.approx(expected, nan_ok=True)
