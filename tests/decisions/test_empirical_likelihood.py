import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar
from scipy.special import ndtr

from decisions.empirical_likelihood import no_default, p_value, tail, upper_bound

LOANS = st.lists(st.tuples(st.floats(0.01, 1000), st.booleans()), min_size=1, max_size=60)


def book(loans):
    exposure, defaulted = (np.array(column) for column in zip(*loans, strict=True))
    return exposure, defaulted.astype(bool)


def test_equal_exposures_give_the_likelihood_ratio_of_the_binomial_law():
    # 6 of 299, and one default more, at 5 %: 2 [7 ln(.02333/.05) + 293 ln(.97667/.95)] = 5.554; root 2.357.
    share = 7 / 300
    ratio = 2 * (7 * np.log(share / 0.05) + 293 * np.log((1 - share) / 0.95))
    found = p_value(np.full(299, 2.0), np.arange(299) < 6, 0.05)
    assert found == pytest.approx(ndtr(-np.sqrt(ratio)), rel=1e-9)
    assert found == pytest.approx(0.00921, abs=2e-5)


def test_the_likelihood_ratio_is_the_largest_sum_of_logs():
    random = np.random.default_rng(5)
    exposure, defaulted = np.exp(random.normal(size=80)), np.arange(80) % 16 == 0
    size = (exposure**2).sum() / exposure.sum()
    z = np.append(exposure * (defaulted - 0.15), size * 0.85)
    assert z.sum() < 0
    best = minimize_scalar(lambda x: -np.log1p(-x * z).sum(), bounds=(0, 0.999999 / z.max()), method="bounded")
    assert p_value(exposure, defaulted, 0.15) == pytest.approx(ndtr(-np.sqrt(-2 * best.fun)), abs=1e-5)


def test_an_observed_ratio_at_the_tolerance_gives_more_than_one_half_and_a_higher_one_still_more():
    exposure = np.tile([1.0, 3.0], 40)
    assert 0.5 < p_value(exposure, exposure == 1, 0.25) < 0.7 < p_value(exposure, exposure == 3, 0.25)


def test_the_largest_probability_of_no_default_is_a_floor():
    # Risks 0 and 1/3 give 25 % of 4 in default; the chance of no default is 2/3, and no other risks make it larger.
    assert no_default(np.array([1.0, 3.0]), 0.25) == pytest.approx(2 / 3)
    assert no_default(np.ones(50), 0.1) == pytest.approx(0.9**50)
    # One loan of nearly all the amount: whatever the others did, it defaults with a probability near the tolerance.
    exposure, defaulted = np.append(np.ones(500), 1e6), np.arange(501) < 1
    assert p_value(exposure, defaulted, 0.1) >= no_default(exposure, 0.1) > 0.89


def test_no_other_risks_make_no_default_more_probable():
    random = np.random.default_rng(3)
    exposure = np.exp(1.5 * random.normal(size=6))
    found = minimize(
        lambda risk: -np.log1p(-risk).sum(),
        np.full(6, 0.2),
        bounds=[(0, 0.999)] * 6,
        constraints={"type": "eq", "fun": lambda risk: (exposure * risk).sum() - 0.2 * exposure.sum()},
    )
    assert no_default(exposure, 0.2) == pytest.approx(np.exp(-found.fun), rel=1e-5)


def test_one_loan_and_a_book_that_defaulted_whole_have_stated_results():
    assert 0.9 < p_value([7.0], [0], 0.1) < 1  # one of two, at 10 %
    assert p_value([7.0], [1], 0.1) == 1.0
    assert p_value([7.0, 2.0], [1, 1], 0.1) == 1.0
    assert upper_bound(np.array([7.0, 2.0]), np.array([True, True]), 0.1) == 1.0


@settings(max_examples=80, deadline=None)
@given(LOANS, st.floats(0.01, 0.5), st.integers(0, 59))
def test_one_more_default_never_lowers_the_p_value(loans, tolerance, which):
    exposure, defaulted = book(loans)
    more = defaulted.copy()
    more[which % more.size] = True
    assert tail(exposure, more, tolerance) >= tail(exposure, defaulted, tolerance) - 1e-9


@settings(max_examples=80, deadline=None)
@given(LOANS, st.floats(0.01, 0.5), st.floats(1.01, 1.9))
def test_a_lower_tolerance_never_lowers_the_p_value(loans, tolerance, factor):
    exposure, defaulted = book(loans)
    assert tail(exposure, defaulted, tolerance) >= tail(exposure, defaulted, tolerance * factor) - 1e-9


@settings(max_examples=60, deadline=None)
@given(LOANS, st.floats(0.01, 0.5), st.floats(1e-3, 1e7))
def test_the_currency_does_not_matter(loans, tolerance, rate):
    exposure, defaulted = book(loans)
    assert tail(exposure * rate, defaulted, tolerance) == pytest.approx(tail(exposure, defaulted, tolerance), abs=1e-7)


def test_the_upper_bound_is_where_the_p_value_falls_to_delta():
    random = np.random.default_rng(7)
    exposure, defaulted = np.exp(random.normal(size=400)), random.random(400) < 0.05
    bound = upper_bound(exposure, defaulted, 0.1)
    assert tail(exposure, defaulted, bound) == pytest.approx(0.1, abs=1e-6)
    assert bound > exposure[defaulted].sum() / exposure.sum()


@pytest.mark.parametrize(
    ("exposure", "defaulted", "tolerance", "sentence"),
    [
        ([], [], 0.1, "empirical-likelihood test wants at least one loan; got none"),
        ([1.0, -2.0], [0, 1], 0.1, "exposure must be a positive number; got -2.0 at position 1"),
        ([1.0, 0.0], [0, 1], 0.1, "exposure must be a positive number; got 0.0 at position 1"),
        ([1.0, np.nan], [0, 1], 0.1, "exposure must be a positive number; got nan"),
        ([1.0, 2.0], [0, 2], 0.1, "defaulted must be 0 or 1; got 2.0 at position 1"),
        ([1.0], [0], 0.0, "tolerance must be a fraction between 0 and 1"),
    ],
)
def test_what_cannot_be_tested_is_refused_with_a_sentence(exposure, defaulted, tolerance, sentence):
    with pytest.raises(ValueError, match=sentence):
        p_value(exposure, defaulted, tolerance)
