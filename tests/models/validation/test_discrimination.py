import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn.metrics import roc_auc_score

from models.validation.discrimination import Discrimination, auc, auc_difference, deterioration_p, ks


def drawn(seed, loans=400, decimals=1):
    random = np.random.default_rng(seed)
    defaulted = random.random(loans) < 0.2
    return defaulted, np.round(random.normal(size=loans) + defaulted, decimals), random.uniform(0.5, 5, loans)


def delong_by_pairs(defaulted, score):
    """AUC and s^2 from the matrix of all pairs, as the ECB writes them."""
    a, b = score[defaulted], score[~defaulted]
    u = (a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :])
    return u.mean(), u.mean(axis=1).var(ddof=1) / a.size + u.mean(axis=0).var(ddof=1) / b.size


def test_five_loans_by_hand():
    # defaulted score 3 beats 1 and 2 and ties 3; defaulted 4 beats all three: (2.5 + 3) / 6
    found = auc([0, 0, 1, 0, 1], [1, 2, 3, 3, 4])
    assert found.auc == pytest.approx(5.5 / 6)
    assert found.accuracy_ratio == pytest.approx(2 * 5.5 / 6 - 1)
    # V10 = 5/6, 1: variance 1/72; V01 = 1, 1, 3/4: variance 1/48; s^2 = 1/144 + 1/144
    assert found.standard_error == pytest.approx(np.sqrt(1 / 72))
    assert (found.loans, found.defaults) == (5, 2)
    assert found.ks == pytest.approx(2 / 3)


@pytest.mark.parametrize("seed", range(3))
def test_equal_weights_give_the_auc_and_variance_of_all_pairs(seed):
    defaulted, score, _ = drawn(seed)
    wanted, variance = delong_by_pairs(defaulted, score)
    found = auc(defaulted, score, np.full(score.size, 7.0))
    assert found.auc == pytest.approx(wanted, abs=1e-12)
    assert found.standard_error == pytest.approx(np.sqrt(variance), rel=1e-10)
    assert found.high - found.auc == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-6)


def test_weights_give_the_auc_of_scikit_learn():
    defaulted, score, weight = drawn(5)
    assert auc(defaulted, score, weight).auc == pytest.approx(roc_auc_score(defaulted, score, sample_weight=weight))


def test_whole_weights_count_as_repeated_loans():
    defaulted, score, _ = drawn(6, 60)
    times = np.random.default_rng(1).integers(1, 4, 60)
    repeated = np.repeat(defaulted, times), np.repeat(score, times)
    assert auc(defaulted, score, times).auc == pytest.approx(auc(*repeated).auc)
    assert ks(defaulted, score, times) == pytest.approx(ks(*repeated))


def test_weights_by_outcome_change_nothing():
    defaulted, score, _ = drawn(7)
    assert auc(defaulted, score, np.where(defaulted, 5.07, 22.71)).standard_error == pytest.approx(
        auc(defaulted, score).standard_error, rel=1e-10
    )


def test_the_ks_is_that_of_scipy():
    defaulted, score, _ = drawn(8)
    assert ks(defaulted, score) == pytest.approx(ks_2samp(score[defaulted], score[~defaulted]).statistic)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_a_reversed_score_mirrors_the_auc_and_rescaling_keeps_it(seed):
    defaulted, score, weight = drawn(seed, 80)
    found = auc(defaulted, score, weight)
    assert auc(defaulted, -score, weight).auc == pytest.approx(1 - found.auc)
    assert auc(defaulted, np.exp(score), weight).auc == pytest.approx(found.auc)
    assert 0 <= found.low <= found.auc <= found.high <= 1


def test_the_interval_holds_the_truth_nineteen_times_in_twenty():
    # Scores N(0, 1) and N(1, 1): AUC = Phi(1 / root 2) = .76025
    random = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        defaulted = np.arange(500) < 100
        found = auc(defaulted, random.normal(size=500) + defaulted, random.uniform(0.2, 3, 500))
        held += found.low <= 0.7602499 <= found.high
    assert held / 400 == pytest.approx(0.95, abs=0.035)


def test_a_single_default_has_a_wide_interval():
    found = auc([1, 0, 0, 0], [4, 1, 2, 3])
    assert (found.auc, found.high) == (1.0, 1.0)
    assert found.low < 0.1


def test_two_scores_that_rank_alike_do_not_differ():
    defaulted, score, weight = drawn(9)
    found = auc_difference(defaulted, score, 3 * score - 2, weight)
    assert (found.difference, found.standard_error, found.p_value) == (0.0, 0.0, 1.0)


def test_the_paired_variance_is_that_of_the_covariance_formula():
    defaulted, score, _ = drawn(10)
    other = score + np.random.default_rng(3).normal(size=score.size)
    u = [
        (s[defaulted][:, None] > s[~defaulted][None, :]) + 0.5 * (s[defaulted][:, None] == s[~defaulted][None, :])
        for s in (score, other)
    ]
    bad, good = (np.cov([x.mean(axis=axis) for x in u]) for axis in (1, 0))
    covariance = bad / defaulted.sum() + good / (~defaulted).sum()
    found = auc_difference(defaulted, score, other)
    assert found.standard_error**2 == pytest.approx(
        covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1], rel=1e-9
    )
    assert found.difference > 0
    assert found.p_value < 0.05


def test_equally_good_scores_are_told_apart_once_in_twenty():
    random = np.random.default_rng(4)
    p = []
    for _ in range(400):
        defaulted = np.arange(300) < 80
        risk = random.normal(size=300) + defaulted
        p.append(auc_difference(defaulted, risk + random.normal(size=300), risk + random.normal(size=300)).p_value)
    assert (np.array(p) < 0.05).mean() == pytest.approx(0.05, abs=0.035)


def test_deterioration_since_development():
    now = Discrimination(0.70, 0.66, 0.74, 0.02, 0.3, 0.4, 1000, 100)
    assert deterioration_p(0.70, now) == pytest.approx(0.5)
    assert deterioration_p(0.74, now) == pytest.approx(0.0227501, abs=1e-6)  # 1 - Phi(2)


@pytest.mark.parametrize(
    ("defaulted", "score", "weight", "sentence"),
    [
        ([0, 1], [1.0], None, "one outcome, one score and one weight"),
        ([], [], None, "at least one loan"),
        ([0, 2], [1.0, 2.0], None, "outcome must be 0 or 1; got 2.0 for 1 of 2 loans"),
        ([0, 1], [1.0, np.nan], None, "score must be a finite number; got nan"),
        ([0, 1], [1.0, 2.0], [1.0, 0.0], "weight must be a positive number; got 0.0"),
        ([0, 0], [1.0, 2.0], None, "AUC wants loans of both outcomes; got 0 defaulted of 2"),
        ([1, 1], [1.0, 2.0], None, "AUC wants loans of both outcomes; got 2 defaulted of 2"),
    ],
)
def test_what_cannot_be_ranked_is_refused_with_a_sentence(defaulted, score, weight, sentence):
    with pytest.raises(ValueError, match=sentence):
        auc(defaulted, score, weight)


def test_deterioration_from_a_perfect_ranking_is_refused():
    perfect = auc([0, 0, 1, 1], [1, 2, 3, 4])
    with pytest.raises(ValueError, match=r"positive standard error; got 0\.0"):
        deterioration_p(0.8, perfect)
