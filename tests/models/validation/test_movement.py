"""Stability indices beside chance: limits that go with the number of loans."""

import numpy as np
import pandas as pd
import pytest

from models.validation.movement import category_movement, missing_rates, movement, psi_limit, psi_p


def test_samples_of_one_population_exceed_the_limit_as_often_as_the_level_says() -> None:
    draw = np.random.default_rng(1)
    above = [movement(draw.normal(size=800), draw.normal(size=400), level=0.05) for _ in range(400)]
    assert 0.025 <= np.mean([found.value > found.limit for found in above]) <= 0.085
    assert all((found.p_value < 0.05) == (found.value > found.limit) for found in above)


def test_the_usual_limit_of_a_tenth_says_nothing_of_small_samples_and_hides_moves_of_large_ones() -> None:
    assert psi_limit(100, 100, 10) == pytest.approx(16.918978 * 0.02, rel=1e-6)  # chi-square of 9 at 95 %
    assert psi_p(0.10, 100, 100, 10) > 0.5
    assert psi_p(0.10, 20000, 9000, 10) < 1e-9


def test_a_shifted_number_is_found_and_its_own_values_are_not() -> None:
    values = np.random.default_rng(2).normal(size=2000)
    assert movement(values, values).value == pytest.approx(0, abs=1e-9)
    moved = movement(values, values + 0.3)
    assert moved.value > moved.limit
    assert moved.p_value < 1e-6


def test_equal_weights_change_nothing_and_unequal_ones_count_fewer_loans() -> None:
    draw = np.random.default_rng(3)
    before, after = draw.normal(size=500), draw.normal(size=300)
    plain = movement(before, after)
    same = movement(before, after, before_weight=np.full(500, 7.0), after_weight=np.full(300, 7.0))
    assert same.limit == pytest.approx(plain.limit)
    uneven = movement(before, after, before_weight=np.where(np.arange(500) < 50, 20.0, 1.0))
    assert uneven.limit > plain.limit


def test_categories_move_by_hand() -> None:
    before = pd.Series(["a"] * 60 + ["b"] * 40)
    after = pd.Series(["a"] * 40 + ["b"] * 60)
    found = category_movement(before, after)
    assert found.value == pytest.approx(2 * 0.2 * np.log(0.6 / 0.4))
    assert found.bins == 2
    assert found.p_value == pytest.approx(psi_p(found.value, 100, 100, 2))


def test_a_category_that_is_new_and_one_that_is_missing_count() -> None:
    before = pd.Series(["a"] * 99 + [None], dtype="str")
    after = pd.Series(["a"] * 50 + ["c"] * 50, dtype="str")
    found = category_movement(before, after)
    assert found.bins == 3
    assert found.value == pytest.approx(
        (0.5 - 0.99) * np.log(0.5 / 0.99) + (0.5 - 0.005) * np.log(0.5 / 0.005) + (0.005 - 0.01) * np.log(0.005 / 0.01)
    )


def test_missing_rates_by_hand() -> None:
    before, after = pd.Series([1.0] * 90 + [np.nan] * 10), pd.Series([1.0] * 80 + [np.nan] * 20)
    found = missing_rates(before, after)
    assert (found.before, found.after) == (0.1, 0.2)
    assert found.p_value == pytest.approx(0.0477, abs=1e-3)  # z = 0.1 / sqrt(0.15 * 0.85 * 0.02)
    assert missing_rates(pd.Series([1.0]), pd.Series([2.0])).p_value == 1.0


def test_missing_rates_by_weight() -> None:
    values, weight = pd.Series([1.0, np.nan, 1.0, np.nan]), pd.Series([3.0, 1.0, 3.0, 1.0])
    found = missing_rates(values, values, weight, None)
    assert (found.before, found.after) == (0.25, 0.5)
    doubled = missing_rates(values, values, 2 * weight, None)
    assert doubled == found, "only what weights are beside each other counts"


def test_what_cannot_be_compared_is_told() -> None:
    with pytest.raises(ValueError, match="wanted an index of at least 0, loans in both samples"):
        psi_p(-0.1, 10, 10, 2)
    with pytest.raises(ValueError, match="level must be between 0 and 1"):
        psi_limit(10, 10, 2, level=1.0)
    with pytest.raises(ValueError, match="missing rates want two samples; got 0 and 1"):
        missing_rates(pd.Series(dtype="float64"), pd.Series([1.0]))
    with pytest.raises(ValueError, match="wanted an index of at least 0"):
        category_movement(pd.Series(dtype="str"), pd.Series(["a"]))
