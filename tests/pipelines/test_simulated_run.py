"""The whole road on a small simulated portfolio, whose truth is known."""

import json
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.pipeline


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf8"))


def test_the_scores_come_near_what_is_attainable(simulated_run: Path) -> None:
    found = read(simulated_run / "data" / "simulated" / "ground_truth" / "ground_truth.json")["out_of_time"]["total"]
    assert found["auc"] > 0.62
    assert found["auc"] < found["attainable_auc"] + 0.05
    assert found["mean_pd"] == pytest.approx(found["mean_pd_true"], rel=0.6)


def test_ours_is_nearer_to_the_truth_than_plain_models_and_near_the_nearest(simulated_study: Path) -> None:
    found = read(simulated_study / "data/simulated/study/summary.json")["excess_log_loss"]["total"]
    assert len(found) == 5
    assert found["ours"] < min(found["plain LightGBM"], found["scorecard"])
    assert found["ours"] < 1.1 * min(found.values())  # on 15,000 applications the EBM may be as near


def test_true_drivers_are_among_the_strongest_features(simulated_run: Path) -> None:
    found = read(simulated_run / "data/simulated/ground_truth/ground_truth.json")["drivers"]
    assert sum(stage["recovered"] for stage in found.values()) >= 3  # ten of fifteen on 60,000 applications


def test_rejected_applications_have_no_outcome_and_are_counted(simulated_run: Path) -> None:
    parts = read(simulated_run / "data" / "simulated" / "split" / "split.json")
    applications = pd.read_parquet(simulated_run / "data" / "simulated" / "valid" / "applications.parquet")
    assert parts["left_out"]["no_outcome"] == pytest.approx((~applications["accepted"].fillna(False)).sum(), rel=0.02)


def test_planted_typos_are_rejected_with_their_rules(simulated_run: Path) -> None:
    rejects = pd.read_parquet(simulated_run / "data" / "simulated" / "valid" / "rejects" / "enterprises.parquet")
    assert "credit_code_check_digit" in set(rejects["rules"].explode())
    tables = read(simulated_run / "data" / "simulated" / "valid" / "quality.json")["tables"]
    assert all(t["rows"] == t["kept"] + t["rejected"] + t["duplicates"] for t in tables)
    assert sum(t["rejected"] for t in tables) < 0.02 * sum(t["rows"] for t in tables)


def test_every_size_class_is_decided_or_says_why_not(simulated_run: Path) -> None:
    found = read(simulated_run / "data" / "simulated" / "thresholds" / "thresholds.json")
    assert found["certificates"]["small"]["tolerance"] == pytest.approx(0.045)
    for certificate in found["certificates"].values():
        assert certificate["certified"] == (certificate["cut_off"] is not None)
        assert certificate["reason"]
