import numpy as np
import pytest

from models.validation.auc_changes import auc_fall_p, auc_trend
from models.validation.discrimination import auc, deterioration_p
from models.validation.murphy import murphy


def drawn(seed: int, loans: int, shift: float) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    bad = draw.random(loans) < 0.1
    return bad.astype(float), draw.normal(size=loans) + shift * bad


def test_a_fall_counts_the_errors_of_both_samples() -> None:
    first, second = auc(*drawn(1, 400, 1.2)), auc(*drawn(2, 4000, 0.9))
    assert auc_fall_p(first, second) > deterioration_p(first.auc, second)
    assert auc_fall_p(second, second) == 0.5


def test_samples_of_one_population_are_found_to_fall_as_often_as_the_level_says() -> None:
    pairs = [(auc(*drawn(2 * k, 600, 1.0)), auc(*drawn(2 * k + 1, 600, 1.0))) for k in range(200)]
    assert np.mean([auc_fall_p(*pair) < 0.1 for pair in pairs]) == pytest.approx(0.1, abs=0.06)
    assert np.mean([deterioration_p(a.auc, b) < 0.1 for a, b in pairs]) > 0.12  # as if the first were known


def test_a_rise_is_not_rewarded_and_a_decline_is_penalised() -> None:
    assert auc_trend([0.6, 0.7, 0.8]).penalised == pytest.approx(0.7)
    assert auc_trend([0.8, 0.7, 0.6], penalty=0.5).penalised == pytest.approx(0.6)
    with pytest.raises(ValueError, match="wanted AUCs of at least 3 periods"):
        auc_trend([0.7, 0.7])


def test_murphy_adds_up_and_a_true_pd_has_no_reliability_to_mend() -> None:
    draw = np.random.default_rng(3)
    pds = draw.uniform(0.01, 0.4, 20000)
    bad = (draw.random(20000) < pds).astype(float)
    weight = draw.uniform(0.5, 2, 20000)
    found = murphy(bad, pds, weight)
    assert found.brier == pytest.approx(found.reliability - found.resolution + found.uncertainty + found.within)
    assert found.reliability < 2e-4
    assert murphy(bad, pds**0.5, weight).reliability > 0.03


def test_murphy_by_hand_with_two_pds() -> None:
    found = murphy([0, 1, 0, 1], [0.2, 0.2, 0.6, 0.6], bins=2)
    assert found[1:] == pytest.approx(((0.3**2 + 0.1**2) / 2, 0.0, 0.25, 0.0))


def test_the_change_per_period_is_the_slope_by_least_squares_and_gaps_count() -> None:
    # By hand: places 0, 1, 3, 4 with mean 2, AUCs with mean 0.7425; slope -0.21 / 10, over four periods -0.084.
    found = auc_trend([0.8, 0.75, 0.7, 0.72], at=[8, 9, 11, 12])
    assert (found.per_period, found.change) == (pytest.approx(-0.021), pytest.approx(-0.084))
    assert found.penalised == pytest.approx(0.7425 - 0.084)
    with pytest.raises(ValueError, match="wanted a rising number of a period for each AUC"):
        auc_trend([0.8, 0.7, 0.6], at=[1, 1, 2])
