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


def test_nobody_with_a_record_or_a_product_that_a_rule_is_about_is_approved(simulated_run: Path) -> None:
    data = simulated_run / "data" / "simulated"
    known = pd.read_parquet(data / "features" / "features.parquet").set_index("application_id")
    decisions = pd.read_parquet(data / "thresholds" / "decisions.parquet").set_index("application_id")
    approved = known.loc[decisions.index[decisions["decision"] == "approve"]]
    assert len(approved) > 0
    later = known.loc[decisions.index]
    for name in ("open_overdues", "open_enforcements", "abnormal_listing", "data_gaps"):
        assert (later[name] > 0).any(), name
    records = ["open_overdues", "open_enforcements", "open_serious_breach", "open_dishonest_records"]
    assert (approved[[*records, "abnormal_listing", "data_gaps", "is_related_party"]] == 0).all(axis=None)
    pledge, research = (approved[approved["product"] == name] for name in ("ip_pledge_loan", "rd_loan"))
    assert (pledge["rights_to_pledge"] >= 1).all()
    assert (pledge["protection_beyond_loan_months"] >= 0).all()
    assert (research["amount_over_rd"] <= 1).all()


def test_no_approval_has_a_pd_above_its_ceiling_and_each_tolerance_is_that_of_its_own_day(simulated_run: Path) -> None:
    data = simulated_run / "data" / "simulated"
    decisions = pd.read_parquet(data / "thresholds" / "decisions.parquet")
    approved = decisions[decisions["decision"] == "approve"]
    assert (approved["pd"] <= approved["limit"]).all()
    assert approved["limit"].max() <= 0.08  # the highest ceiling of policy/zones.yaml
    as_of = pd.read_parquet(data / "features" / "features.parquet", columns=["application_id", "as_of"])
    small = decisions[decisions["size_class"] == "small"].merge(as_of, on="application_id")
    early = small["as_of"].between("2024-01-05", "2024-09-29")
    assert small.loc[early, "tolerance"].unique() == pytest.approx([0.0459])
    assert small.loc[small["as_of"] >= "2025-12-31", "tolerance"].dropna().tolist() == pytest.approx(
        [0.045] * int((small["as_of"] >= "2025-12-31").sum())
    )
    assert (small.loc[small["as_of"] < "2024-01-05", "decision"] != "approve").all()


def test_the_certificate_is_tested_on_exactly_the_loans_the_procedure_could_approve(simulated_run: Path) -> None:
    data = simulated_run / "data" / "simulated"
    found = read(data / "thresholds" / "thresholds.json")
    scores = pd.read_parquet(data / "evaluation" / "scores.parquet")
    decidable = pd.read_parquet(data / "thresholds" / "decidable.parquet").set_index("application_id")["decidable"]
    known = scores[(scores["part"] == "certification") & decidable.loc[scores["application_id"]].to_numpy()]
    for name, certificate in found["certificates"].items():
        mine = known[known["size_class"].isin(certificate["classes"])]
        assert name in certificate["classes"]
        if certificate["cut_off"] is not None:
            assert certificate["loans"] == (mine["pd"] <= certificate["cut_off"]).sum()
        else:
            assert certificate["loans"] <= len(mine)
