"""Figures of several models on the same loans, hand-worked."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from models.challengers.comparison import excess_log_loss, excess_of_models, figures, kept_apart
from models.challengers.verdicts import verdicts

LOANS = pd.DataFrame({"stage": "all", "defaulted": [0.0, 0.0, 1.0, 1.0], "weight": 1.0})


def compared(loans: pd.DataFrame = LOANS, **pds: list[float]) -> pd.DataFrame:
    return figures(loans, pd.DataFrame(pds), resamples=50, seed=1)


def test_figures_are_those_of_hand_worked_pds() -> None:
    table = compared(ours=[0.1, 0.3, 0.2, 0.4], challenger=[0.4, 0.3, 0.2, 0.1]).set_index("model")
    # ours: of four pairs of a defaulted and a sound loan three are in order; the challenger has none
    assert table.loc["ours", "auc"] == pytest.approx(0.75)
    assert table.loc["challenger", "auc"] == pytest.approx(0.0)
    assert table.loc["challenger", "auc_gap"] == pytest.approx(0.75)
    assert table.loc["ours", "log_loss"] == pytest.approx(-np.log([0.9, 0.7, 0.2, 0.4]).mean())
    # loan by loan the challenger loses log(.9/.6), 0, 0 and log(.4/.1) more
    saved = np.array([np.log(0.9 / 0.6), 0.0, 0.0, np.log(0.4 / 0.1)])
    assert table.loc["challenger", "log_loss_gap"] == pytest.approx(-saved.mean())
    assert table.loc["challenger", "log_loss_gap_error"] == pytest.approx(saved.std() / 2)
    # every loan its own bin: the gaps are 0.1, 0.3, 0.8 and 0.6
    assert table.loc["ours", "ece"] == pytest.approx(0.45)
    assert table.loc["ours", "ece_low"] <= 0.45 <= table.loc["ours", "ece_high"]


def test_stages_come_before_the_total_of_their_loans() -> None:
    loans = LOANS.assign(stage=["b", "a", "b", "a"])
    table = compared(loans, ours=[0.1, 0.3, 0.2, 0.4])
    assert table[["stage", "loans", "defaults"]].to_numpy().tolist() == [["a", 2, 1], ["b", 2, 1], ["total", 4, 2]]


def test_one_outcome_only_gives_counts_and_no_figure() -> None:
    table = compared(LOANS.assign(defaulted=0.0), ours=[0.1, 0.3, 0.2, 0.4], challenger=[0.1, 0.1, 0.1, 0.1])
    assert table[["loans", "defaults"]].to_numpy().tolist() == [[4, 0], [4, 0]]
    assert table.drop(columns=["stage", "model", "loans", "defaults"]).isna().all(axis=None)
    assert verdicts(table).empty


def test_pds_alike_have_an_ece_and_no_cox_slope() -> None:
    table = compared(ours=[0.1, 0.3, 0.2, 0.4], challenger=[0.1, 0.1, 0.1, 0.1]).set_index("model")
    assert table.loc["challenger", "ece"] == pytest.approx(0.4)
    assert np.isnan(table.loc["challenger", "cox_slope"])
    assert table.loc["challenger", "auc"] == pytest.approx(0.5)
    assert np.isfinite(table.loc["ours", "cox_slope_low"])


def test_a_challenger_without_pds_has_no_figures_and_is_no_best_challenger() -> None:
    table = compared(ours=[0.1, 0.3, 0.2, 0.4], absent=[np.nan] * 4, challenger=[0.1, 0.2, 0.3, 0.4])
    assert np.isnan(table.set_index("model").loc["absent", "auc"])
    found = verdicts(table).iloc[0]
    assert found["best_by_auc"] == "challenger"
    assert found["auc_gap"] == pytest.approx(-0.25)
    assert not found["met"]


def test_pds_of_zero_and_one_are_moved_apart_from_them() -> None:
    moved = kept_apart(pd.DataFrame({"ours": [0.0, 0.5, 1.0]}))["ours"]
    assert moved.tolist() == [1e-6, 0.5, 1 - 1e-6]


def test_the_same_loans_and_seed_give_the_same_figures() -> None:
    pds = {"ours": [0.1, 0.3, 0.2, 0.4]}
    pd.testing.assert_frame_equal(compared(**pds), compared(**pds))


def test_excess_log_loss_is_the_weighted_divergence_per_stage() -> None:
    loans = pd.DataFrame({"stage": ["a", "a", "b"], "weight": [3.0, 1.0, 1.0]})
    pds = pd.DataFrame({"ours": [0.2, 0.5, 0.5], "challenger": [0.2, 0.5, np.nan]})
    found = excess_log_loss(loans, pds, np.array([0.1, 0.5, 0.5]))
    one = 0.1 * np.log(0.1 / 0.2) + 0.9 * np.log(0.9 / 0.8)
    assert found["a"]["ours"] == pytest.approx(0.75 * one)
    assert found["b"] == {"ours": 0.0, "challenger": None}
    assert found["total"]["ours"] == pytest.approx(0.6 * one)


def test_models_are_put_beside_the_best_attainable_pds_by_application() -> None:
    scored = pd.DataFrame({"application_id": ["a", "b"], "stage": ["x", "y"], "weight": [1.0, 3.0], "pd": [0.1, 0.2]})
    pds = pd.DataFrame({"application_id": ["b", "a"], "ours": [0.5, 0.1], "challenger": [0.2, 0.4]})
    truth = pd.DataFrame({"application_id": ["c", "b", "a"], "pd_attainable": [0.9, 0.2, 0.4], "pd_in_year": 0.0})
    found = excess_of_models(scored, pds, truth)
    own = 0.4 * np.log(0.4 / 0.1) + 0.6 * np.log(0.6 / 0.9)
    assert found["x"] == {"ours": pytest.approx(own), "challenger": 0.0}
    assert found["total"]["ours"] == pytest.approx((own + 3 * found["y"]["ours"]) / 4)


def test_of_true_pds_the_goal_of_calibration_is_met_beside_twisted_ones() -> None:
    draw = np.random.default_rng(4)
    score = draw.normal(-2, 1, 4000)
    loans = pd.DataFrame({"stage": "all", "defaulted": (draw.random(4000) < expit(score)) * 1.0, "weight": 1.0})
    pds = pd.DataFrame({"ours": expit(score), "twisted": expit(1 + 2 * score)})
    assert verdicts(figures(loans, pds, 100, 1))["calibration_met"].tolist() == [True]
    swapped = pds.rename(columns={"ours": "true", "twisted": "ours"})
    assert verdicts(figures(loans, swapped, 100, 1))["calibration_met"].tolist() == [False]
