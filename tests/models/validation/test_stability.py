import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.validation.stability import concentration_p, herfindahl, migration, psi


def test_psi_by_hand():
    # Bins split at 2: expected halves, actual 3/4 and 1/4: .25 ln 1.5 + (-.25) ln .5
    found = psi([1, 2, 3, 4], [1, 1, 2, 4], bins=2)
    assert found.value == pytest.approx(0.25 * np.log(1.5) - 0.25 * np.log(0.5))
    assert found.table["expected"].tolist() == [0.5, 0.5]
    assert found.table["actual"].tolist() == [0.75, 0.25]
    assert found.table["part"].sum() == pytest.approx(found.value)


def test_weights_count_as_repeated_values():
    weighted = psi([1, 2, 3, 4], [1, 2, 4], bins=2, actual_weight=[2, 1, 1])
    assert weighted.value == pytest.approx(psi([1, 2, 3, 4], [1, 1, 2, 4], bins=2).value)


def test_missing_values_make_a_bin_of_their_own():
    found = psi([1, 2, np.nan, np.nan], [1, 2, 2, np.nan], bins=1)
    assert found.table["expected"].tolist() == [0.5, 0.5]
    assert found.table["actual"].tolist() == [0.75, 0.25]
    assert np.isnan(found.table["low"].iloc[-1])


def test_an_empty_bin_stays_finite_by_half_a_loan():
    found = psi([1, 2], [1, 1, 1, 1], bins=2)
    assert found.value == pytest.approx(0.5 * np.log(2) + (1 / 8 - 1 / 2) * np.log(1 / 4))


@given(st.lists(st.integers(0, 8), min_size=1, max_size=40), st.lists(st.integers(0, 8), min_size=1, max_size=40))
def test_psi_is_never_negative_and_nought_for_the_same_values(expected, actual):
    assert psi(expected, actual).value >= -1e-12
    assert psi(expected, expected).value == pytest.approx(0.0, abs=1e-12)


def test_concentration_of_grades_as_published():
    before = herfindahl([5, 10, 20, 30, 20, 10, 5])
    now = herfindahl([3, 7, 20, 40, 20, 7, 3])
    assert (before.variation, before.index) == pytest.approx((0.604152, 0.159902), abs=1e-6)
    assert (now.variation, now.index) == pytest.approx((0.872467, 0.290864), abs=1e-6)
    assert concentration_p(before, now, 7) == pytest.approx(0.251180, abs=1e-6)


def test_even_grades_have_index_nought_and_a_single_grade_one():
    assert herfindahl([3, 3, 3]).index == pytest.approx(0.0, abs=1e-12)
    assert herfindahl([0, 9, 0]).index == pytest.approx(1.0)


def test_migration_bandwidths_as_published():
    found = migration([[80, 15, 5], [10, 70, 20], [2, 18, 80]])
    assert (found.upper, found.lower) == pytest.approx((0.75, 0.64))


def test_ratings_that_stay_have_no_bandwidth():
    assert migration(np.eye(4)) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: psi([], [1.0]), "at least one expected value"),
        (lambda: psi([1.0], []), "at least one actual value"),
        (lambda: psi([1.0], [1.0], actual_weight=[0.0]), "each with a positive weight"),
        (lambda: psi([np.nan], [1.0]), "PSI wants expected values to make bins from; all 1 are missing"),
        (lambda: psi([1.0], [1.0], bins=0), "bins must be at least 1; got 0"),
        (lambda: herfindahl([1]), "wanted counts of at least 2 grades"),
        (lambda: herfindahl([1, -1]), "none negative"),
        (lambda: herfindahl([0, 0]), "not all 0"),
        (lambda: concentration_p(herfindahl([1, 2]), herfindahl([1, 1]), 2), "unequal current shares"),
        (lambda: migration([[1, 2]]), r"wanted a square matrix of counts .* got shape \(1, 2\)"),
        (lambda: migration([[1, -2], [0, 1]]), "none negative"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
