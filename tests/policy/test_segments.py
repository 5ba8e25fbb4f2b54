"""Stages and size classes are named once, and a file that names them badly is refused with a sentence."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy.loader import PolicyError, figure, figures
from policy.segments import CAPPED, FILE, SIZE_CLASSES, STAGES, read_segments
from sources.simulated import world

WANTED: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf8"))["segments"]
PACKAGES = ("features", "models", "decisions", "explanations", "scoring", "reports", "pipelines")
ROOT = Path(__file__).parents[2]


def written(tmp_path: Path, **changed: Any) -> Path:
    path = tmp_path / "segments.yaml"
    path.write_text(yaml.safe_dump({"segments": {**copy.deepcopy(WANTED), **changed}}), encoding="utf8")
    return path


def test_the_segments_are_read_in_their_order() -> None:
    found = read_segments()
    assert found.stages == STAGES == ("startup", "growth", "mature")
    assert found.size_classes == SIZE_CLASSES == ("micro", "small", "medium", "large")
    assert found.capped == CAPPED == ("micro", "small")
    assert found.labels["growth"] == {"en": "growth", "zh": "成长期"}


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"more": 1}, "wanted keys stages, size_classes, capped, labels; got .*more"),
        ({"stages": []}, "stages: wanted at least one name"),
        ({"stages": ["Start up"]}, "stages: a name must be lower-case letters.*; got 'Start up'"),
        ({"stages": ["total"]}, "none of total, all; got 'total'"),
        ({"stages": ["startup", "startup"]}, "startup stands twice"),
        ({"stages": ["startup", "micro"]}, "micro stands twice"),
        ({"stages": ["startup", "growth"]}, "labels: wanted a label for startup, growth, micro"),
        ({"capped": ["tiny"]}, "capped: a class must be one of micro, small, medium, large; got tiny"),
        ({"labels": {**WANTED["labels"], "micro": {"en": "micro"}}}, "labels, micro: wanted en and zh; got"),
    ],
)
def test_a_file_that_names_them_badly_is_refused(tmp_path: Path, changed: dict[str, Any], match: str) -> None:
    with pytest.raises(PolicyError, match=match):
        read_segments(written(tmp_path, **changed))


def test_no_module_names_a_stage_or_a_size_class_in_a_list_of_its_own() -> None:
    listed = re.compile(
        rf"[\"']({'|'.join((*STAGES, *SIZE_CLASSES))})[\"'],\s*[\"']({'|'.join((*STAGES, *SIZE_CLASSES))})[\"']"
    )
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            code = re.sub(r">>> .*\n.*", "", path.read_text(encoding="utf8"))
            assert not listed.search(code), path


def test_the_stages_of_the_simulated_world_are_stages() -> None:
    assert [stage for stage in STAGES if stage in world.STAGES] == list(world.STAGES)
    assert set(world.DEFAULT_RATE) == set(world.STAGES)


def test_every_stage_rule_gives_a_stage_and_every_size_class_has_its_uplift() -> None:
    for scheme in figures("stage").values():
        for rules in scheme.values.values():
            assert {rule["stage"] for rule in rules} <= set(STAGES), scheme.name
    for name in SIZE_CLASSES:
        assert figure("tolerance", f"uplift_{name}").values
