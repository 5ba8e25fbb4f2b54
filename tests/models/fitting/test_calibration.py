import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from models.fitting.calibration import LEAST_SLOPE, CalibrationError, Curve, Line, Pull, fit_curve, fit_platt, line


def test_known_intercept_and_slope_are_recovered() -> None:
    draw = np.random.default_rng(3)
    score = draw.normal(-2, 1.5, 60_000)
    defaulted = (draw.random(60_000) < expit(0.7 + 0.6 * score)).astype(float)
    found = fit_platt(score, defaulted, np.ones(60_000), ridge=1.0)
    assert found[0] == pytest.approx(0.7, abs=0.06)
    assert found[1] == pytest.approx(0.6, abs=0.03)


def test_the_mean_pd_equals_the_weighted_default_rate() -> None:
    draw = np.random.default_rng(4)
    score, weight = draw.normal(-2, 1, 5000), draw.uniform(1, 9, 5000)
    defaulted = (draw.random(5000) < expit(score)).astype(float)
    found = fit_platt(score, defaulted, weight, ridge=1.0)
    rate = np.average(defaulted, weights=weight)
    assert np.average(expit(line(*found)(score)), weights=weight) == pytest.approx(rate, abs=1e-6)


def test_case_control_weights_restore_the_level_of_the_population() -> None:
    draw = np.random.default_rng(5)
    score = draw.normal(-3, 1, 200_000)
    defaulted = draw.random(200_000) < expit(score)
    kept = defaulted | (draw.random(200_000) < 0.1)
    weight = np.where(defaulted[kept], 1.0, 10.0)
    found = fit_platt(score[kept], defaulted[kept].astype(float), weight, ridge=0.0)
    assert found[0] == pytest.approx(0.0, abs=0.06)
    assert found[1] == pytest.approx(1.0, abs=0.03)


def test_few_defaults_are_pulled_towards_slope_one() -> None:
    score = np.array([-3.0, -2.0, -1.0, 0.0, 1.0])
    defaulted = np.array([0.0, 0, 0, 0, 1])
    free = fit_platt(score, defaulted, np.ones(5), ridge=0.01)[1]
    assert abs(fit_platt(score, defaulted, np.ones(5), ridge=100.0)[1] - 1) < abs(free - 1)


@pytest.mark.parametrize("defaulted", [np.zeros(4), np.ones(4)])
def test_one_outcome_only_is_refused(defaulted: np.ndarray) -> None:
    with pytest.raises(
        CalibrationError, match=r"calibration wanted loans with and without default; got [04] defaults among 4 loans"
    ):
        fit_platt(np.arange(4.0), defaulted, np.ones(4), ridge=1.0)


def test_a_curve_between_knots_is_straight_and_goes_on_at_both_ends() -> None:
    curve = Curve((0.0, 1.0, 3.0), (0.0, 2.0, 3.0))
    assert curve(np.array([-1.0, 0.5, 2.0, 5.0])).tolist() == [-2.0, 1.0, 2.5, 4.0]


@given(st.floats(-6, 6), st.floats(-6, 6))
def test_the_secant_carries_the_gap_to_the_base_exactly(score: float, base: float) -> None:
    curve = Curve((-1.0, 0.0, 2.0), (-3.0, -1.0, 4.0))
    x, b = np.array([score]), np.array([base])
    assert curve(b) + curve.secant(x, b) * (x - b) == pytest.approx(curve(x), abs=1e-5)


def test_a_bent_truth_is_followed_by_the_spline_and_a_straight_one_is_left_straight() -> None:
    draw = np.random.default_rng(6)
    score = draw.normal(-2, 1.5, 40_000)
    grid = np.linspace(-4.5, 0.5, 30)

    def bent(x: np.ndarray) -> np.ndarray:
        return -1.5 + 0.3 * x + 0.9 * np.maximum(x + 2, 0)

    for truth in (bent, lambda x: 0.3 + 0.9 * x):
        defaulted = (draw.random(40_000) < expit(truth(score))).astype(float)
        curve = fit_curve(score, defaulted, np.ones(40_000), ridge=1.0, spline_defaults=100)
        assert np.abs(curve(grid) - truth(grid)).max() < 0.2
        assert (np.diff(curve(grid)) > 0).all()


def test_few_defaults_give_a_straight_line() -> None:
    draw = np.random.default_rng(7)
    score = draw.normal(-2, 1, 500)
    defaulted = (draw.random(500) < expit(score)).astype(float)
    assert len(fit_curve(score, defaulted, np.ones(500), 1.0, spline_defaults=10**6).score) == 2


def test_an_offset_is_taken_as_known() -> None:
    draw = np.random.default_rng(8)
    score, offset = draw.normal(-2, 1, 60_000), draw.choice([-1.0, 1.0], 60_000)
    defaulted = (draw.random(60_000) < expit(0.4 + 0.8 * score + offset)).astype(float)
    assert fit_platt(score, defaulted, np.ones(60_000), 0.0, offset) == pytest.approx((0.4, 0.8), abs=0.06)


def backwards(loans: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Scores that fall as the risk rises, and defaults at a rate of about 14 %."""
    draw = np.random.default_rng(11)
    score = draw.normal(0, 1, loans)
    return score, (draw.random(loans) < expit(-2 - 0.8 * score)).astype(float)


def test_a_slope_at_its_floor_keeps_the_mean_pd_at_the_default_rate() -> None:
    score, defaulted = backwards()
    intercept, slope = fit_platt(score, defaulted, np.ones(len(score)), ridge=1.0)
    assert slope == LEAST_SLOPE
    assert expit(intercept + slope * score).mean() == pytest.approx(defaulted.mean(), abs=1e-9)


@pytest.mark.parametrize("spline_defaults", [10, 10**6])
def test_a_score_that_ranks_backwards_is_refused(spline_defaults: int) -> None:
    score, defaulted = backwards()
    with pytest.raises(CalibrationError, match=r"wanted a score that rises with the default risk; .* ranks backwards"):
        fit_curve(score, defaulted, np.ones(len(score)), 1.0, spline_defaults)


def test_a_score_that_is_no_number_is_refused() -> None:
    score, defaulted = backwards()
    with pytest.raises(CalibrationError, match="did not come to rest after 100 steps"):
        fit_platt(np.where(np.arange(len(score)) == 7, np.nan, -score), defaulted, np.ones(len(score)), ridge=1.0)


def _few(defaults: int, loans: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    score = np.random.default_rng(seed).normal(-3, 1, loans)
    outcome = np.zeros(loans)
    outcome[np.argsort(-score)[: 2 * defaults : 2]] = 1
    return score, outcome, np.ones(loans)


def test_the_line_of_a_stage_goes_from_that_of_all_stages_to_its_own_as_defaults_grow() -> None:
    pull = Pull(Line(0.7, 1.2), 20)
    none = fit_platt(*_few(0), ridge=1.0, pull=pull)
    score = _few(0)[0]
    assert 0 < none[1] < 1.2
    assert none[0] + none[1] * score.mean() < 0.7 + 1.2 * score.mean()
    gaps = []
    for defaults in (5, 50):
        own, drawn = (fit_platt(*_few(defaults), ridge=0.0, pull=p) for p in (Pull(Line(0.7, 1.2), 1e-9), pull))
        gaps.append(abs(own[1] - drawn[1]) / abs(own[1] - 1.2))
    assert gaps[0] > gaps[1] > 0


def test_a_strong_pull_gives_the_line_of_all_stages() -> None:
    found = fit_platt(*_few(9), ridge=1.0, pull=Pull(Line(0.5, 0.8), 1e5))
    assert found == pytest.approx((0.5, 0.8), abs=1e-2)


@pytest.mark.parametrize("seed", range(40))
def test_few_defaults_within_a_narrow_range_of_scores_come_to_rest(seed: int) -> None:
    draw = np.random.default_rng(seed)
    score = draw.uniform(-4.95, -3.65, 192)
    outcome = np.zeros(192)
    outcome[np.argsort(-score + draw.normal(0, 0.3, 192))[:7]] = 1
    intercept, slope = fit_platt(score, outcome, np.ones(192), 1.0, pull=Pull(Line(9.0, 2.9), 20))
    assert 0 < expit(intercept + slope * score).mean() < 0.2


def test_the_pull_says_how_much_of_the_level_is_that_of_all_stages() -> None:
    assert Pull(Line(0, 1), 20).share(np.array([1, 0, 0, 1.0, np.nan])) == pytest.approx(20 / 22)
