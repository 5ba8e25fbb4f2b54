"""Two-sided tests of level: the standards' vectors, doubled, and what they say of a PD that is too high."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from scipy.stats import t as student

from models.validation.two_sided import binomial_two_sided, doubled, holm, jeffreys_two_sided, normal_two_sided


@pytest.mark.parametrize(
    ("defaults", "loans", "pd_", "one_sided"),
    [
        (15, 1000, 0.01, 0.063228),
        (10, 1000, 0.01, 0.479057),
        (5, 1000, 0.01, 0.955413),
        (0, 50, 0.02, 0.845821),
        (3, 50, 0.02, 0.038480),
        (25, 1000, 0.015, 0.007890),
    ],
)
def test_jeffreys_doubles_the_nearer_tail(defaults: int, loans: int, pd_: float, one_sided: float) -> None:
    assert jeffreys_two_sided(defaults, loans, pd_) == pytest.approx(2 * min(one_sided, 1 - one_sided), abs=2e-6)


def test_a_pd_of_6_8_percent_against_4_4_percent_is_found() -> None:
    """1,000 loans, 44 defaults: the one-sided test answers 1.00, and nobody would look."""
    assert jeffreys_two_sided(44, 1000, 0.068) < 0.002
    assert binomial_two_sided(44, 1000, 0.068) < 0.003
    assert binomial_two_sided(44, 1000, 0.068, rho=0.05) > 0.3  # one mild year would explain it


@pytest.mark.parametrize(("defaults", "loans", "pd_"), [(0, 40, 0.02), (7, 100, 0.05), (30, 1000, 0.05), (5, 5, 0.9)])
def test_without_correlation_it_is_the_doubled_exact_binomial_test(defaults: int, loans: int, pd_: float) -> None:
    tails = [binomtest(defaults, loans, pd_, alternative=side).pvalue for side in ("less", "greater")]
    assert binomial_two_sided(defaults, loans, pd_) == pytest.approx(doubled(*tails), abs=1e-12)


def test_correlation_widens_both_sides() -> None:
    for defaults in (20, 90):
        p_values = [binomial_two_sided(defaults, 1000, 0.05, rho) for rho in (0.0, 0.02, 0.1)]
        assert p_values == sorted(p_values)


def test_the_multi_year_test_is_the_same_for_gaps_of_either_sign_and_allows_for_few_years() -> None:
    pds, rates = np.array([1.0, 1.2, 1.1, 1.3, 1.2]) / 100, np.array([1.2, 1.5, 0.9, 1.7, 1.6]) / 100
    low, high = normal_two_sided(pds, rates), normal_two_sided(rates, pds)
    assert low.z == pytest.approx(1.975658, abs=1e-6)
    assert low.p_value == pytest.approx(2 * student.sf(1.975658, 4), abs=1e-6)
    assert low.p_value > 2 * 0.024097  # the standard's normal p-value, doubled
    assert high.p_value == pytest.approx(low.p_value)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_keeps_order_and_lies_between_the_p_value_and_bonferroni(p_values: list[float]) -> None:
    adjusted, p = holm(p_values), np.array(p_values)
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(1.0, p * p.size) + 1e-15).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
