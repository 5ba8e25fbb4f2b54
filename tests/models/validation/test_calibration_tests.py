import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import kstest

from models.validation.calibration_tests import (
    brier,
    calibration_table,
    expected_calibration_error,
    hosmer_lemeshow,
    jeffreys_interval,
    jeffreys_p,
    log_loss,
    spiegelhalter,
)
from models.validation.cox import cox
from models.validation.labelled_sample import effective_loans


def drawn(random, loans, slope=1.0, shift=0.0):
    """Outcomes of loans whose true logit is shift + slope logit PD."""
    pd_ = expit(random.normal(-2.2, 0.9, loans))
    return random.random(loans) < expit(shift + slope * logit(pd_)), pd_


def by_outcome(random, defaulted, pd_):
    """A case-control sample of the loans, and its weights."""
    kept = random.random(pd_.size) < np.where(defaulted, 0.9, 0.2)
    return defaulted[kept], pd_[kept], np.where(defaulted[kept], 1 / 0.9, 5.0)


@pytest.mark.parametrize(
    ("defaults", "loans", "pd_", "p"),
    [
        (15, 1000, 0.01, 0.063228), (10, 1000, 0.01, 0.479057), (5, 1000, 0.01, 0.955413),
        (0, 50, 0.02, 0.845821), (3, 50, 0.02, 0.038480), (25, 1000, 0.015, 0.007890),
    ],
)  # fmt: skip
def test_jeffreys_p_values(defaults, loans, pd_, p):
    assert jeffreys_p(defaults, loans, pd_) == pytest.approx(p, abs=5e-7)


def test_jeffreys_interval_reaches_its_end_without_or_with_only_defaults():
    assert jeffreys_interval(0, 20)[0] == 0.0
    assert jeffreys_interval(20, 20)[1] == 1.0
    low, high = jeffreys_interval(10, 100)
    assert low == pytest.approx(0.0526, abs=5e-4)
    assert high == pytest.approx(0.1701, abs=5e-4)


def test_brier_and_log_loss_by_hand():
    defaulted, pd_, weight = [0, 1, 0], [0.1, 0.7, 0.5], [1, 2, 1]
    assert brier(defaulted, pd_, weight) == pytest.approx((0.01 + 2 * 0.09 + 0.25) / 4)
    expected = -(np.log(0.9) + 2 * np.log(0.7) + np.log(0.5)) / 4
    assert log_loss(defaulted, pd_, weight) == pytest.approx(expected)
    assert log_loss([1, 1], [0.2, 0.2]) == pytest.approx(-np.log(0.2))
    assert brier([1, 1], [0.2, 0.2]) == pytest.approx(0.64)


def test_the_calibration_table_by_hand():
    table = calibration_table([0, 0, 0, 1, 0, 1, 1, 1], [0.1, 0.1, 0.2, 0.2, 0.5, 0.5, 0.8, 0.8], bins=2)
    assert table["loans"].tolist() == [4, 4]
    assert table["defaults"].tolist() == [1, 3]
    assert table["mean_pd"].tolist() == pytest.approx([0.15, 0.65])
    assert table["default_rate"].tolist() == pytest.approx([0.25, 0.75])
    assert table["effective_loans"].tolist() == pytest.approx([4, 4])
    assert table["jeffreys_p"].iloc[0] == pytest.approx(jeffreys_p(1, 4, 0.15))
    assert expected_calibration_error(
        [0, 0, 0, 1, 0, 1, 1, 1], [0.1, 0.1, 0.2, 0.2, 0.5, 0.5, 0.8, 0.8], bins=2
    ) == pytest.approx(0.1)


def test_bins_hold_equal_weight_and_keep_ties_together():
    random = np.random.default_rng(1)
    defaulted, pd_ = drawn(random, 5000)
    table = calibration_table(defaulted, pd_, random.uniform(0.5, 4, 5000))
    assert len(table) == 10
    assert table["share"].tolist() == pytest.approx([0.1] * 10, abs=0.002)
    assert (table["low_pd"].to_numpy()[1:] > table["high_pd"].to_numpy()[:-1]).all()
    assert len(calibration_table([0, 1, 0, 1], [0.2] * 4)) == 1


def test_a_case_control_sample_counts_what_its_odds_are_worth():
    # Variance of the log-odds is 1/D + 1/G whatever the weights; 1 / (n rate (1 - rate)) = 1/100 + 1/300.
    defaulted = np.repeat([1.0, 0.0], [100, 300])
    weight = np.repeat([5.0694, 22.7118], [100, 300])
    rate = np.average(defaulted, weights=weight)
    assert effective_loans(defaulted, weight) == pytest.approx(75 / (rate * (1 - rate)))
    assert effective_loans(np.zeros(2), np.array([1.0, 3.0])) == pytest.approx(1.6)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("test", [hosmer_lemeshow, spiegelhalter, cox])
def test_true_pds_are_rejected_once_in_twenty(test, weighted):
    random = np.random.default_rng(2)
    p_values = []
    for _ in range(200):
        defaulted, pd_ = drawn(random, 4000)
        p_values.append(test(*by_outcome(random, defaulted, pd_)).p_value if weighted else test(defaulted, pd_).p_value)
    assert (np.array(p_values) < 0.05).mean() <= 0.05 + 3.5 * np.sqrt(0.05 * 0.95 / 200)
    if test is not hosmer_lemeshow:
        assert kstest(p_values, "uniform").pvalue > 0.001


def test_cox_recovers_the_true_recalibration_and_the_effect_of_weights():
    random = np.random.default_rng(3)
    defaulted, pd_ = drawn(random, 60_000, slope=0.75, shift=0.3)
    for found in (cox(defaulted, pd_), cox(*by_outcome(random, defaulted, pd_))):
        assert found.intercept == pytest.approx(0.3, abs=0.12)
        assert found.slope == pytest.approx(0.75, abs=0.05)
        assert found.p_value < 1e-6


def test_the_interval_of_the_cox_slope_covers_the_true_slope_with_and_without_weights():
    random = np.random.default_rng(6)
    for draw in (lambda loans: loans, lambda loans: by_outcome(random, *loans)):
        found = [cox(*draw(drawn(random, 3000, slope=0.75))) for _ in range(80)]
        assert np.mean([one.slope_low <= 0.75 <= one.slope_high for one in found]) >= 0.88


def test_understated_pds_are_found():
    defaulted, pd_ = drawn(np.random.default_rng(4), 5000, shift=0.3)
    assert hosmer_lemeshow(defaulted, pd_).p_value < 0.01
    assert spiegelhalter(defaulted, pd_).p_value < 0.01
    assert spiegelhalter(defaulted, pd_).statistic > 0


def test_hosmer_lemeshow_by_hand():
    # Two bins of 100: 14 and 26 defaults at PD 10 % and 20 %: 100 x .04^2 / .09 + 100 x .06^2 / .16 = 1.7778 + 2.25
    defaulted = np.concatenate([np.arange(100) < 14, np.arange(100) < 26])
    found = hosmer_lemeshow(defaulted, np.repeat([0.1, 0.2], 100), bins=2)
    assert found.statistic == pytest.approx(4.02778, abs=1e-5)
    assert found.degrees == 2
    assert found.p_value == pytest.approx(np.exp(-4.02778 / 2), abs=1e-5)


def test_spiegelhalter_by_hand():
    # One PD of 20 %, 26 defaults of 100: z = 6 / root(100 x .16) = 1.5
    found = spiegelhalter(np.arange(100) < 26, np.full(100, 0.2))
    assert found.statistic == pytest.approx(1.5)
    assert found.p_value == pytest.approx(0.1336144, abs=1e-6)


@pytest.mark.parametrize("width", [0.05, 1e-3, 1e-4])
def test_cox_of_pds_that_hardly_differ_is_that_of_wider_ones_with_a_steeper_slope(width):
    defaulted, pd_ = drawn(np.random.default_rng(9), 2000)
    wide = cox(defaulted, pd_)
    found = cox(defaulted, expit(-2 + width * logit(pd_)))
    assert found.slope * width == pytest.approx(wide.slope, rel=1e-4)
    assert (found.slope_high - found.slope) * width == pytest.approx(wide.slope_high - wide.slope, rel=1e-4)
    assert found.intercept == pytest.approx(wide.intercept + 2 * wide.slope / width, rel=1e-4)


def test_cox_of_outcomes_that_hang_on_a_tiny_part_of_the_range_settles_where_the_likelihood_is_highest():
    pd_ = expit(np.concatenate([np.linspace(-2.9, -2.6, 700), np.linspace(-2.5955, -2.5950, 40)]))
    defaulted = np.zeros(740)
    defaulted[[715, 722, 725, 728, 731, 733, 734, 736, 738, 739]] = 1
    found = cox(defaulted, pd_)
    away = defaulted - expit(found.intercept + found.slope * logit(pd_))
    assert found.slope > 1000
    assert [away.sum(), (away * (logit(pd_) + 2.5955)).sum()] == pytest.approx([0, 0], abs=1e-6)


def test_cox_with_one_free_group_each_by_hand():
    # Two PDs are fitted exactly: rates .14 and .26, slope = (logit .26 - logit .14) / (logit .2 - logit .1)
    defaulted = np.concatenate([np.arange(100) < 14, np.arange(100) < 26])
    found = cox(defaulted, np.repeat([0.1, 0.2], 100))
    slope = (logit(0.26) - logit(0.14)) / (logit(0.2) - logit(0.1))
    assert found.slope == pytest.approx(slope)
    assert found.intercept == pytest.approx(logit(0.14) - slope * logit(0.1))
    # the logit of a rate p of n loans has the variance 1 / n p (1 - p)
    error = np.sqrt(1 / (100 * 0.14 * 0.86) + 1 / (100 * 0.26 * 0.74)) / (logit(0.2) - logit(0.1))
    assert found.slope_low == pytest.approx(slope - 1.959964 * error, abs=1e-5)
    assert found.slope_high == pytest.approx(slope + 1.959964 * error, abs=1e-5)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: log_loss([0, 1], [0.0, 0.5]), "PD must lie between 0 and 1, both excluded; got 0.0 for 1 of 2 loans"),
        (lambda: cox([0, 0], [0.1, 0.2]), "Cox recalibration wants loans of both outcomes; got 0 defaulted of 2"),
        (lambda: cox([0, 1], [0.1, 0.1]), "Cox recalibration wants PDs that differ; got 0.1 for all 2 loans"),
        (lambda: cox([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]), "the PDs separate the outcomes"),
        (lambda: jeffreys_p(3, 2, 0.1), "wanted 0 <= defaults <= loans and a PD between 0 and 1; got 3 of 2"),
        (lambda: jeffreys_interval(-1, 2), "wanted 0 <= defaults <= loans"),
        (lambda: calibration_table([0, 1], [0.1, 0.2], bins=0), "bins must be at least 1; got 0"),
    ],
)
def test_what_cannot_be_tested_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
