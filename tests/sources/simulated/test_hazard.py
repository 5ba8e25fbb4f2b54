"""Hazard of the simulated portfolio by hand-worked cases."""

import numpy as np
import pytest

from sources.simulated.draws import day_number, interpolated, quarter_end, stream
from sources.simulated.drivers import Drivers
from sources.simulated.hazard import (
    SEASONING,
    SIGNAL,
    contrast_weights,
    growth_terms,
    integrated,
    linear_terms,
    startup_terms,
    survival,
    window_effects,
    year_deviation,
    year_effects,
)


def drivers(**changed) -> Drivers:
    """One application whose drivers are all at nought, but for those given."""
    values = {name: np.zeros(1) for name in Drivers._fields}
    return Drivers(**{**values, **{name: np.array([float(value)]) for name, value in changed.items()}})


def test_seasoning_averages_to_one():
    assert SEASONING.mean() == pytest.approx(1.0)


def test_a_small_hazard_adds_up_over_twelve_months():
    monthly = 0.001
    predictor = np.array([np.log(monthly / (1 - monthly))])
    assert 1 - survival(predictor, 0.0)[0] == pytest.approx(12 * monthly, rel=0.02)


def test_no_deviation_leaves_the_probability_as_it_is():
    predictor = np.array([-6.0, -4.0])
    assert integrated(predictor, 0.0, 0.0) == pytest.approx(1 - survival(predictor, 0.0))


def test_integrating_a_normal_effect_agrees_with_simulating_it():
    draws = stream(1, "test").standard_normal(200_000)
    simulated = (1 - survival(-6.0 + 0.5 * draws, 0.0)).mean()
    assert integrated(np.array([-6.0]), 0.0, 0.5)[0] == pytest.approx(simulated, rel=0.01)


def test_a_correlation_of_two_percent_moves_the_logit_by_a_third():
    # sqrt(0.02 / 0.98) = 0.14286; at 3 %: density 0.068040 over 0.03 * 0.97 = 2.33815
    assert year_deviation(0.02) == pytest.approx(0.14286 * 2.33815, rel=1e-3)
    assert year_deviation(0.0) == 0.0


def test_year_effects_are_centred_and_fixed_by_the_seed():
    assert year_effects(3, 0.02).mean() == pytest.approx(0.0, abs=1e-12)
    assert (year_effects(3, 0.02) == year_effects(3, 0.02)).all()
    assert (year_effects(3, 0.0) == 0).all()


def test_a_window_from_october_has_three_months_in_its_first_year():
    effects = np.arange(10.0)
    shifts, first = window_effects(effects, np.array([day_number("2018-10-15")], dtype=float))
    assert shifts[:, 0].tolist() == [1.0] * 3 + [2.0] * 9
    assert first[0] == pytest.approx(0.25)


def test_debt_weighs_more_on_those_who_sell_no_technology():
    name = "leverage*contract_turnover_share"
    sells = growth_terms(drivers(leverage=1, contract_turnover_share=1))[name]
    sells_none = growth_terms(drivers(leverage=1, contract_turnover_share=-1))[name]
    assert sells_none[0] > sells[0]


def test_startup_risk_is_lowest_at_a_middling_research_intensity():
    low, middle, high = (startup_terms(drivers(rd_intensity=z))["rd_intensity"][0] for z in (-2, 0.2, 2))
    assert middle < low
    assert middle < high


def test_a_state_between_two_year_ends_is_weighted_by_days():
    state = np.zeros((1, 16))
    state[0, 10] = 1.0  # end of 2020
    row = np.array([0])
    assert interpolated(state, row, np.array([float(day_number("2020-12-31"))]))[0] == pytest.approx(1.0, abs=0.01)
    assert interpolated(state, row, np.array([float(day_number("2021-07-01"))]))[0] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("day", "back", "end"),
    [("2020-04-15", 0, "2020-03-31"), ("2020-04-15", 1, "2019-12-31"), ("2020-03-31", 0, "2019-12-31")],
)
def test_the_last_quarter_end(day, back, end):
    assert quarter_end(np.array([float(day_number(day))]), back)[0] == day_number(end)


def three(**changed) -> Drivers:
    """The same application in each of the three stages."""
    one = drivers(**changed)
    return Drivers(*(np.repeat(column, 3) for column in one))._replace(stage=np.arange(3))


def predictors(stage_contrast: float, **changed) -> np.ndarray:
    place = np.zeros(3, dtype=int)
    return np.sum(list(linear_terms(three(**changed), place, place, stage_contrast).values()), axis=0)


def test_at_no_contrast_all_stages_have_the_same_drivers_with_the_same_effect():
    found = predictors(0.0, leverage=1.3, runway_months=-0.7, rights_age=0.4, core_team_turnover=1.1)
    assert found == pytest.approx(np.full(3, found[0]))
    assert abs(found[0]) > 0.5


def test_at_full_contrast_a_stage_knows_no_driver_of_another():
    apart = predictors(1.0, core_team_turnover=1.0) - predictors(1.0)
    assert apart == pytest.approx([SIGNAL * 0.42, 0.0, 0.0])


@pytest.mark.parametrize(("stage_contrast", "own_share"), [(0.0, 1 / 3), (0.5, 2 / 3), (1.0, 1.0)])
def test_own_drivers_hold_the_stated_share_of_the_variance_whatever_the_contrast(stage_contrast, own_share):
    own, other = contrast_weights(stage_contrast)
    assert own**2 + 2 * other**2 == pytest.approx(SIGNAL**2)
    assert own**2 / SIGNAL**2 == pytest.approx(own_share)


def test_an_open_record_raises_the_risk_of_every_stage_alike():
    apart = predictors(1.0, open_enforcement_count=1.0) - predictors(1.0)
    assert apart == pytest.approx(np.full(3, apart[0]))
    assert apart[0] > 0.5


def test_the_bad_year_is_bad_in_whatever_portfolio():
    for seed in range(20):
        effects = year_effects(seed, 0.02)
        assert effects[2020 - 2017] > year_deviation(0.02)
