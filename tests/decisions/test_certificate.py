import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import binom

from decisions.certificate import PATH_COLUMNS, REASONS, certify

TOLERANCE, DELTA = 0.06, 0.10


def portfolio(random, loans):
    """True PDs, scores in PD units and exposures: larger loans are somewhat riskier, the score is imperfect."""
    risk = random.normal(size=loans)
    score = expit(-2.7 + 0.8 * risk + 0.4 * random.normal(size=loans))
    exposure = np.minimum(np.exp(0.15 * risk + random.normal(size=loans)), 20)
    return expit(-2.7 + risk), score, exposure


@pytest.fixture(scope="module")
def true_ratio():
    """The population's ratio of amounts at any cut-off, from half a million loans."""
    pd_, score, exposure = portfolio(np.random.default_rng(0), 500_000)
    order = np.argsort(score)
    ratio = np.cumsum((pd_ * exposure)[order]) / np.cumsum(exposure[order])
    return lambda cut_off: ratio[np.searchsorted(score[order], cut_off, side="right") - 1]


def labelled(random, loans, design):
    pd_, score, exposure = portfolio(random, loans)
    defaulted = random.random(loans) < pd_
    if design == "inclusion":
        return score, exposure, defaulted, np.ones(loans)
    kept = random.random(loans) < np.where(defaulted, 0.9, 0.1)
    weight = np.where(defaulted, 1 / 0.9, 10.0)
    return score[kept], exposure[kept], defaulted[kept], weight[kept]


def ladder(groups, loans=100, exposure=1.0):
    """Groups of (PD, defaults) with `loans` equal loans each."""
    pd_ = np.repeat([p for p, _ in groups], loans)
    defaulted = np.concatenate([np.arange(loans) < d for _, d in groups])
    return pd_, np.full(pd_.size, exposure), defaulted, np.ones(pd_.size)


def test_the_last_cut_off_that_passes_before_the_first_failure_is_certified():
    # Equal loans, tolerance 5 %, cumulated: 0/100, 1/200, 8/300, 30/400: binomial tails .006, .0004, .036, .99.
    pd_, exposure, defaulted, weight = ladder([(0.01, 0), (0.02, 1), (0.04, 7), (0.08, 22)])
    certificate, path = certify(pd_, exposure, defaulted, weight, 0.05, 0.1, design="inclusion", grid=4)
    assert path["p_value"].tolist() == pytest.approx(
        [0.95**100, binom.cdf(1, 200, 0.05), binom.cdf(8, 300, 0.05), binom.cdf(30, 400, 0.05)], rel=1e-7
    )
    assert path["passed"].tolist() == [False, True, True, False]
    assert path["tested"].tolist() == [False, True, True, True]  # the start is at 2 %, by predicted z
    assert certificate.certified
    assert certificate.reason == "certified"
    assert certificate.cut_off == 0.04
    assert (certificate.loans, certificate.defaults) == (300, 8)
    assert certificate.effective_loans == pytest.approx(300)
    assert certificate.observed_ratio == pytest.approx(8 / 300)
    assert certificate.approved_share_exposure == pytest.approx(0.75)
    assert certificate.approved_share_loans == pytest.approx(0.75)
    assert certificate.p_value <= 0.1
    assert certificate.observed_ratio < certificate.upper_bound < 0.05


def test_a_cut_off_that_would_pass_after_a_failure_is_not_used():
    # Cumulated 1, 2, 27, 27, 27, ... of 100, 200, 300, ...: the third fails at 5 %, the eighth (27 of 800) would pass.
    groups = [(0.01, 1), (0.012, 1), (0.02, 25), (0.021, 0), (0.022, 0), (0.023, 0), (0.024, 0), (0.025, 0)]
    certificate, path = certify(*ladder(groups), 0.05, 0.1, design="inclusion", grid=8, start_stress=0.5)
    assert path["tested"].tolist() == [False, True, True, False, False, False, False, False]
    assert path["passed"].tolist() == [False, True, False, False, False, False, False, False]
    assert path["p_value"].iloc[7] < 0.1
    assert certificate.cut_off == 0.012


def test_bounds_of_the_cut_offs_tested_are_those_of_the_certificate_and_change_nothing_else():
    groups = [(0.01, 1), (0.012, 1), (0.02, 25), (0.021, 0)]
    plain = certify(*ladder(groups), 0.05, 0.1, design="inclusion", grid=4, start_stress=0.5)
    bounded = certify(*ladder(groups), 0.05, 0.1, design="inclusion", grid=4, start_stress=0.5, bounds=True)
    assert bounded.certificate == plain.certificate
    assert plain.path["upper_bound"].isna().all()
    assert bounded.path["upper_bound"].notna().tolist() == bounded.path["tested"].tolist()
    last = bounded.path[bounded.path["passed"]].iloc[-1]
    assert last["upper_bound"] == plain.certificate.upper_bound
    assert bounded.path.loc[bounded.path["tested"] & ~bounded.path["passed"], "upper_bound"].iloc[0] > 0.05


def test_a_loose_tolerance_certifies_the_whole_class():
    certificate, path = certify(*ladder([(0.01, 0), (0.02, 2)]), 0.2, 0.1, design="inclusion", grid=2)
    assert certificate.reason == "certified_all"
    assert certificate.cut_off == 0.02
    assert certificate.approved_share_exposure == pytest.approx(1.0)
    assert path.columns.tolist() == list(PATH_COLUMNS)


def test_a_class_that_fails_at_its_start_has_no_cut_off_and_says_so():
    certificate, path = certify(*ladder([(0.01, 20), (0.02, 30)]), 0.05, 0.1, design="inclusion", grid=2)
    assert not certificate.certified
    assert certificate.reason == "start_failed"
    assert certificate.cut_off is None
    assert certificate.approved_share_exposure == 0.0
    assert certificate.p_value > 0.1
    assert certificate.upper_bound > 0.05
    assert path["tested"].sum() == 1


def test_forty_four_loans_are_too_few_for_five_per_cent_and_forty_five_are_not():
    # .95^44 = .105 > .1 >= .95^45 = .0994
    few = certify(*ladder([(0.01, 0)], loans=44), 0.05, 0.1, design="inclusion").certificate
    enough = certify(*ladder([(0.01, 0)], loans=45), 0.05, 0.1, design="inclusion").certificate
    assert (few.certified, few.reason, few.loans, few.p_value) == (False, "too_few_loans", 44, None)
    assert enough.certified


def test_a_class_without_loans_is_not_certifiable():
    certificate, path = certify([], [], [], [], 0.05, 0.1, design="outcome", size_class="large")
    assert (certificate.certified, certificate.reason, certificate.size_class) == (False, "no_loans", "large")
    assert path.empty


def test_an_outcome_sample_without_defaults_needs_the_weights_of_the_whole_sample():
    pd_, exposure, defaulted, weight = ladder([(0.01, 0), (0.02, 0)])
    alone = certify(pd_, exposure, defaulted, weight * 5, 0.05, 0.1, design="outcome").certificate
    assert (alone.reason, alone.loans, alone.defaults) == ("one_outcome_only", 200, 0)
    told = certify(
        pd_, exposure, defaulted, weight * 5, 0.05, 0.1, design="outcome", outcome_weights=(5, 5)
    ).certificate
    assert told.certified


def test_every_reason_is_a_declared_one():
    assert len(set(REASONS)) == len(REASONS)
    certificate = certify(*ladder([(0.01, 0), (0.02, 1)]), 0.05, 0.1, design="inclusion").certificate
    assert certificate.reason in REASONS


@pytest.mark.parametrize("design", ["inclusion", "outcome"])
def test_the_promise_is_broken_no_more_often_than_stated(design, true_ratio):
    random = np.random.default_rng(21)
    repetitions, broken, certified = 200, 0, 0
    loans = 2000 if design == "inclusion" else 8000
    for _ in range(repetitions):
        certificate = certify(*labelled(random, loans, design), TOLERANCE, DELTA, design=design, grid=50).certificate
        if certificate.certified:
            certified += 1
            broken += true_ratio(certificate.cut_off) > TOLERANCE
    assert certified > repetitions / 2
    assert broken / repetitions <= DELTA + 3 * np.sqrt(DELTA * (1 - DELTA) / repetitions)


def test_a_case_control_sample_says_the_same_as_the_population_it_came_from(true_ratio):
    random = np.random.default_rng(8)
    pd_, score, exposure = portfolio(random, 60_000)
    defaulted = random.random(60_000) < pd_
    kept = random.random(60_000) < np.where(defaulted, 0.9, 0.2)
    weight = np.where(defaulted, 1 / 0.9, 5.0)[kept]
    whole = certify(score, exposure, defaulted, np.ones(60_000), TOLERANCE, DELTA, design="inclusion").certificate
    drawn = certify(
        score[kept], exposure[kept], defaulted[kept], weight, TOLERANCE, DELTA, design="outcome"
    ).certificate
    assert drawn.approved_share_exposure == pytest.approx(whole.approved_share_exposure, abs=0.06)
    assert drawn.observed_ratio == pytest.approx(true_ratio(drawn.cut_off), abs=0.006)
    assert drawn.upper_bound <= TOLERANCE


def test_p_values_of_a_case_control_sample_have_the_right_size():
    random = np.random.default_rng(9)
    p_values = []
    for _ in range(400):
        exposure = np.exp(random.normal(size=5000))
        defaulted = random.random(5000) < 0.08
        kept = random.random(5000) < np.where(defaulted, 0.9, 0.1)
        weight = np.where(defaulted, 1 / 0.9, 10.0)[kept]
        arrays = np.full(kept.sum(), 0.05), exposure[kept], defaulted[kept], weight
        p_values.append(certify(*arrays, 0.08, 0.1, design="outcome", grid=1).path["p_value"].iloc[0])
    assert (np.array(p_values) <= 0.1).mean() == pytest.approx(0.1, abs=3 * np.sqrt(0.09 / 400))


def test_the_sample_ratio_is_translated_back_to_the_population():
    # 10 defaulted of weight 2 and 90 others of weight 8, equal loans: population ratio 20 / (20 + 720) = 2.7 %.
    defaulted = np.arange(100) < 10
    certificate = certify(
        np.full(100, 0.02), np.ones(100), defaulted, np.where(defaulted, 2.0, 8.0), 0.05, 0.1, design="outcome"
    ).certificate
    assert certificate.observed_ratio == pytest.approx(20 / 740)
    # tolerance 5 % has odds 1/19; in the sample four times those: 4/23
    assert certificate.p_value == pytest.approx(binom.cdf(10, 100, 4 / 23), rel=1e-7)


def test_labels_choose_neither_the_grid_nor_the_start():
    random = np.random.default_rng(4)
    score, exposure, defaulted, weight = labelled(random, 20_000, "outcome")
    shuffled = random.permutation(defaulted)
    first = certify(score, exposure, defaulted, weight, TOLERANCE, DELTA, design="outcome").path
    other_weight = np.where(shuffled, 1 / 0.9, 10.0)
    second = certify(score, exposure, shuffled, other_weight, TOLERANCE, DELTA, design="outcome").path
    pd.testing.assert_series_equal(first["cut_off"], second["cut_off"])
    assert first["tested"].idxmax() == second["tested"].idxmax()


def test_stressed_design_pds_move_the_start_down():
    arrays = labelled(np.random.default_rng(4), 5000, "inclusion")
    plain = certify(*arrays, TOLERANCE, DELTA, design="inclusion").path
    stressed = certify(*arrays, TOLERANCE, DELTA, design="inclusion", start_stress=np.sqrt(0.05)).path
    assert stressed["tested"].idxmax() < plain["tested"].idxmax()


def test_a_stressed_start_saves_the_certificate_of_a_bad_year():
    pd_, score, exposure = portfolio(np.random.default_rng(6), 6000)
    bad_year = np.random.default_rng(7).random(6000) < np.minimum(2.6 * pd_, 1)
    arrays = score, exposure, bad_year, np.ones(6000)
    assert certify(*arrays, TOLERANCE, DELTA, design="inclusion").certificate.reason == "start_failed"
    assert certify(*arrays, TOLERANCE, DELTA, design="inclusion", start_stress=0.7).certificate.certified


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.03, 0.1), st.floats(1.1, 2.0))
def test_the_same_path_passes_further_under_a_looser_tolerance(seed, tolerance, factor):
    random = np.random.default_rng(seed)
    arrays = labelled(random, 400, "inclusion")
    tight = certify(*arrays, tolerance, DELTA, design="inclusion", grid=20).path["p_value"]
    loose = certify(*arrays, min(tolerance * factor, 0.5), DELTA, design="inclusion", grid=20).path["p_value"]
    assert (loose <= tight + 0.005).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_bound_and_the_test_agree(seed):
    certificate = certify(
        *labelled(np.random.default_rng(seed), 800, "inclusion"), 0.08, DELTA, design="inclusion"
    ).certificate
    assert certificate.certified == (certificate.upper_bound <= 0.08 + 1e-9)
    assert certificate.observed_ratio <= certificate.upper_bound


def test_row_order_does_not_matter():
    arrays = labelled(np.random.default_rng(12), 3000, "outcome")
    order = np.random.default_rng(13).permutation(arrays[0].size)
    first = certify(*arrays, TOLERANCE, DELTA, design="outcome").certificate
    second = certify(*(a[order] for a in arrays), TOLERANCE, DELTA, design="outcome").certificate
    assert first.cut_off == second.cut_off
    assert first.p_value == pytest.approx(second.p_value, rel=1e-9)


def test_inclusion_weights_multiply_the_exposures():
    pd_, exposure, defaulted, _ = ladder([(0.01, 0), (0.02, 3)])
    weight = np.where(np.arange(200) % 2 == 0, 1.0, 20.0)
    weighted = certify(pd_, exposure, defaulted, weight, 0.1, 0.1, design="inclusion", grid=2)
    multiplied = certify(pd_, exposure * weight, defaulted, np.ones(200), 0.1, 0.1, design="inclusion", grid=2)
    assert weighted.path["p_value"].tolist() == multiplied.path["p_value"].tolist()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"design": "random"}, "design must be one of outcome, inclusion; got 'random'"),
        ({"pd_": [0.1, np.nan]}, "PD must be above 0 and below 1; got nan for 1 of 2 loans"),
        ({"pd_": [0.1]}, r"one PD for each of 2 loans; got shape \(1,\)"),
        ({"weight": [1.0, -1.0]}, "weight must be above 0; got -1.0"),
        ({"tolerance": 1.2}, "tolerance must be a fraction between 0 and 1"),
        ({"delta": 0.0}, "wanted delta between 0 and 1 and a grid of at least 1"),
        ({"grid": 0}, "wanted delta between 0 and 1 and a grid of at least 1"),
        (
            {"design": "outcome", "defaulted": [0, 0], "weight": [1.0, 2.0]},
            "one weight for loans not defaulted; got 2 from 1 to 2",
        ),
        ({"design": "outcome", "outcome_weights": (3.0, 1.0)}, "not defaulted is stated as 3; the loans carry 1"),
        ({"design": "outcome", "defaulted": [0, 0], "outcome_weights": (1.0, 0.0)}, "must be above 0; got 0"),
    ],
)
def test_what_cannot_be_certified_is_refused_with_a_sentence(change, sentence):
    given_ = {
        "pd_": [0.1, 0.2], "exposure": [1.0, 1.0], "defaulted": [0, 1], "weight": [1.0, 1.0],
        "tolerance": 0.1, "delta": 0.1, "design": "inclusion",
    } | change  # fmt: skip
    with pytest.raises(ValueError, match=sentence):
        certify(**given_)


def test_equal_exposures_certify_what_mapie_certifies():
    risk_control = pytest.importorskip("mapie.risk_control")
    random = np.random.default_rng(17)
    score = expit(-2.7 + random.normal(size=3000))
    defaulted = random.random(3000) < score
    ours = certify(score, np.ones(3000), defaulted, np.ones(3000), 0.06, 0.1, design="inclusion", grid=20)
    tested = ours.path.loc[ours.path.index >= ours.path["tested"].idxmax(), "cut_off"].to_numpy()
    # MAPIE approves where the probability of paying is at least the parameter; precision is the paid share.
    controller = risk_control.BinaryClassificationController(
        lambda x: np.column_stack([x[:, 0], 1 - x[:, 0]]),
        "precision",
        0.94,
        confidence_level=0.9,
        list_predict_params=1 - tested - 1e-9,
        fwer_method="fixed_sequence",
    )
    controller.calibrate(score[:, None], (~defaulted).astype(int))
    assert 1 - min(controller.valid_predict_params) == pytest.approx(ours.certificate.cut_off, abs=1e-6)
