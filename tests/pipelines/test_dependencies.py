"""dvc.yaml against the code: each step depends on what its module reads of this project, no more and no less."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from policy.segments import SIZE_CLASSES, STAGES
from tests.closure import (
    FOLDER,
    HAND_ON,
    PACKAGES,
    READS,
    ROOT,
    SOURCE,
    below,
    closure,
    counted,
    cover,
    document_calls,
    module_of,
    sections,
    steps,
)

STEPS = sorted(steps())
MODULES = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def listed(step: str, kind: str) -> list[str]:
    """Paths of the deps or outs (metrics and plots are outs) of a step."""
    keys = ("deps",) if kind == "deps" else ("outs", "metrics", "plots")
    entries = [entry for key in keys for entry in steps()[step].get(key, [])]  # type: ignore[attr-defined]
    return [entry if isinstance(entry, str) else next(iter(entry)) for entry in entries]


def code_deps(step: str) -> list[str]:
    return [dep for dep in listed(step, "deps") if not dep.startswith("data/") and dep != FOLDER]


def covered(step: str) -> set[str]:
    return {name for dep in code_deps(step) for name in counted(ROOT / dep)}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_depends_on_exactly_what_its_module_reads(step: str) -> None:
    wanted = closure(module_of(step))
    found = covered(step)
    said = f"dvc.yaml, {step}: wanted of the code {', '.join(cover(wanted))}"
    assert wanted - found == set(), said
    assert found - wanted == set(), said


@pytest.mark.parametrize("step", STEPS)
def test_a_step_lists_exactly_the_sections_of_params_that_its_module_reads(step: str) -> None:
    wanted = [f"{name}.{entry}" for name in sorted(sections(module_of(step))) for entry in ("default", SOURCE)]
    assert steps()[step].get("params", []) == wanted


@pytest.mark.parametrize("step", STEPS)
def test_every_path_of_a_command_is_a_dependency_or_an_output(step: str) -> None:
    known = [*listed(step, "deps"), *listed(step, "outs")]
    given = re.findall(r"data/\S+", str(steps()[step]["cmd"]))
    assert given
    for path in given:
        assert any(k == path or k.startswith(f"{path}/") or path.startswith(f"{k}/") for k in known), path


def test_the_step_that_reads_a_source_depends_on_its_folder_and_on_every_path_of_its_command() -> None:
    whole = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf8"))["stages"]["ingest"]
    assert whole["foreach"] == "${sources}"
    assert whole["do"]["cmd"].split()[3:5] == ["${key}", FOLDER]
    assert FOLDER in whole["do"]["deps"]


def test_a_step_is_the_name_of_its_module() -> None:
    for step, entry in steps().items():
        assert str(entry["cmd"]).split()[:3] == ["python", "-m", f"pipelines.{step}"]
        assert module_of(step).is_file()


@pytest.mark.parametrize(("step", "modules"), [("report", ("report",)), ("study", ("report", "study"))])
def test_a_report_depends_on_every_file_of_the_run_it_reads(step: str, modules: tuple[str, ...]) -> None:
    deps = [dep.removeprefix(f"data/{SOURCE}/") for dep in listed(step, "deps")]
    text = "".join(module_of(module).read_text(encoding="utf8") for module in modules)
    read = set(re.findall(r'folder / "(\w+)" / "([\w.]+)"', text))
    assert len(read) > 15
    for folder, name in read:
        assert {folder, f"{folder}/{name}"} & set(deps), f"{folder}/{name}"


def test_every_module_that_reads_files_beside_the_code_says_which() -> None:
    for path in MODULES:
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf8")
        if "__file__" in text:
            assert name in (*READS, *HAND_ON), name
        for call in document_calls(path):
            named = isinstance(call.args[0], ast.Constant)
            assert named or name in (*READS, *HAND_ON), f"{name}, line {call.lineno}: which document?"


def test_what_is_said_to_be_read_is_there() -> None:
    for name, read in READS.items():
        assert (ROOT / name).is_file()
        assert all(below(ROOT / path) for path in read), name


@pytest.mark.parametrize(
    ("changed", "stale"),
    [
        ("models/validation/stability.py", ["evaluate", "model_validation"]),
        (
            "pipelines/loans.py",
            ["ablate", "acceptance", "blanked", "challenge", "evaluate", "pool", "seeds", "sensitivity", "train"],
        ),
        ("reports/texts.yaml", ["figures", "report", "study"]),
        ("reports/figures.py", ["figures"]),
        (
            "features/sql/patents.sql",
            ["blanked", "evaluate", "explain", "featurize", "report", "seeds", "sensitivity", "study"],
        ),
        ("policy/tolerance.yaml", ["ablate", "report", "sensitivity", "study", "threshold"]),
        (
            "policy/stage.yaml",
            ["blanked", "evaluate", "explain", "featurize", "report", "seeds", "sensitivity", "study", "threshold"],
        ),
        ("models/challengers/scorecard.py", ["challenge"]),
        ("pipelines/pyfunc.py", ["track"]),
        ("sources/bank/database.py", ["ingest"]),
        ("pipelines/entry.py", STEPS),
    ],
)
def test_a_change_makes_exactly_the_steps_that_read_it_stale(changed: str, stale: list[str]) -> None:
    assert (ROOT / changed).is_file()
    assert sorted(step for step in STEPS if changed in covered(step)) == stale


def test_only_steps_that_draw_or_write_pages_read_reports() -> None:
    readers = [s for s in STEPS if any(d.startswith("reports") for d in code_deps(s))]
    assert readers == ["figures", "report", "study"]


def test_only_steps_of_the_study_wait_for_what_the_study_measures() -> None:
    measured = {
        dep
        for step in ("ablate", "blanked", "challenge", "seeds", "sensitivity", "study")
        for dep in listed(step, "outs")
    }
    assert len(measured) == 6
    assert [s for s in STEPS if measured & set(listed(s, "deps"))] == ["sensitivity", "study"]


def test_dvc_yaml_names_no_stage_and_no_size_class() -> None:
    words = set(re.findall(r"\w+", (ROOT / "dvc.yaml").read_text(encoding="utf8")))
    assert not words & {*STAGES, *SIZE_CLASSES}


def test_a_lazy_import_a_module_of_a_package_and_a_package_with_code_are_in_the_closure(tmp_path: Path) -> None:
    for folder in ("models", "features"):
        (tmp_path / folder).mkdir()
    (tmp_path / "models" / "__init__.py").write_text('"""Only a docstring."""\n', encoding="utf8")
    (tmp_path / "features" / "__init__.py").write_text("A = 1\n", encoding="utf8")
    (tmp_path / "features" / "one.py").write_text("B = 2\n", encoding="utf8")
    (tmp_path / "models" / "two.py").write_text("import numpy\n", encoding="utf8")
    start = tmp_path / "models" / "start.py"
    start.write_text("def f():\n    from features import one\n    import models.two\n", encoding="utf8")
    assert closure(start, tmp_path) == {"models/start.py", "models/two.py", "features/__init__.py", "features/one.py"}


def test_a_section_that_is_not_named_by_a_literal_is_refused(tmp_path: Path) -> None:
    start = tmp_path / "step.py"
    start.write_text("section(name, Params, source)\n", encoding="utf8")
    with pytest.raises(AssertionError, match="wanted the name of a section"):
        sections(start)
