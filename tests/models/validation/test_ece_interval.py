"""The interval of the expected calibration error on samples whose true error is known."""

import numpy as np
import pytest
from scipy.special import expit

from models.validation.calibration_tests import expected_calibration_error
from models.validation.ece_interval import ece_interval


def sample(loans: int, seed: int, moved: float, weighted: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes, PDs and weights; true log-odds are those of the PDs plus `moved`.

    Weighted, every sound loan stands for ten, since only one in ten was drawn.
    """
    draw = np.random.default_rng(seed)
    score = draw.normal(-1.5, 1, loans)
    bad = (draw.random(loans) < expit(score + moved)).astype(float)
    kept = (bad == 1) | (draw.random(loans) < 0.1) if weighted else np.ones(loans, dtype=bool)
    weight = np.where(bad == 1, 1.0, 10.0 if weighted else 1.0)
    return bad[kept], expit(score[kept]), weight[kept]


@pytest.mark.parametrize(("moved", "weighted"), [(0.15, False), (0.3, False), (0.6, False), (0.6, True)])
def test_the_interval_covers_the_true_error_about_as_often_as_it_says(moved: float, weighted: bool) -> None:
    large = np.random.default_rng(0).normal(-1.5, 1, 400_000)
    true = float(np.abs(expit(large + moved) - expit(large)).mean())
    loans = 8000 if weighted else 2000
    ends = [ece_interval(*sample(loans, seed, moved, weighted), 10, 100, seed) for seed in range(80)]
    covered = np.mean([low <= true <= high for low, high in ends])
    assert covered >= 0.84


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_holds_the_measured_error_and_is_never_negative(seed: int) -> None:
    bad, pds, weight = sample(500, seed, 0.0)
    low, high = ece_interval(bad, pds, weight, 10, 100, seed)
    measured = expected_calibration_error(bad, pds, weight, 10)
    assert 0 <= low <= measured + 1e-12
    assert measured <= high + 1e-12


def test_more_loans_narrow_the_interval() -> None:
    few, many = (ece_interval(*sample(loans, 1, 0.6), 10, 200, 1) for loans in (500, 20_000))
    assert many[1] - many[0] < 0.3 * (few[1] - few[0])


def test_pds_that_are_all_alike_have_an_interval() -> None:
    low, high = ece_interval([0.0] * 90 + [1.0] * 10, [0.05] * 100, None, 10, 200, 1)
    # the only gap is that of the default rate: 0.10 less 0.05, give or take two standard errors of 0.03
    assert low == pytest.approx(0.0, abs=0.02)
    assert high == pytest.approx(0.11, abs=0.02)
