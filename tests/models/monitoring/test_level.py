"""Bets on the level of PDs, and the slope beside its tolerated range."""

import numpy as np
import pytest
from scipy.special import expit, logit

from models.monitoring.level import BEYOND, capitals, log_factors, slope

DRAW = np.random.default_rng(11)
BETS = 2 * len(BEYOND)


def test_a_factor_is_the_likelihood_ratio_of_odds_beyond_the_tolerated_end():
    # PD .1: odds 1/9; tolerated 1.25/9, and 1.25 times that 1.5625/9
    end, beyond = 1.25 / 9, 1.5625 / 9
    found = log_factors([1, 0], [0.1, 0.1], 1.25)[0]
    ratio = (beyond / (1 + beyond)) / (end / (1 + end)) * (1 + end) / (1 + beyond)
    assert found == pytest.approx(np.log(ratio))


@pytest.mark.parametrize("odds", [0.8, 1.0, 1.25])
def test_the_mean_of_every_capital_is_at_most_1_within_the_tolerance(odds: float):
    pd_ = np.array([0.02, 0.1, 0.4])
    true = expit(logit(pd_) + np.log(odds))
    mean = np.zeros(BETS)
    for outcome in np.ndindex(2, 2, 2):
        chance = np.prod(np.where(outcome, true, 1 - true))
        mean += chance * np.exp(log_factors(np.array(outcome, dtype=float), pd_, 1.25))
    assert (mean <= 1 + 1e-12).all()


def test_money_kept_for_later_bets_lies_still_until_they_begin():
    factors = np.log(np.array([[0.5] * BETS, [4.0] * BETS]))
    # Of 4 parts the first: .5, then .5 x 4 = 2; the second is staked in the second month and becomes 4; two lie still.
    assert capitals(factors, 4) == pytest.approx([(0.5 + 3) / 4, (2 + 4 + 2) / 4])
    # No more bets begin than there are parts.
    assert capitals(factors, 1) == pytest.approx([0.5, 2.0])


def test_a_bad_year_after_good_ones_is_told_by_the_bets_that_begin_late():
    good, bad = np.full((36, BETS), -0.5), np.full((4, BETS), 4.0)
    found = capitals(np.vstack([good, bad]), 60)
    assert found[35] < 1
    assert found[-1] > 700


def test_looking_every_month_reaches_the_limit_as_rarely_as_stated():
    watches, alarms = 300, 0
    for _ in range(watches):
        pd_ = expit(DRAW.normal(-2.5, 1, (24, 60)))
        bad = DRAW.random(pd_.shape) < expit(logit(pd_) + np.log(1.25))
        factors = np.array([log_factors(b.astype(float), p, 1.25) for b, p in zip(bad, pd_, strict=True)])
        alarms += capitals(factors, 24).max() >= 10
    assert alarms / watches <= 0.1


def test_the_slope_is_beside_the_end_it_is_nearer_to_moved_by_the_noise():
    pd_ = expit(DRAW.normal(-1.5, 1.2, 4000))
    right = (DRAW.random(4000) < pd_).astype(float)
    found = slope(right, pd_, 0.7, 1.4, 0.001)
    assert not found.exceeded
    assert found.limit < 0.7
    flat = (DRAW.random(4000) < expit(-1.5 + 0.3 * (logit(pd_) + 1.5))).astype(float)
    low = slope(flat, pd_, 0.7, 1.4, 0.001)
    assert low.exceeded
    assert low.value < low.limit < 0.7
    steep = (DRAW.random(4000) < expit(-1.5 + 2.5 * (logit(pd_) + 1.5))).astype(float)
    high = slope(steep, pd_, 0.7, 1.4, 0.001)
    assert high.exceeded
    assert high.value > high.limit > 1.4
