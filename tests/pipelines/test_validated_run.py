"""A validation of other models than those of the run is not reported."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.files import fingerprint
from pipelines.validated_run import ReportError, _require_same_models
from policy.segments import STAGES


@pytest.fixture
def named(tmp_path: Path) -> dict[str, Any]:
    """Fingerprints of the models in a folder, by stage."""
    for stage in STAGES:
        (tmp_path / "models" / stage).mkdir(parents=True)
        (tmp_path / "models" / stage / "model.json").write_text(stage, encoding="utf8")
    return {stage: fingerprint(tmp_path / "models" / stage / "model.json") for stage in STAGES}


@pytest.mark.parametrize("stage", STAGES)
def test_a_validation_of_the_run_is_taken_and_of_another_model_of_any_stage_refused(
    tmp_path: Path, named: dict[str, Any], stage: str
) -> None:
    _require_same_models(tmp_path, {"models": named}, tmp_path / "validation.json")
    found = {"models": {**named, stage: "0" * 16}}
    with pytest.raises(ReportError, match=f"wanted a validation of the model of {stage} in this run, .* it is of 0000"):
        _require_same_models(tmp_path, found, tmp_path / "validation.json")


@pytest.mark.usefixtures("named")
def test_a_validation_that_names_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"it is of no model that it names\. Run `techcredit run` again"):
        _require_same_models(tmp_path, {}, tmp_path / "validation.json")
