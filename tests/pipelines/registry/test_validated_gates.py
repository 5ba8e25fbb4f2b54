"""The gates on a run's own validation: nothing that is taken away from it makes them hold."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.back_tests.findings import FindingError
from pipelines.promotion.gates import Gate
from pipelines.promotion.promotion import _validated_gates as gates_of
from policy.segments import STAGES
from tests.pipelines.registry.life import finding, validated

DAY = date(2026, 1, 11)
HIGH = finding({"id": "level/stage/startup", "severity": "high", "status": "open"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for stage in STAGES:
        (tmp_path / "models" / stage).mkdir(parents=True)
        (tmp_path / "models" / stage / "model.json").write_text(f'"{stage}"', encoding="utf8")
    return validated(tmp_path)


def changed(folder: Path, **changes: Any) -> tuple[Gate, Gate]:
    """Gates after keys of the validation were changed, or taken away where they are None."""
    path = folder / "model_validation" / "validation.json"
    content = {**json.loads(path.read_text(encoding="utf8")), **changes}
    kept = {name: value for name, value in content.items() if value is not None}
    path.write_text(json.dumps(kept), encoding="utf8")
    return gates_of(folder, DAY)


def test_a_validation_without_a_finding_meets_both_gates(folder: Path) -> None:
    assert [gate.verdict for gate in gates_of(folder, DAY)] == ["met", "met"]


def test_a_finding_of_the_validation_counts_without_a_register_and_with_an_empty_one(folder: Path) -> None:
    exceeded = [{"test": "level", "dimension": "stage", "group": "startup", "verdict": "exceeded"}]
    assert changed(folder, tests=exceeded, findings=[HIGH])[0].group == "level/stage/startup"
    (folder / "findings.json").unlink()
    assert gates_of(folder, DAY)[0].verdict == "exceeded"
    validated_status = {**HIGH, "status": "accepted", "owner": "Li", "note": "kept high on purpose"}
    (folder / "findings.json").write_text(json.dumps([validated_status]), encoding="utf8")
    assert gates_of(folder, DAY)[0].verdict == "met"
    with pytest.raises(FindingError, match="wanted a finding of each test that exceeds its limit; there is none of"):
        changed(folder, findings=[])


@pytest.mark.parametrize("taken", [{"tests": None}, {"findings": None}, {"tests": []}])
def test_a_validation_without_tests_or_findings_is_none(folder: Path, taken: dict[str, Any]) -> None:
    assert [gate.verdict for gate in changed(folder, **taken)] == ["not_tested", "not_tested"]


@pytest.mark.parametrize("content", ["{}", "[1]", '[{"id": "x"}]'])
def test_a_register_that_holds_something_else_is_told(folder: Path, content: str) -> None:
    (folder / "findings.json").write_text(content, encoding="utf8")
    with pytest.raises(FindingError, match="wanted the JSON register of findings; got something else"):
        gates_of(folder, DAY)


@pytest.mark.parametrize("tests", [[1], [{"test": "level"}], {"a": 1}])
def test_tests_that_are_something_else_are_told(folder: Path, tests: Any) -> None:
    with pytest.raises(FindingError, match="wanted the tests and findings of a step; got something else"):
        changed(folder, tests=tests)
