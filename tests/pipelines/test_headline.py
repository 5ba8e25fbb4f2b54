"""The headline: fifteen flat figures under the name of the source, missing ones empty; the curve beside them."""

import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines.headline import approval_curve, decided_loans, figures, main
from policy.segments import SIZE_CLASSES, STAGES

TOTAL = {
    "loans": 400,
    "defaults": 20,
    "auc": 0.75,
    "log_loss": 0.2,
    "ece": 0.01,
    "cox_slope": 0.9,
    "cox_intercept": -0.1,
    "ks": 0.4,
}
METRICS = {"parts": {"out_of_time": {"total": TOTAL, **{stage: {"auc": 0.7} for stage in STAGES}}}}
THRESHOLDS = {
    "certificates": {name: {"cut_off": 0.05} for name in SIZE_CLASSES},
    "realised": {"all": {"approved_share_exposure": 0.6, "ratio_approved": 0.03}},
}
SCORES = pd.DataFrame(
    {
        "application_id": list("abcde"),
        "part": ["out_of_time"] * 4 + ["certification"],
        "pd": [0.02, 0.01, 0.04, 0.02, 0.9],
        "exposure": [100.0, 200.0, 300.0, 200.0, 1e9],
        "weight": [1.0, 1.0, 1.0, 2.0, 1.0],
        "defaulted": [0.0, 0.0, 1.0, 1.0, 1.0],
    }
)
DECISIONS = pd.DataFrame(
    {
        "application_id": list("abcd"),
        "decision": ["approve", "approve", "decline", "refer"],
        "default_limit": [0.05, 0.02, 0.05, None],
    }
)
DECIDED = decided_loans(SCORES, DECISIONS)


def test_the_headline_is_flat_and_short() -> None:
    found = figures(METRICS, THRESHOLDS, DECIDED)
    assert len(found) == 15
    assert all(isinstance(value, int | float) for value in found.values())
    assert (found["auc"], found["auc_growth"], found["cut_off_micro"]) == (0.75, 0.7, 0.05)
    assert (found["approved_share"], found["realised"]) == (0.6, 0.03)


def test_the_ratio_allowed_is_that_of_the_approved_amounts() -> None:
    assert figures(METRICS, THRESHOLDS, DECIDED)["allowed"] == pytest.approx((100 * 0.05 + 200 * 0.02) / 300)


def test_the_approval_curve_adds_amounts_of_the_population_in_order_of_pd() -> None:
    found = approval_curve(DECIDED, points=100)
    assert found["cut_off"].tolist() == [0.01, 0.02, 0.04]
    assert found["approved_share"].tolist() == pytest.approx([2 / 10, 7 / 10, 1.0])
    assert found["default_ratio"].tolist() == pytest.approx([0.0, 4 / 7, 7 / 10])
    assert approval_curve(DECIDED, points=2)["cut_off"].tolist() == [0.02, 0.04]


def test_what_could_not_be_measured_or_certified_is_empty(tmp_path: Path) -> None:
    metrics = {"parts": {"out_of_time": {**METRICS["parts"]["out_of_time"], "growth": None}}}
    thresholds = {**THRESHOLDS, "certificates": {"micro": {"cut_off": None}}}
    for name, content in (("metrics", metrics), ("thresholds", thresholds)):
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf8")
    SCORES.to_parquet(tmp_path / "scores.parquet", index=False)
    DECISIONS.assign(decision="refer").to_parquet(tmp_path / "decisions.parquet", index=False)
    main("sba", tmp_path / "scores.parquet", tmp_path / "metrics.json", tmp_path, tmp_path / "headline")
    found = json.loads((tmp_path / "headline" / "metrics.json").read_text(encoding="utf8"))["sba"]
    assert {name for name, value in found.items() if value is None} == {
        "auc_growth",
        "allowed",
        *(f"cut_off_{name}" for name in SIZE_CLASSES),
    }
    assert len(pd.read_csv(tmp_path / "headline" / "approval.csv")) == 3
