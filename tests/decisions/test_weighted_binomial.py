import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from decisions.weighted_binomial import p_value, upper_bound


def exact(amounts, defaulted, tolerance):
    """P(T <= observed) by convolution, for whole amounts."""
    law = np.array([1.0])
    for amount in amounts:
        wider = np.zeros(law.size + amount)
        wider[: law.size] += (1 - tolerance) * law
        wider[amount:] += tolerance * law
        law = wider
    return law[: int(amounts[defaulted].sum()) + 1].sum()


def flags(loans, defaults):
    return np.arange(loans) < defaults


@pytest.mark.parametrize(
    ("loans", "defaults", "tolerance"), [(300, 7, 0.04), (50, 1, 0.10), (10, 9, 0.5), (1000, 30, 0.045)]
)
@pytest.mark.parametrize("ticket", [1.0, 250_000.0, 0.3])
def test_equal_exposures_give_the_binomial_law(loans, defaults, tolerance, ticket):
    p = p_value(np.full(loans, ticket), flags(loans, defaults), tolerance)
    assert p == pytest.approx(binom.cdf(defaults, loans, tolerance), rel=1e-12)


def test_exposures_a_thousandth_apart_still_count_as_one_ticket():
    exposure = 100 * (1 + 0.001 * np.linspace(0, 1, 300))
    assert p_value(exposure, flags(300, 7), 0.04) == pytest.approx(binom.cdf(7, 300, 0.04), rel=1e-12)


def test_without_a_default_the_p_value_is_exact_whatever_the_exposures():
    assert p_value([1.0, 20.0, 300.0], [0, 0, 0], 0.1) == pytest.approx(0.9**3, rel=1e-14)


def test_when_all_defaulted_the_p_value_is_one():
    assert p_value([1.0, 20.0, 300.0], [1, 1, 1], 0.1) == 1.0


def test_three_unequal_loans_by_hand():
    # T <= 1 happens when nothing defaults, .9^3, or only the loan of 1: .1 x .9^2. Together .81.
    assert p_value([1.0, 2.0, 4.0], [1, 0, 0], 0.1) == pytest.approx(0.81, abs=0.03)


@pytest.mark.parametrize("kind", ["lognormal", "mixed tickets", "one common ticket"])
def test_the_p_value_is_the_exact_one_within_two_hundredths_where_it_decides(kind):
    random = np.random.default_rng(11)
    checked = 0
    for _ in range(60):
        amounts = {
            "lognormal": lambda: np.maximum(1, (20 * np.exp(random.normal(size=200))).astype(int)),
            "mixed tickets": lambda: random.choice([1, 2, 3, 5, 10], 200),
            "one common ticket": lambda: np.where(random.random(200) < 0.9, 10, random.integers(1, 60, 200)),
        }[kind]()
        defaulted = random.random(200) < 0.05 * random.choice([0.3, 0.5, 0.7])
        wanted = exact(amounts, defaulted, 0.05)
        if 0.01 < wanted < 0.25:
            checked += 1
            assert p_value(amounts, defaulted, 0.05) == pytest.approx(wanted, abs=0.02)
    assert checked > 10


def test_the_p_value_runs_smoothly_through_the_mean_where_the_formula_divides_nought_by_nought():
    exposure = np.tile(np.arange(1.0, 11.0), 10) + 1 / 3
    defaulted = flags(100, 10)
    mean = exposure[defaulted].sum() / exposure.sum()
    tolerance = mean * (1 + np.array([-1e-3, -1e-4, -1e-5, -1e-9, 0.0, 1e-9, 1e-5, 1e-4, 1e-3]))
    p = np.array([p_value(exposure, defaulted, t) for t in tolerance])
    assert (np.diff(p) <= 1e-7).all()
    assert np.ptp(p) < 0.005
    assert p[4] == pytest.approx(0.52, abs=0.02)


@pytest.mark.parametrize("tolerance", [1e-12, 0.05, 0.5, 1 - 1e-9])
@pytest.mark.parametrize("position", [0, 99])
@pytest.mark.parametrize("only", [True, False])
def test_extreme_books_give_probabilities(tolerance, position, only):
    exposure = np.exp(np.linspace(-8, 8, 100))
    defaulted = np.full(100, not only)
    defaulted[position] = only
    assert 0 <= p_value(exposure, defaulted, tolerance) <= 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.01, 1000), st.booleans()), min_size=2, max_size=60),
    st.floats(0.01, 0.5),
    st.floats(1.05, 1.8),
)
def test_a_higher_tolerance_never_raises_the_p_value(loans, tolerance, factor):
    exposure, defaulted = (list(column) for column in zip(*loans, strict=True))
    # A saddlepoint over a handful of very uneven loans is off by up to 0.02.
    assert p_value(exposure, defaulted, tolerance * factor) <= p_value(exposure, defaulted, tolerance) + 0.02


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 1000), st.booleans()), min_size=2, max_size=60), st.floats(1e-3, 1e6))
def test_the_currency_does_not_matter(loans, rate):
    exposure, defaulted = (np.array(column) for column in zip(*loans, strict=True))
    irrational = exposure * np.pi  # no whole amounts on either side: those are read as a lattice
    p = p_value(irrational, defaulted, 0.1)
    assert p_value(irrational * rate, defaulted, 0.1) == pytest.approx(p, abs=1e-6)


def test_under_the_tolerance_itself_small_p_values_come_as_rarely_as_they_say():
    random = np.random.default_rng(3)
    exposure = np.exp(random.normal(size=800))
    p = np.array([p_value(exposure, random.random(800) < 0.06, 0.06) for _ in range(1500)])
    for level in (0.05, 0.10, 0.20):
        assert (p <= level).mean() == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / 1500))


def test_the_upper_bound_is_where_the_p_value_falls_to_delta():
    random = np.random.default_rng(7)
    exposure, defaulted = np.exp(random.normal(size=400)), random.random(400) < 0.05
    bound = upper_bound(exposure, defaulted, 0.1)
    assert p_value(exposure, defaulted, bound) == pytest.approx(0.1, abs=1e-6)
    assert bound > exposure[defaulted].sum() / exposure.sum()


def test_the_upper_bound_of_equal_exposures_is_that_of_clopper_and_pearson():
    # 7 defaults of 300 at 90 %: Beta(8, 293) quantile
    from scipy.stats import beta

    assert upper_bound(np.ones(300), flags(300, 7), 0.1) == pytest.approx(beta.ppf(0.9, 8, 293), abs=1e-8)


def test_the_upper_bound_is_one_when_all_defaulted():
    assert upper_bound([1.0, 2.0], [1, 1], 0.1) == 1.0


@pytest.mark.parametrize(
    ("exposure", "defaulted", "tolerance", "sentence"),
    [
        ([1.0, 2.0], [0], 0.1, "one exposure and one default flag a loan"),
        ([1.0, 0.0], [0, 1], 0.1, r"exposure must be a positive number; got 0.0 at position 1"),
        ([1.0, np.nan], [0, 1], 0.1, "exposure must be a positive number; got nan"),
        ([1.0, 2.0], [0, 0.5], 0.1, r"defaulted must be 0 or 1; got 0.5 at position 1"),
        ([], [], 0.1, "at least one loan; got none"),
        ([1.0], [0], 1.0, "tolerance must be a fraction between 0 and 1"),
        ([1.0], [0], 0.0, "tolerance must be a fraction between 0 and 1"),
    ],
)
def test_what_cannot_be_tested_is_refused_with_a_sentence(exposure, defaulted, tolerance, sentence):
    with pytest.raises(ValueError, match=sentence):
        p_value(exposure, defaulted, tolerance)


@pytest.mark.parametrize(
    ("exposure", "delta", "sentence"),
    [([1.0], 0.0, "delta must be a fraction"), ([], 0.1, "upper bound wants at least one")],
)
def test_a_bound_that_cannot_be_given_is_refused_with_a_sentence(exposure, delta, sentence):
    with pytest.raises(ValueError, match=sentence):
        upper_bound(exposure, [0] * len(exposure), delta)
