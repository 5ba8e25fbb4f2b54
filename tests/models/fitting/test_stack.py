"""Weights of a stack."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, log_expit

from models.fitting.calibration import fit_platt
from models.fitting.kinds import booster_kinds, leaf, left_out
from models.fitting.stack import LEAST_WEIGHT, stack_weights
from policy.errors import MendableError
from tests.parameters import SMALL

PARAMS = replace(SMALL, members=("interacting", "free", "additive", "linear"), min_data_in_leaf=50, lambda_l2=10.0)


def scores(loans: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = draw.normal(size=(loans, 2)) @ [1.0, 1.0] - 2
    outcome = (draw.random(loans) < expit(truth)).astype(float)
    noise = draw.normal(size=(loans, 3))
    return truth[:, None] + noise * [0.3, 0.3, 3.0], outcome, np.ones(loans)


def test_two_scores_that_know_half_each_share_and_noise_is_left_out() -> None:
    weights = stack_weights(*scores(20_000), PARAMS)
    assert weights.sum() == pytest.approx(1)
    assert weights[:2] == pytest.approx([0.5, 0.5], abs=0.1)
    assert weights[2] == 0.0


def test_where_nothing_is_known_the_weights_are_near_even() -> None:
    draw = np.random.default_rng(0)
    weights = stack_weights(draw.normal(size=(60, 3)), (np.arange(60) < 6).astype(float), np.ones(60), PARAMS)
    assert weights == pytest.approx(np.full(3, 1 / 3), abs=0.15)


def test_the_weights_are_the_tempered_mean_over_the_grid() -> None:
    found, outcome, weight = scores(400)
    pair = found[:, :2]
    grid = np.arange(SMALL.lambda_steps) / (SMALL.lambda_steps - 1)
    sign = np.where(outcome > 0, 1, -1)
    losses = []
    for share in grid:
        score = share * pair[:, 0] + (1 - share) * pair[:, 1]
        a, b = fit_platt(score, outcome, weight, SMALL.slope_ridge)
        losses.append(-log_expit(sign * (a + b * score)).sum())
    counts = np.exp(-(np.array(losses) - min(losses)) / SMALL.share_temperature)
    assert stack_weights(pair, outcome, weight, SMALL)[0] == pytest.approx(counts @ grid / counts.sum(), abs=1e-5)


def test_no_member_carries_less_than_the_least_weight() -> None:
    for seed in range(5):
        weights = stack_weights(*scores(1000, seed), PARAMS)
        assert ((weights == 0) | (weights >= LEAST_WEIGHT - 1e-6)).all()


def test_one_member_carries_all() -> None:
    found, outcome, weight = scores(100)
    assert stack_weights(found[:, :1], outcome, weight, PARAMS).tolist() == [1.0]


@pytest.mark.parametrize(("loans", "expected"), [(74, 5), (500, 5), (900, 9), (2000, 20), (10**6, 50)])
def test_leaves_hold_a_hundredth_of_the_loans_within_their_bounds(loans: int, expected: int) -> None:
    assert leaf(PARAMS, "interacting", loans) == expected


def test_the_penalty_is_as_much_weaker_as_leaves_are_smaller() -> None:
    found = {n: booster_kinds(PARAMS, n, 1000)["interacting"] for n in (200, 1000, 10**5)}
    assert {n: (kind.min_data_in_leaf, kind.lambda_l2) for n, kind in found.items()} == {
        200: (5, 1.0),
        1000: (10, 2.0),
        10**5: (50, 10.0),
    }


def test_smaller_leaves_than_the_least_are_left_as_they_are_asked_for() -> None:
    assert leaf(replace(PARAMS, min_data_in_leaf=2), "interacting", 10**6) == 2


def test_a_member_that_the_defaults_do_not_support_is_left_out_and_named() -> None:
    assert left_out(PARAMS, 99) == ["free"]
    assert left_out(PARAMS, 100) == []
    assert list(booster_kinds(PARAMS, 1000, 99)) == ["interacting", "additive"]
    assert list(booster_kinds(PARAMS, 1000, 100)) == ["interacting", "free", "additive"]


@pytest.mark.parametrize("members", [(), ("interacting", "forest")])
def test_unknown_members_are_refused(members: tuple[str, ...]) -> None:
    with pytest.raises(MendableError, match="train: members must be some of interacting, free, additive, linear; got"):
        replace(PARAMS, members=members)


@pytest.mark.parametrize("ridges", [(), (0.0,), ("much",), (True,)])
def test_ridges_that_are_no_penalties_are_refused(ridges: tuple[float, ...]) -> None:
    with pytest.raises(MendableError, match="train: linear_ridges must be numbers above 0; got"):
        replace(PARAMS, linear_ridges=ridges)
