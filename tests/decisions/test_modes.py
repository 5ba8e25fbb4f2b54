import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import binom

from decisions import empirical_likelihood, weighted_binomial
from decisions.certificate import certify
from decisions.modes import MODES, Mode, could_pass, p_values, upper_bound
from decisions.sampling import sample

CAP = 30.0


def drawn(seed, loans=1500, dependence=0.0, level=-3.2):
    """PDs by the score, exposures, outcomes and weights; default risk rises with exposure beyond the score."""
    random = np.random.default_rng(seed)
    score, beyond = random.normal(size=(2, loans))
    exposure = np.minimum(np.exp(beyond), CAP)
    defaulted = random.random(loans) < expit(level + score + dependence * beyond)
    return expit(level + score), exposure, defaulted, np.ones(loans)


def certified(arrays, tolerance, mode, **other):
    return certify(
        *arrays, tolerance, 0.1, design="inclusion", grid=20, mode=mode, largest_exposure=CAP, **other
    ).certificate


def test_robust_is_the_larger_p_value_of_the_two_tests():
    loans = sample(*drawn(1), "inclusion")
    ends = np.array([300, 700, 1500])
    tests = weighted_binomial.tail, empirical_likelihood.tail
    expected = [max(tail(loans.exposure[:end], loans.defaulted[:end], 0.05) for tail in tests) for end in ends]
    assert p_values(Mode("robust", 0.1), loans, ends, 0.05).tolist() == expected
    bound = upper_bound(Mode("robust", 0.1), loans, 700, 0.05)
    assert p_values(Mode("robust", 0.1), loans, np.array([700]), bound)[0] == pytest.approx(0.1, abs=1e-6)


def test_whether_a_cut_off_could_pass_is_asked_without_outcomes():
    arrays = drawn(2, loans=60)
    loans, other = sample(*arrays, "inclusion"), sample(*arrays[:2], ~arrays[2], arrays[3], "inclusion")
    ends = np.arange(10, 61, 10)
    for name in MODES:
        mode = Mode(name, 0.1, CAP)
        assert could_pass(mode, loans, ends, 0.05).tolist() == could_pass(mode, other, ends, 0.05).tolist()
    # .95^n falls to .1 at 45 loans; the other modes ask for more, since large loans may carry the risk
    assert could_pass(Mode("weighted_binomial", 0.1), loans, ends, 0.05).tolist() == [False] * 4 + [True] * 2
    assert not could_pass(Mode("strict", 0.1, CAP), loans, ends, 0.05).any()


@pytest.mark.parametrize("mode", MODES)
def test_a_certificate_names_its_mode_and_its_bound_agrees_with_its_test(mode):
    found = certified(drawn(3, loans=6000), 0.08, mode)
    assert (found.mode, found.certified) == (mode, True)
    assert found.observed_ratio < found.upper_bound <= 0.08 + 1e-8
    assert certified(drawn(3, loans=6000), 0.012, mode).mode == mode


def test_the_stricter_the_mode_the_less_is_approved():
    approved = [certified(drawn(4, loans=6000), 0.06, mode).approved_share_exposure for mode in MODES]
    assert approved == sorted(approved, reverse=True)
    assert approved[-1] > 0


def test_risk_that_rises_with_exposure_makes_the_default_mode_wrong_too_often_and_robust_less_so():
    random = np.random.default_rng(5)

    def books_of(loans):
        beyond = random.normal(size=loans)
        return np.minimum(np.exp(1.6 * beyond), 60), expit(-4.3 + 0.8 * beyond)

    exposure, risk = books_of(1_000_000)
    tolerance = float((risk * exposure).sum() / exposure.sum())
    books = []
    for _ in range(800):
        exposure, risk = books_of(1500)
        books.append(sample(np.full(1500, 0.03), exposure, random.random(1500) < risk, np.ones(1500), "inclusion"))
    end = np.array([1500])
    wrong = {
        name: np.mean([p_values(Mode(name, 0.1, 60.0), loans, end, tolerance)[0] <= 0.1 for loans in books])
        for name in MODES
    }
    limit = 3 * np.sqrt(0.09 / 800)
    assert wrong["weighted_binomial"] > 0.1 + limit
    assert wrong["robust"] <= 0.1 + limit
    assert wrong["robust"] < wrong["weighted_binomial"]
    assert wrong["strict"] <= 0.1


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(MODES), st.integers(0, 10_000), st.integers(0, 399))
def test_one_more_defaulted_loan_never_loosens_a_line(mode, seed, which):
    pd_, exposure, defaulted, weight = drawn(seed, loans=400)
    more = defaulted.copy()
    more[which] = True
    before, after = (certified((pd_, exposure, flags, weight), 0.09, mode) for flags in (defaulted, more))
    assert (after.cut_off or 0.0) <= (before.cut_off or 0.0)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(MODES), st.integers(0, 10_000), st.floats(0.03, 0.1), st.floats(1.05, 2.0))
def test_at_the_same_cut_off_a_lower_tolerance_never_passes_what_a_higher_one_fails(mode, seed, tolerance, factor):
    loans = sample(*drawn(seed, loans=400), "inclusion")
    ends = np.arange(20, 401, 20)
    low, high = (p_values(Mode(mode, 0.1, CAP), loans, ends, t) for t in (tolerance, tolerance * factor))
    assert not ((low <= 0.1) & (high > 0.1)).any()


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(MODES), st.integers(0, 10_000), st.sampled_from([1e-4, 7.3, 1e6]))
def test_exposures_in_another_currency_give_the_same_line(mode, seed, rate):
    arrays = drawn(seed, loans=500)
    scaled = arrays[0], arrays[1] * rate, *arrays[2:]
    here = certify(*arrays, 0.08, 0.1, design="inclusion", grid=20, mode=mode, largest_exposure=CAP).certificate
    there = certify(*scaled, 0.08, 0.1, design="inclusion", grid=20, mode=mode, largest_exposure=CAP * rate).certificate
    assert here.cut_off == there.cut_off
    assert here.reason == there.reason


def test_equal_exposures_agree_with_the_binomial_law_in_the_default_mode_and_robust_is_never_below_it():
    defaulted = np.arange(300) < 7
    loans = sample(np.linspace(0.01, 0.02, 300), np.full(300, 5.0), defaulted, np.ones(300), "inclusion")
    exact = binom.cdf(7, 300, 0.04)
    assert p_values(Mode("weighted_binomial", 0.1), loans, np.array([300]), 0.04)[0] == pytest.approx(exact, rel=1e-12)
    assert p_values(Mode("robust", 0.1), loans, np.array([300]), 0.04)[0] >= exact


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("defaulted", "reason"), [(0, "certified_all"), (400, "start_failed")], ids=["nobody defaulted", "all defaulted"]
)
def test_books_of_one_outcome_have_stated_results(mode, defaulted, reason):
    arrays = np.linspace(0.005, 0.02, 400), np.full(400, 2.0), np.arange(400) < defaulted, np.ones(400)
    found = certify(*arrays, 0.1, 0.1, design="inclusion", mode=mode, largest_exposure=2.0, grid=10).certificate
    assert found.reason == reason
    assert found.p_value == (1.0 if defaulted else pytest.approx(0.0, abs=1e-3))


@pytest.mark.parametrize("mode", MODES)
def test_one_loan_is_too_few_and_a_tolerance_below_the_observed_ratio_fails_at_the_start(mode):
    one = certify([0.02], [2.0], [0], [1.0], 0.1, 0.1, design="inclusion", mode=mode, largest_exposure=2.0).certificate
    assert (one.reason, one.cut_off) == ("too_few_loans", None)
    many = certified(drawn(6, loans=6000, level=-2.0), 0.02, mode)
    assert (many.certified, many.cut_off) == (False, None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mode": "exact"}, "mode must be one of weighted_binomial, robust, strict; got 'exact'"),
        ({"largest_exposure": None}, "strict mode wants the largest exposure that policy allows, a positive number"),
        ({"largest_exposure": 1.0}, r"at most 1, the largest that policy allows; got 3, and 1 of 2 loans are above it"),
        ({"weight": [2.0, 1.0], "largest_exposure": 3.0}, r"at most 3, the largest that policy allows; got 6"),
        ({"weight": [np.nan, 1.0]}, "weight must be above 0; got nan for 1 of 2 loans"),
        ({"exposure": [0.0, 1.0]}, "exposure must be a positive number; got 0.0"),
        ({"defaulted": [0.5, 1.0]}, "defaulted must be 0 or 1; got 0.5"),
    ],
)
def test_what_cannot_be_certified_is_refused_with_a_sentence(change, sentence):
    given_ = {
        "pd_": [0.1, 0.2], "exposure": [3.0, 1.0], "defaulted": [0, 1], "weight": [1.0, 1.0], "tolerance": 0.1,
        "delta": 0.1, "design": "inclusion", "mode": "strict", "largest_exposure": 10.0,
    } | change  # fmt: skip
    with pytest.raises(ValueError, match=sentence):
        certify(**given_)
