import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.betting import p_value, stakes, tail, upper_bound

LOANS = st.lists(st.tuples(st.floats(0.01, 1000), st.booleans()), min_size=1, max_size=60)


def test_two_loans_by_hand():
    # Exposures 1 and 2, the second defaulted, tolerance .5, so Z = -.5 and 1. At lambda .2 the capital is 1.1 x .8 =
    # .88, at .4 it is 1.2 x .6 = .72: mean .8, below 1, so p is 1. At lambda .4 without a default: 1.2 x 1.4 = 1.68.
    exposure, second, nobody = np.array([1.0, 2.0]), np.array([False, True]), np.array([False, False])
    assert tail(exposure, second, 0.5, np.array([0.2, 0.4])) == 1.0
    assert tail(exposure, nobody, 0.5, np.array([0.4])) == pytest.approx(1 / 1.68)
    assert tail(exposure, nobody, 0.5, np.array([0.2, 0.4])) == pytest.approx(2 / (1.1 * 1.2 + 1.68))


def test_the_design_sets_lambda_and_the_largest_exposure_bounds_it():
    # Equal loans of 1, PD .1, tolerance .2: E Z^2 = .1 x .64 + .9 x .04 = .1, (E Z)^2 = .01, variance .09.
    found = stakes(np.full(1000, 0.1), np.ones(1000), 0.2, 0.1, 1.0)
    best = np.sqrt(2 * np.log(10) / (1000 * 0.09))
    assert found == pytest.approx(best * np.array([0.25, 0.5, 1, 2, 4]))
    assert stakes(np.full(1000, 0.1), np.ones(1000), 0.2, 0.1, 20.0).max() == pytest.approx(0.9 / (0.8 * 20))


def test_a_larger_cap_is_never_easier():
    exposure, defaulted = np.ones(600), np.arange(600) < 6
    p = [p_value(np.full(600, 0.02), exposure, defaulted, 0.06, 0.1, cap) for cap in (1, 5, 20, 100)]
    assert p[0] < 0.1
    assert p == sorted(p)


@pytest.mark.parametrize("dependence", [0.0, 1.5])
def test_a_book_at_the_tolerance_passes_no_more_often_than_delta_however_risk_depends_on_exposure(dependence):
    random = np.random.default_rng(2)
    z = random.normal(size=1000)
    exposure = np.minimum(np.exp(z), 10)
    risk = np.exp(dependence * z)
    risk *= 0.06 * exposure.sum() / (risk * exposure).sum()
    assert risk.max() < 1 or dependence
    risk = np.minimum(risk, 1.0)
    lambdas = stakes(np.full(1000, 0.05), exposure, 0.06, 0.1, 10.0)
    ratio = (risk * exposure).sum() / exposure.sum()
    p = [tail(exposure, random.random(1000) < risk, ratio, lambdas) for _ in range(1000)]
    assert np.mean(np.array(p) <= 0.1) <= 0.1 + 3 * np.sqrt(0.09 / 1000)


@settings(max_examples=60, deadline=None)
@given(LOANS, st.floats(0.01, 0.5), st.integers(0, 59), st.floats(1e-3, 1e6))
def test_one_more_default_never_lowers_the_p_value_and_the_currency_does_not_matter(loans, tolerance, which, rate):
    exposure, defaulted = (np.array(column) for column in zip(*loans, strict=True))
    design, more = np.full(exposure.size, 0.03), defaulted.copy()
    more[which % more.size] = True
    p = p_value(design, exposure, defaulted, tolerance, 0.1, 1000.0)
    assert p_value(design, exposure, more, tolerance, 0.1, 1000.0) >= p
    assert p_value(design, exposure * rate, defaulted, tolerance, 0.1, 1000.0 * rate) == pytest.approx(p, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(LOANS, st.floats(0.01, 0.5), st.floats(1.01, 1.9))
def test_a_lower_tolerance_never_lowers_the_p_value(loans, tolerance, factor):
    exposure, defaulted = (np.array(column) for column in zip(*loans, strict=True))
    design = np.full(exposure.size, 0.03)
    low, high = (p_value(design, exposure, defaulted, t, 0.1, 1000.0) for t in (tolerance, tolerance * factor))
    assert low >= high - 1e-9


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.02, 0.4))
def test_bound_and_test_agree(seed, tolerance):
    random = np.random.default_rng(seed)
    exposure, defaulted = np.minimum(np.exp(random.normal(size=300)), 30), random.random(300) < 0.02
    lambdas = stakes(np.full(300, 0.02), exposure, tolerance, 0.1, 30.0)
    bound = upper_bound(exposure, defaulted, 0.1, lambdas)
    assert (tail(exposure, defaulted, tolerance, lambdas) <= 0.1) == (bound <= tolerance + 1e-9)
    assert bound >= exposure[defaulted].sum() / exposure.sum()


def test_where_the_capital_cannot_reach_one_over_delta_the_bound_is_one():
    exposure, defaulted = np.array([1.0, 2.0]), np.array([False, False])
    assert upper_bound(exposure, defaulted, 0.1, np.array([0.1])) == 1.0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"largest_exposure": 1.5}, "at most 1.5, the largest that policy allows; got 2, and 1 of 2 loans"),
        ({"largest_exposure": None}, "wants the largest exposure that policy allows, a positive number; got None"),
        ({"largest_exposure": 0.0}, "a positive number; got 0.0"),
        ({"largest_exposure": np.nan}, "a positive number; got nan"),
        ({"pd_": [0.1, 1.0]}, "wanted a PD above 0 and below 1"),
        ({"pd_": [0.1]}, "wanted a PD above 0 and below 1 for each of at least one loan"),
        ({"exposure": [1.0, -1.0]}, "exposure must be a positive number; got -1.0"),
        ({"defaulted": [0, np.nan]}, "defaulted must be 0 or 1; got nan"),
        ({"tolerance": 1.0}, "tolerance must be a fraction between 0 and 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_tested_is_refused_with_a_sentence(change, sentence):
    given_ = {
        "pd_": [0.1, 0.1], "exposure": [1.0, 2.0], "defaulted": [0, 0], "tolerance": 0.1, "delta": 0.1,
        "largest_exposure": 5.0,
    } | change  # fmt: skip
    with pytest.raises(ValueError, match=sentence):
        p_value(**given_)
