"""Upper bounds against published tables, and what must hold of any."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm

from models.fitting.upper_bounds import prudent_bounds, upper_bound

LEVELS = (0.50, 0.75, 0.90, 0.95, 0.99, 0.999)
LOANS = (100, 400, 300)


@pytest.mark.parametrize(
    ("defaults", "published"),
    [
        (
            (0, 0, 0),
            {
                "A": (0.09, 0.17, 0.29, 0.37, 0.57, 0.86),
                "B": (0.10, 0.20, 0.33, 0.43, 0.66, 0.98),
                "C": (0.23, 0.46, 0.76, 0.99, 1.52, 2.28),
            },
        ),
        (
            (0, 2, 1),
            {
                "A": (0.46, 0.64, 0.83, 0.97, 1.25, 1.62),
                "B": (0.52, 0.73, 0.95, 1.10, 1.43, 1.85),
                "C": (0.56, 0.90, 1.29, 1.57, 2.19, 3.04),
            },
        ),
    ],
)
def test_independent_defaults_give_the_published_bounds(
    defaults: tuple[int, ...], published: dict[str, tuple[float, ...]]
) -> None:
    """Pluto and Tasche 2005, 800 obligors in grades of 100, 400 and 300, tables without and with few defaults."""
    found = [prudent_bounds(defaults, LOANS, level) for level in LEVELS]
    for number, expected in enumerate(published.values()):
        assert [round(100 * bounds[number], 2) for bounds in found] == list(expected)


def test_the_bounds_of_five_grades_are_those_of_another_implementation() -> None:
    """The example of the package LDPD 1.1.2, from the worst grade to the best, by its root finder of lower accuracy."""
    published = [0.16226172, 0.12106991, 0.06086968, 0.03659702, 0.03330381]
    found = prudent_bounds([0, 0, 0, 2, 1], [10, 40, 30, 20, 10], 0.5)
    assert list(reversed(found)) == pytest.approx(published, abs=5e-5)


def test_correlated_defaults_give_the_published_bound() -> None:
    """35 of 9,810 with correlation .15: 3.34 % at 95 %, as the Pluto-Tasche calculator of P. Windridge shows."""
    assert upper_bound(35, 9810, 0.95, 0.15) == pytest.approx(0.0334, abs=5e-5)


def test_a_simulated_common_factor_gives_so_few_defaults_as_often_as_the_bound_says() -> None:
    bound, rho = upper_bound(3, 800, 0.90, 0.12), 0.12
    factor = np.random.default_rng(3).standard_normal(200_000)
    conditional = norm.cdf((norm.ppf(bound) - np.sqrt(rho) * factor) / np.sqrt(1 - rho))
    assert binom.cdf(3, 800, conditional).mean() == pytest.approx(0.10, abs=0.003)


@pytest.mark.parametrize(("rho", "best", "worst"), [(0.12, 5.2, 6.9), (0.02, 3.2, 4.6), (0.0, 2.7, 4.2)])
def test_the_example_of_the_guide_is_computed(rho: float, best: float, worst: float) -> None:
    """docs/few_defaults.md: 20 defaults among 879 startups, in five classes."""
    found = prudent_bounds([2, 2, 6, 5, 5], [175, 176, 176, 176, 176], 0.75, rho)
    assert (round(100 * found[0], 1), round(100 * found[-1], 1)) == (best, worst)


@pytest.mark.parametrize("rho", [0.0, 0.12])
def test_the_bound_of_the_best_class_lies_above_the_pd_of_all_as_often_as_it_says(rho: float) -> None:
    """One PD of 2 % for 600 loans in three classes, whose order so tells nothing; 4,000 years of one factor each."""
    random = np.random.default_rng(8)
    factor = random.standard_normal(4000)
    conditional = norm.cdf((norm.ppf(0.02) - np.sqrt(rho) * factor) / np.sqrt(1 - rho))
    defaults = random.binomial(600, conditional)
    counted, years = np.unique(defaults, return_counts=True)
    above = [upper_bound(int(count), 600, 0.75, rho) >= 0.02 for count in counted]
    # Defaults are whole numbers: the bound holds at least as often, not exactly so.
    assert 0.74 < years[above].sum() / 4000 < 0.85


def test_a_correlation_near_nought_gives_the_bound_of_independent_defaults() -> None:
    assert upper_bound(3, 800, 0.90, 1e-6) == pytest.approx(upper_bound(3, 800, 0.90), rel=1e-3)


def test_a_bad_class_without_defaults_gets_no_lower_bound_than_a_better_one() -> None:
    # Alone the second class would get .23 %, below the .46 % of both together.
    assert upper_bound(0, 300, 0.5) < upper_bound(3, 800, 0.5)
    first, second = prudent_bounds([3, 0], [500, 300], 0.5)
    assert first == second == pytest.approx(0.0046, abs=5e-5)


def test_where_all_loans_of_the_worst_class_defaulted_its_bound_is_one() -> None:
    assert prudent_bounds([0, 2], [50, 2], 0.75)[1] == 1.0


@pytest.mark.parametrize(("defaults", "loans"), [(0, 0), (-1, 10), (11, 10)])
def test_defaults_that_cannot_be_among_the_loans_are_refused(defaults: int, loans: int) -> None:
    with pytest.raises(ValueError, match=f"wants loans, and defaults among them; got {defaults} defaults of {loans}"):
        upper_bound(defaults, loans, 0.75)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 400), st.floats(0, 1)), min_size=1, max_size=6),
    st.floats(0.5, 0.999),
    st.sampled_from([0.0, 0.02, 0.12, 0.3]),
)
def test_bounds_lie_above_default_rates_and_never_fall_with_the_class(
    classes: list[tuple[int, float]], confidence: float, rho: float
) -> None:
    loans = [count for count, _ in classes]
    defaults = [int(share * count) for count, share in classes]
    found = np.array(prudent_bounds(defaults, loans, confidence, rho))
    assert (np.diff(found) >= 0).all()
    assert (found <= 1).all()
    if rho == 0:
        rates = [sum(defaults[best:]) / sum(loans[best:]) for best in range(len(loans))]
        assert (found > np.array(rates) - 1e-12).all()
