import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import norm

from decisions.dependence import REASONS, dependence


def drawn(seed, loans=5000, slope=0.0, level=-2.5, sigma=1.2):
    random = np.random.default_rng(seed)
    score, beyond = random.normal(size=(2, loans))
    defaulted = random.random(loans) < expit(level + score + slope * beyond)
    return expit(level + score), 1e5 * np.exp(sigma * beyond), defaulted


def test_the_score_test_by_hand_on_two_sizes():
    # PDs are all alike, so level and slope of the log-odds say one thing. Of 100 small loans 10 default, of 100 large
    # ones 20: score = (20 - 10) / 2 = 5 (x = -1 and 1: 20 - 10 = 10), variance .15 x .85 x 200 = 25.5, z = 10 / 5.0498.
    exposure = np.repeat([1.0, 4.0], 100)
    defaulted = np.concatenate([np.arange(100) < 10, np.arange(100) < 20])
    found = dependence(np.full(200, 0.15), exposure, defaulted)
    assert found.z == pytest.approx(10 / np.sqrt(25.5), rel=1e-6)
    assert found.p_value == pytest.approx(norm.sf(10 / np.sqrt(25.5)), rel=1e-6)
    assert found.log_odds == pytest.approx((logit(0.2) - logit(0.1)) / 2, rel=1e-6)
    assert (found.reason, found.loans, found.defaults) == ("tested", 200, 30)


@pytest.mark.parametrize("slope", [0.4, 0.8])
def test_the_slope_per_standard_deviation_is_found(slope):
    found = dependence(*drawn(1, loans=40_000, slope=slope))
    assert found.log_odds == pytest.approx(slope, abs=0.06)
    assert found.p_value < 1e-6


def test_without_dependence_small_p_values_come_as_rarely_as_they_say():
    p = np.array([dependence(*drawn(seed, loans=1500)).p_value for seed in range(600)])
    for level in (0.05, 0.2):
        assert np.mean(p <= level) == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / 600))


def test_risk_that_falls_with_exposure_is_no_reason_for_the_robust_mode():
    assert dependence(*drawn(2, slope=-0.5)).p_value > 0.99


def test_a_wrong_level_or_slope_of_the_pds_is_not_taken_for_dependence():
    pd_, exposure, defaulted = drawn(3)
    other = dependence(expit(0.4 * logit(pd_) + 1), exposure, defaulted)
    assert other.z == pytest.approx(dependence(pd_, exposure, defaulted).z, rel=1e-6)


def test_neither_currency_nor_a_level_of_the_size_class_matters():
    pd_, exposure, defaulted = drawn(4)
    large = np.arange(pd_.size) % 2 == 0
    plain = dependence(pd_, exposure, defaulted, large)
    moved = dependence(pd_, exposure * np.where(large, 100.0, 7.0), defaulted, large)
    assert moved.z == pytest.approx(plain.z, rel=1e-6)


def test_what_differs_between_size_classes_alone_is_not_dependence():
    random = np.random.default_rng(5)
    large = np.arange(8000) % 2 == 0
    exposure = np.where(large, 50.0, 1.0) * np.exp(0.5 * random.normal(size=8000))
    defaulted = random.random(8000) < np.where(large, 0.12, 0.04)
    pd_ = np.full(8000, 0.08)
    assert dependence(pd_, exposure, defaulted).p_value < 1e-6
    assert dependence(pd_, exposure, defaulted, np.where(large, "large", "small")).p_value > 0.01


def test_a_class_without_a_default_says_nothing_and_changes_nothing():
    pd_, exposure, defaulted = drawn(6, loans=2000)
    others = np.full(50, 0.01), np.full(50, 1e9), np.zeros(50, dtype=bool)
    more = (np.append(*pair) for pair in zip((pd_, exposure, defaulted), others, strict=True))
    names = np.where(np.arange(2050) < 2000, "micro", "large")
    assert dependence(*more, names) == dependence(pd_, exposure, defaulted)


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        (([0.1] * 40, list(range(1, 41)), [1] * 9 + [0] * 31), "too_few_loans"),
        (([], [], []), "too_few_loans"),
        (([0.1] * 40, [5.0] * 40, [1] * 20 + [0] * 20), "equal_exposures"),
        (([0.9] * 20 + [0.1] * 20, list(range(1, 41)), [1] * 20 + [0] * 20), "separated"),
    ],
)
def test_where_no_test_can_be_made_the_reason_is_stated(arrays, reason):
    found = dependence(*arrays)
    assert (found.reason, found.p_value, found.z, found.log_odds) == (reason, None, None, None)
    assert reason in REASONS


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        (([0.1, 0.0], [1.0, 2.0], [0, 1]), "wanted a PD above 0 and below 1 for each of 2 loans"),
        (([0.1], [1.0, 2.0], [0, 1]), "wanted a PD above 0 and below 1 for each of 2 loans"),
        (([0.1, 0.2], [1.0, 0.0], [0, 1]), "exposure must be a positive number; got 0.0"),
        (([0.1, 0.2], [1.0, 2.0], [0, 3]), "defaulted must be 0 or 1; got 3.0"),
    ],
)
def test_loans_that_cannot_be_tested_are_refused_with_a_sentence(arrays, sentence):
    with pytest.raises(ValueError, match=sentence):
        dependence(*arrays)
