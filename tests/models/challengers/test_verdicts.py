"""Verdicts on drawn tables: what is best, what is within our interval, what is missed."""

from typing import Any

import pandas as pd
import pytest

from models.challengers.verdicts import verdicts


def row(model: str, **figures: Any) -> dict[str, Any]:
    """A model of AUC 0.7, log-loss 0.2, ECE 2 % [1 %, 3 %] and Cox slope 0.8 [0.7, 0.9], but for `figures`."""
    usual = {"auc": 0.7, "log_loss": 0.2, "ece": 0.02, "cox_slope": 0.8, "auc_gap": 0.0, "auc_gap_error": 0.01}
    usual |= {"log_loss_gap": 0.0, "log_loss_gap_error": 0.004}
    ends = {"ece_low": 0.01, "ece_high": 0.03, "cox_slope_low": 0.7, "cox_slope_high": 0.9}
    return {"stage": "growth", "model": model, **usual, **ends, **figures}


def verdict_of(*rows: dict[str, Any]) -> dict[Any, Any]:
    (found,) = verdicts(pd.DataFrame(rows)).to_dict("records")
    return found


@pytest.mark.parametrize(
    ("auc", "log_loss", "met"),
    [(0.700, 0.200, True), (0.699, 0.201, True), (0.697, 0.200, False), (0.700, 0.203, False), (0.75, 0.15, True)],
)
def test_accuracy_is_met_a_little_below_the_best_challenger_but_not_further(
    auc: float, log_loss: float, met: bool
) -> None:
    found = verdict_of(row("ours", auc=auc, log_loss=log_loss), row("EBM"))
    assert found["met"] is met
    assert found["auc_gap"] == pytest.approx(auc - 0.7)
    assert found["log_loss_excess"] == pytest.approx(log_loss / 0.2 - 1)


@pytest.mark.parametrize(
    ("auc", "log_loss", "within_noise"),
    [
        (0.700, 0.200, False),  # nothing is missed
        (0.685, 0.200, True),  # 1.5 standard errors of .010 below
        (0.680, 0.200, False),  # 2 standard errors below
        (0.700, 0.206, True),  # 1.5 standard errors of .004 above
        (0.700, 0.208, False),
        (0.685, 0.208, False),  # one miss is noise, the other is not
    ],
)
def test_a_miss_of_less_than_two_standard_errors_is_within_noise(
    auc: float, log_loss: float, within_noise: bool
) -> None:
    found = verdict_of(row("ours", auc=auc, log_loss=log_loss), row("EBM"))
    assert found["within_noise"] is within_noise
    assert found["log_loss_excess_error"] == pytest.approx(0.02)


def test_each_figure_has_its_own_best_challenger() -> None:
    found = verdict_of(
        row("ours"),
        row("a", auc=0.8),
        row("b", log_loss=0.1),
        row("c", ece=0.001),
        row("d", cox_slope=1.05),
    )
    best = [found[f"best_by_{figure}"] for figure in ("auc", "log_loss", "ece", "cox_slope")]
    assert best == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("ours", "challenger", "met"),
    [
        (0.020, 0.025, True),  # the lowest of all
        (0.020, 0.012, True),  # the challenger is lower, but inside [0.01, 0.03]
        (0.020, 0.010, True),  # at the end of the interval
        (0.020, 0.009, False),
    ],
)
def test_the_ece_is_best_or_the_best_challenger_lies_in_its_interval(ours: float, challenger: float, met: bool) -> None:
    found = verdict_of(row("ours", ece=ours), row("EBM", ece=challenger), row("scorecard", ece=0.5))
    assert found["ece_met"] is met
    assert found["best_by_ece"] == "EBM"


@pytest.mark.parametrize(
    ("ours", "challenger", "met"),
    [
        ((0.8, 0.7, 0.9), 1.3, True),  # nearest to 1 of all
        ((0.8, 0.5, 1.1), 1.0, True),  # the interval holds 1
        ((0.8, 0.7, 0.9), 0.85, True),  # the interval holds the nearest challenger
        ((0.8, 0.7, 0.9), 0.95, False),  # the interval holds neither
        ((0.5, 0.4, 0.6), 0.4, False),  # nearest to 1 of all, and bad all the same
        ((0.5, 0.4, 0.6), 0.55, False),  # the nearest challenger, in the interval, is equally bad
        ((0.5, -0.1, 1.1), 0.55, True),  # so few defaults that the interval holds 1
        ((1.2, 1.1, 1.3), 0.95, False),  # PDs too close together count as PDs too far apart do
    ],
)
def test_the_cox_slope_is_near_1_and_best_or_its_interval_holds_1_or_the_nearest_challenger(
    ours: tuple[float, float, float], challenger: float, met: bool
) -> None:
    slope = dict(zip(("cox_slope", "cox_slope_low", "cox_slope_high"), ours, strict=True))
    found = verdict_of(row("ours", **slope), row("EBM", cox_slope=challenger), row("scorecard", cox_slope=0.1))
    assert found["cox_slope_met"] is met


def test_calibration_wants_level_and_shape() -> None:
    good, far, bent = row("ours"), row("EBM", ece=0.001), row("scorecard", cox_slope=1.0)
    assert verdict_of(good, row("EBM"))["calibration_met"]
    assert not verdict_of(good, far)["calibration_met"]
    assert not verdict_of(good, bent)["calibration_met"]


def test_without_a_slope_of_ours_the_shape_is_not_good_and_without_one_of_challengers_it_is() -> None:
    none = dict.fromkeys(("cox_slope", "cox_slope_low", "cox_slope_high"))
    assert not verdict_of(row("ours", **none), row("EBM"))["cox_slope_met"]
    found = verdict_of(row("ours"), row("EBM", **none))
    assert found["cox_slope_met"]
    assert found["best_by_cox_slope"] is None


def test_a_challenger_without_figures_is_no_best_challenger() -> None:
    assert verdict_of(row("ours"), row("absent", auc=None), row("EBM", auc=0.65))["best_by_auc"] == "EBM"


def test_a_stage_without_figures_or_without_challengers_has_no_verdict() -> None:
    assert verdicts(pd.DataFrame([row("ours", auc=None), row("EBM", auc=None)])).empty
    assert verdicts(pd.DataFrame([row("ours")])).empty


def test_a_challenger_that_repeats_ours_is_no_best_challenger() -> None:
    none = dict.fromkeys(("auc_gap", "auc_gap_error", "log_loss_gap", "log_loss_gap_error"), 0.0)
    found = verdict_of(row("ours", auc=0.8), row("pooled only", auc=0.8, **none), row("EBM", auc=0.7, auc_gap=0.1))
    assert found["best_by_auc"] == "EBM"
    assert verdicts(pd.DataFrame([row("ours"), row("pooled only", **none)])).empty
