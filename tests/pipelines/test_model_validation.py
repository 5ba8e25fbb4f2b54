"""Steps `model_validation` and `sensitivity` on a finished run."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from models.back_tests.findings import changed
from models.back_tests.headline import headline_of
from pipelines.findings import REGISTER, brought_up_to_date, register
from pipelines.model_validation import main
from policy.segments import STAGES

RUN = Path("data/simulated")

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module", autouse=True)
def _in_the_run(simulated_run: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(simulated_run)
        yield


@pytest.fixture(scope="module")
def validation(_in_the_run: None) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((RUN / "model_validation" / "validation.json").read_text(encoding="utf8"))
    return content


def test_the_same_run_gives_the_same_bytes_and_no_finding_twice(validation: dict[str, Any], tmp_path: Path) -> None:
    folders = (RUN / name for name in ("features", "evaluation", "thresholds", "models"))
    main("simulated", *folders, tmp_path / "model_validation")
    again = (tmp_path / "model_validation" / "validation.json").read_bytes()
    assert again == (RUN / "model_validation" / "validation.json").read_bytes()
    assert len(json.loads((tmp_path / REGISTER).read_text(encoding="utf8"))) == len(validation["findings"])
    assert [each.id for each in brought_up_to_date(tmp_path)] == [each["id"] for each in validation["findings"]]


def test_figures_are_those_of_the_step_evaluate(validation: dict[str, Any]) -> None:
    measured = json.loads((RUN / "evaluation" / "metrics.json").read_text(encoding="utf8"))["parts"]["out_of_time"]
    for dimension, names in (("total", ("total",)), ("stage", STAGES)):
        for name in names:
            mine, theirs = validation["groups"][dimension][name], measured[name]
            assert (mine["loans"], mine["defaults"]) == (theirs["loans"], theirs["defaults"])
            assert mine["brier"] == pytest.approx(theirs["brier"])
            assert mine["default_rate"] == pytest.approx(theirs["default_rate"])
            if mine["absent"] is None:
                assert mine["auc"] == pytest.approx(theirs["auc"])
                assert mine["cox_slope"] == pytest.approx(theirs["cox_slope"])


def test_every_loan_is_in_a_group_and_every_grade_is_the_one_decided(validation: dict[str, Any]) -> None:
    decided = pd.read_parquet(RUN / "thresholds" / "decisions.parquet")
    counts = decided["grade"].value_counts()
    assert {row["grade"]: row["loans"] for row in validation["grades"]["scale"] if row["loans"]} == counts.to_dict()
    for dimension, groups in validation["groups"].items():
        if dimension != "year":
            assert sum(group["loans"] for group in groups.values()) == len(decided)


def test_a_finding_that_a_person_closed_is_not_opened_by_the_same_run(tmp_path: Path) -> None:
    shutil.copytree(RUN / "model_validation", tmp_path / "model_validation")
    known = brought_up_to_date(tmp_path)
    assert known
    register(tmp_path, changed(known, known[0].id, status="closed", owner="Li", note="refitted"))
    mine = brought_up_to_date(tmp_path)[0]
    assert (mine.status, mine.owner) == ("closed", "Li")


def test_the_headline_has_the_stages(validation: dict[str, Any]) -> None:
    headline = headline_of(validation)
    assert {f"validation_level_{stage}" for stage in STAGES} <= set(headline)


def test_the_study_moves_what_is_assumed(simulated_study: Path) -> None:
    path = simulated_study / "data" / "simulated" / "sensitivity" / "sensitivity.json"
    found = json.loads(path.read_text(encoding="utf8"))
    assert set(found["sensitivity"]) == {"refer_band", "delta", "wrong_stage", "refits"}
    assert {stage: row["violations"] for stage, row in found["monotonicity"].items()} == dict.fromkeys(STAGES, 0)
    moved = [record for record in found["tests"] if record["test"] == "grades_moved"]
    assert {record["group"] for record in moved} == {"total", *STAGES}
    assert all(0 <= record["value"] <= 1 for record in moved)
