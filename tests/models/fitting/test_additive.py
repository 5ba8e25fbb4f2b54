"""Trees of one split collapse into step functions that say the same."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.fitting.additive import collapsed
from models.fitting.booster import Booster, Rows, Shape, fit_booster
from tests.parameters import SMALL

STUMPS = replace(SMALL, num_leaves=2, max_depth=1, min_data_in_leaf=5)


def rows(periods: int, gaps: bool, seed: int = 0) -> Rows:
    draw = np.random.default_rng(seed)
    values = pd.DataFrame({"x": draw.normal(size=600).round(1), "y": draw.exponential(size=600), "z": np.arange(600.0)})
    risk = 1 / (1 + np.exp(2 - values["x"] - (values["y"] > 1)))
    if gaps:
        values = values.mask(draw.random(values.shape) < 0.2)
    period = None if periods == 1 else np.arange(600) % periods
    return Rows(values, period, (draw.random(600) < risk).astype(float), np.ones(600))


@pytest.mark.parametrize("periods", [1, 3])
@pytest.mark.parametrize("gaps", [False, True])
def test_the_functions_say_what_the_booster_says(periods: int, gaps: bool) -> None:
    known = rows(periods, gaps)
    booster = fit_booster(known, Shape({"x": 1}), STUMPS, 80)
    loans = known.features.to_numpy()
    steps = collapsed(booster, loans, periods)
    tried = np.vstack([loans, loans + 1e-9, np.full((1, 3), 1e9), np.full((1, 3), -1e9)])
    if gaps:
        tried = np.vstack([tried, np.full((1, 3), np.nan)])
    assert np.abs(steps.raw_score(tried) - booster.raw_score(tried)).max() < 1e-12
    assert np.abs(steps.baseline(periods) - booster.baseline(periods)).max() < 1e-12
    assert steps.contributions(loans)[:, :3].mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)


def test_a_feature_that_was_never_missing_has_no_value_for_a_missing_one() -> None:
    complete = collapsed(
        fit_booster(rows(1, gaps=False), Shape({}), STUMPS, 30), rows(1, gaps=False).features.to_numpy(), 1
    )
    assert {function.missing for function in complete.functions.values()} == {None}
    gappy = rows(1, gaps=True)
    known = collapsed(fit_booster(gappy, Shape({}), STUMPS, 30), gappy.features.to_numpy(), 1)
    assert None not in {function.missing for function in known.functions.values()}


def test_trees_that_interact_are_refused() -> None:
    known = rows(1, gaps=False)
    with pytest.raises(ValueError, match="wanted trees of two leaves to add up; got one of"):
        collapsed(fit_booster(known, Shape({}), SMALL, 5), known.features.to_numpy(), 1)


def test_an_infinite_value_takes_the_side_of_the_largest() -> None:
    gappy = rows(1, gaps=True)
    booster: Booster = fit_booster(gappy, Shape({}), STUMPS, 60)
    steps = collapsed(booster, gappy.features.to_numpy(), 1)
    assert steps.raw_score(np.full((1, 3), np.inf)) == pytest.approx(steps.raw_score(np.full((1, 3), 1e300)))
