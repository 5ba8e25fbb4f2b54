"""Figures of the benchmark of stage contrast, on hand-worked loans."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.stage_contrast import figures, summary


def later(**pds: list[float]) -> pd.DataFrame:
    truth = [0.1, 0.1, 0.3, 0.3]
    base = {"stage": ["growth", "mature"] * 2, "weight": 1.0, "defaulted": [0.0, 0.0, 0.0, 1.0], "pd_attainable": truth}
    return pd.DataFrame({**base, "pooled": truth, "blend": truth, "own": truth, **pds})


def test_a_way_that_gives_the_attainable_pds_has_no_excess_and_the_attainable_auc():
    found = figures(later())
    assert found["excess_pooled"] == pytest.approx(0.0, abs=1e-9)
    assert found["auc_pooled"] == found["auc_attainable"]
    assert found["default_rate"] == 0.25
    # pairs of a bad and a good loan: weights .1 and .3 bad, .9 and .7 good; equal PDs count one half
    bad, good = np.array([0.2, 0.6]), np.array([1.8, 1.4])
    right = bad[1] * good[0] + 0.5 * (bad * good).sum()
    assert found["auc_attainable"] == pytest.approx(right / (bad.sum() * good.sum()))


def test_the_gain_is_the_excess_of_the_pooled_model_over_that_of_the_blend():
    found = figures(later(pooled=[0.2, 0.2, 0.2, 0.2]))
    divergence = np.mean([p * np.log(p / 0.2) + (1 - p) * np.log((1 - p) / 0.8) for p in (0.1, 0.3)])
    assert found["excess_pooled"] == pytest.approx(1000 * divergence)
    assert found["gain"] == pytest.approx(1000 * divergence)
    assert found["auc_pooled"] == pytest.approx(0.5)


def test_seeds_are_averaged_and_the_range_of_the_gain_is_told():
    rows = [{"seed": seed, "stage_contrast": 0.5, "gain": gain} for seed, gain in ((1, -0.5), (2, 1.5))]
    found = summary(rows).iloc[0]
    assert (found["gain"], found["least_gain"], found["most_gain"]) == (0.5, -0.5, 1.5)
