import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from models.calibration import Platt, fit_platt


def test_known_intercept_and_slope_are_recovered() -> None:
    draw = np.random.default_rng(3)
    score = draw.normal(-2, 1.5, 60_000)
    defaulted = (draw.random(60_000) < expit(0.7 + 0.6 * score)).astype(float)
    found = fit_platt(score, defaulted, np.ones(60_000), ridge=1.0)
    assert found.intercept == pytest.approx(0.7, abs=0.06)
    assert found.slope == pytest.approx(0.6, abs=0.03)


def test_the_mean_pd_equals_the_weighted_default_rate() -> None:
    draw = np.random.default_rng(4)
    score, weight = draw.normal(-2, 1, 5000), draw.uniform(1, 9, 5000)
    defaulted = (draw.random(5000) < expit(score)).astype(float)
    found = fit_platt(score, defaulted, weight, ridge=1.0)
    rate = np.average(defaulted, weights=weight)
    assert np.average(found.probability(score), weights=weight) == pytest.approx(rate, abs=1e-6)


def test_case_control_weights_restore_the_level_of_the_population() -> None:
    draw = np.random.default_rng(5)
    score = draw.normal(-3, 1, 200_000)
    defaulted = draw.random(200_000) < expit(score)
    kept = defaulted | (draw.random(200_000) < 0.1)
    weight = np.where(defaulted[kept], 1.0, 10.0)
    found = fit_platt(score[kept], defaulted[kept].astype(float), weight, ridge=0.0)
    assert found.intercept == pytest.approx(0.0, abs=0.06)
    assert found.slope == pytest.approx(1.0, abs=0.03)


def test_few_defaults_are_pulled_towards_slope_one() -> None:
    score = np.array([-3.0, -2.0, -1.0, 0.0, 1.0])
    defaulted = np.array([0.0, 0, 0, 0, 1])
    free = fit_platt(score, defaulted, np.ones(5), ridge=0.01).slope
    assert abs(fit_platt(score, defaulted, np.ones(5), ridge=100.0).slope - 1) < abs(free - 1)


@pytest.mark.parametrize("defaulted", [np.zeros(4), np.ones(4)])
def test_one_outcome_only_is_refused(defaulted: np.ndarray) -> None:
    with pytest.raises(ValueError, match="calibration wanted loans with and without default; got [04] defaults among 4 loans"):
        fit_platt(np.arange(4.0), defaulted, np.ones(4), ridge=1.0)


@given(st.floats(0.001, 0.999), st.floats(-3, 3), st.floats(0.1, 3))
def test_the_logit_of_the_probability_is_the_calibrated_logit(p: float, intercept: float, slope: float) -> None:
    platt = Platt(intercept, slope)
    score = np.array([logit(p)])
    assert logit(platt.probability(score)) == pytest.approx(platt.logit(score), abs=1e-6)
