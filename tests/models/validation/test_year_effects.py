import numpy as np
import pytest

from models.validation.year_effects import (
    correlated_binomial_k,
    correlated_binomial_p,
    default_correlation,
    normal_test,
)

RHO = (0.0, 0.05, 0.10, 0.15, 0.20)


# BCBS working paper 14, critical counts at 99 %; its 11 for (1000, 0.5 %, 0) is 12 by the exact binomial law.
@pytest.mark.parametrize(
    ("loans", "pd_", "counts"),
    [
        (100, 0.01, (5, 6, 7, 8, 10)),
        (1000, 0.005, (12, 20, 29, 37, 45)),
        (1000, 0.01, (19, 35, 49, 63, 77)),
        (1000, 0.05, (68, 128, 172, 212, 252)),
        (10_000, 0.01, (125, 322, 470, 613, 755)),
    ],
)
def test_critical_counts_as_published(loans, pd_, counts):
    assert tuple(correlated_binomial_k(loans, pd_, rho) for rho in RHO) == counts


@pytest.mark.parametrize(
    ("pd_", "percent"),
    [(0.005, (0.25, 0.58, 1.03, 1.60)), (0.01, (0.41, 0.94, 1.60, 2.41)), (0.05, (1.20, 2.55, 4.08, 5.78))],
)
def test_default_correlations_as_published(pd_, percent):
    assert [100 * default_correlation(pd_, rho) for rho in RHO[1:]] == pytest.approx(percent, abs=0.006)


def test_the_tail_probability_agrees_with_the_critical_count():
    assert correlated_binomial_p(35, 1000, 0.01, 0.05) <= 0.01 < correlated_binomial_p(34, 1000, 0.01, 0.05)
    assert correlated_binomial_p(0, 1000, 0.01, 0.05) == pytest.approx(1.0)


def test_a_test_that_never_rejects_says_so_by_one_more_than_all():
    assert correlated_binomial_k(2, 0.5, 0.0) == 3


def test_the_normal_test_over_five_years():
    found = normal_test([0.010, 0.012, 0.011, 0.013, 0.012], [0.012, 0.015, 0.009, 0.017, 0.016])
    assert found.z == pytest.approx(1.975658, abs=1e-6)
    assert found.p_value == pytest.approx(0.024097, abs=1e-6)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: correlated_binomial_p(3, 2, 0.1, 0.1), "wanted 0 <= defaults <= loans, .* got 3 of 2"),
        (lambda: correlated_binomial_k(10, 0.1, 1.0), "rho from 0 to below 1; got .* rho 1.0"),
        (
            lambda: correlated_binomial_k(10, 0.1, 0.1, 1.0),
            "confidence must be between 0 and 1, both excluded; got 1.0",
        ),
        (lambda: default_correlation(0.0, 0.1), "wanted a PD between 0 and 1"),
        (lambda: normal_test([0.01], [0.02]), "at least 2 years"),
        (lambda: normal_test([0.01, 0.02], [0.02]), "at least 2 years"),
        (lambda: normal_test(np.zeros(3), np.ones(3)), "gaps that differ between years; got 1.0 every year"),
    ],
)
def test_what_cannot_be_tested_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
