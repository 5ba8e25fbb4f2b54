import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import norm

from models.validation.conservatism import central_tendency_shift, margin_of_conservatism


def test_the_shift_brings_the_weighted_mean_to_the_target() -> None:
    scores, weight = np.array([-4.0, -3.0, -1.0]), np.array([1.0, 2.0, 5.0])
    shift = central_tendency_shift(scores, weight, 0.05)
    assert np.average(expit(scores + shift), weights=weight) == pytest.approx(0.05)


def test_one_pd_is_shifted_by_the_difference_of_log_odds() -> None:
    assert central_tendency_shift(np.array([logit(0.04)]), np.ones(1), 0.02) == pytest.approx(logit(0.02) - logit(0.04))


@pytest.mark.parametrize("target", [0.0, 1.0, -0.1])
def test_a_target_that_is_no_pd_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="central tendency must be a PD between 0 and 1"):
        central_tendency_shift(np.zeros(2), np.ones(2), target)


def test_the_upper_bound_covers_the_long_run_rate_at_about_its_level() -> None:
    draw = np.random.default_rng(1)
    rho, pd_ = 0.05, 0.04
    covered = []
    for _ in range(600):
        years = norm.cdf((norm.ppf(pd_) - np.sqrt(rho) * draw.normal(size=5)) / np.sqrt(1 - rho))
        rates = draw.binomial(1500, years) / 1500
        scores = norm.ppf(rates)
        middle = norm.cdf(scores.mean() / np.sqrt(1 + scores.std(ddof=1) ** 2))
        margin = margin_of_conservatism(rates)
        assert margin is not None
        covered.append(middle + margin >= pd_)
    assert 0.83 < np.mean(covered) < 0.94


def test_years_alike_need_no_margin_and_two_years_give_none() -> None:
    assert margin_of_conservatism(np.array([0.03, 0.03, 0.03])) == pytest.approx(0.0)
    assert margin_of_conservatism(np.array([0.03, 0.04, 0.0])) is None
