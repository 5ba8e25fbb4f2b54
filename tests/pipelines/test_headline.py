"""The headline: about twenty flat figures, missing ones named and empty."""

import json
from pathlib import Path

from pipelines.headline import figures, main
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
    "realised": {"all": {"approved_share_exposure": 0.6, "ratio_approved": 0.03, "defaults_approved": 8}},
}


def test_the_headline_is_flat_and_short() -> None:
    found = figures(METRICS, THRESHOLDS)
    assert len(found) <= 20
    assert all(isinstance(value, int | float) for value in found.values())
    assert (found["auc"], found["auc_growth"], found["cut_off_micro"]) == (0.75, 0.7, 0.05)
    assert (found["approved_share"], found["realised"], found["defaults_approved"]) == (0.6, 0.03, 8)
    assert list(found)[:3] == ["loans", "defaults", "auc"]


def test_what_could_not_be_measured_or_certified_is_empty(tmp_path: Path) -> None:
    metrics = {"parts": {"out_of_time": {**METRICS["parts"]["out_of_time"], "growth": None}}}
    thresholds = {**THRESHOLDS, "certificates": {"micro": {"cut_off": None}}}
    for name, content in (("metrics", metrics), ("thresholds", thresholds)):
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf8")
    main(tmp_path / "metrics.json", tmp_path / "thresholds.json", tmp_path / "headline")
    found = json.loads((tmp_path / "headline" / "metrics.json").read_text(encoding="utf8"))
    assert {name for name, value in found.items() if value is None} == {
        "auc_growth",
        *(f"cut_off_{name}" for name in SIZE_CLASSES),
    }
