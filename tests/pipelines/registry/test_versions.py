"""Versions of a registry: sealed copies of whole runs, which no part of another run can enter."""

import json
import multiprocessing
import os
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from decisions.alarm import Terms
from decisions.alarm_state import State, Watch
from models.errors import ModelError
from pipelines.manifest import main as seal
from pipelines.model_option import found
from pipelines.registry.errors import RegistryError
from pipelines.registry.record import append, read, writing
from pipelines.registry.versions import UNLABELLED, Version, built_on, identity, registered, resolved, version
from policy.folders import PREFIX
from scoring.alarm_file import open_state, write_state
from scoring.manifest import MANIFEST, require_unchanged
from tests.scoring.test_manifest import FILES, TOLD

WATCHED = State((Watch("micro", date(2024, 1, 1), Terms("a" * 16, 0.05, 1.2, 1e6, 2.0, 4)),))
FACTS = {"on": "2026-01-01", "by": "Chen", "reason": "first", "run": "run"}
FORK = multiprocessing.get_context("fork")


def sealed_run(folder: Path, content: str = "") -> Path:
    """A folder with the files of a run, sealed."""
    for name in (*FILES, *TOLD):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(f"content of {name} {content}".encode())
    seal(folder, folder / "manifest")
    return folder


def register(registry: Path, run: Path) -> Version:
    with writing(registry):
        return registered(registry, run, dict(FACTS))


def point(registry: Path, pointer: str, name: str) -> None:
    with writing(registry):
        append(registry, pointer, {"version": name, "on": "2026-01-01"})


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return sealed_run(tmp_path / "run")


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    return tmp_path / "registry" / "simulated"


def test_a_run_tells_the_day_it_was_built_on(run: Path) -> None:
    assert built_on(run) is None
    (run / "model_validation").mkdir(exist_ok=True)
    (run / "model_validation" / "validation.json").write_text('{"built_on": "2014-12-31"}', encoding="utf8")
    assert built_on(run) == date(2014, 12, 31)
    (run / "split").mkdir(exist_ok=True)
    (run / "split" / "split.json").write_text('{"built_on": "soon"}', encoding="utf8")
    with pytest.raises(RegistryError, match="wanted a day in built_on; got 'soon'"):
        built_on(run)


def test_a_version_holds_what_a_score_depends_on_and_no_tables(registry: Path, run: Path) -> None:
    made = register(registry, run)
    assert made.name == "v1"
    require_unchanged(made.folder)
    names = {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()}
    assert names == {*FILES, MANIFEST.as_posix()}
    assert identity(made.folder) == identity(run)
    assert not [path for path in registry.iterdir() if path.name.startswith(PREFIX)]


def test_a_version_keeps_the_scores_without_outcome_that_a_monitor_compares_with(registry: Path, run: Path) -> None:
    (run / UNLABELLED).write_bytes(b"scores")
    assert (register(registry, run).folder / UNLABELLED).read_bytes() == b"scores"


def test_the_same_run_is_registered_once_and_another_one_as_the_next_version(
    registry: Path, run: Path, tmp_path: Path
) -> None:
    assert register(registry, run).name == register(registry, run).name == "v1"
    assert register(registry, sealed_run(tmp_path / "other", "changed")).name == "v2"
    assert [e.content["version"] for e in read(registry)] == ["v1", "v2"]


def test_a_mixture_of_two_runs_is_not_registered(registry: Path, run: Path, tmp_path: Path) -> None:
    other = sealed_run(tmp_path / "other", "changed")
    shutil.copytree(other / "models" / "growth", run / "models" / "growth", dirs_exist_ok=True)
    with pytest.raises(ModelError, match=r"models/growth/steps.json was changed after the run"):
        register(registry, run)
    assert read(registry) == ()


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_a_version_that_was_changed_is_refused(registry: Path, run: Path, name: str) -> None:
    made = register(registry, run)
    (made.folder / name).write_bytes(b"forged")
    with pytest.raises(ModelError, match=f"{name} was changed after the run"):
        require_unchanged(version(registry, "v1").folder)


@pytest.mark.parametrize("name", ["model_validation/validation.json", "evaluation/unlabelled.parquet", "findings.json"])
def test_what_a_version_keeps_beside_its_manifest_is_refused_after_a_change(
    registry: Path, run: Path, name: str
) -> None:
    kept = run / name
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(b"{}")
    made = register(registry, run)
    assert version(registry, made.name).beside[name] == made.beside[name]
    (made.folder / name).write_bytes(b"{ }")
    with pytest.raises(RegistryError, match=rf"{name}: is not as it was when v1 was registered"):
        version(registry, made.name)
    (made.folder / name).unlink()
    with pytest.raises(RegistryError, match=rf"{name}: is not as it was"):
        version(registry, made.name)


def test_a_file_that_a_version_never_had_and_a_link_to_it_are_refused_too(
    registry: Path, run: Path, tmp_path: Path
) -> None:
    made = register(registry, run)
    (tmp_path / "link").symlink_to(made.folder, target_is_directory=True)
    assert resolved(tmp_path / "link").resolve() == made.folder.resolve()
    (made.folder / "sensitivity").mkdir()
    (made.folder / "sensitivity" / "sensitivity.json").write_text("{}", encoding="utf8")
    for path in (made.folder, tmp_path / "link"):
        with pytest.raises(RegistryError, match=r"sensitivity\.json: is not as it was when v1 was registered"):
            resolved(path)


def test_a_version_that_was_sealed_anew_after_a_change_is_refused(registry: Path, run: Path) -> None:
    folder = register(registry, run).folder
    (folder / "models" / "startup" / "own.txt").write_bytes(b"forged")
    for name in TOLD:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    seal(folder, folder / "manifest")
    require_unchanged(folder)
    with pytest.raises(RegistryError, match="is not the manifest that was registered as v1: nothing is scored with it"):
        resolved(folder)


def test_champion_and_challenger_stand_for_the_version_of_their_last_entry(
    registry: Path, run: Path, tmp_path: Path
) -> None:
    register(registry, run)
    register(registry, sealed_run(tmp_path / "other", "changed"))
    for pointer, name in (("champion", "v1"), ("challenger", "v2"), ("champion", "v2"), ("challenger", "v1")):
        point(registry, pointer, name)
    assert found(registry / "champion") == registry / "v2"
    assert found(registry / "challenger") == registry / "v1"
    assert found(registry / "v1") == registry / "v1"


def test_a_folder_outside_any_registry_is_itself(run: Path) -> None:
    assert found(run) == run
    assert found(Path("nowhere")) == Path("nowhere")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("champion", "no champion yet in the registry .* (versions: v1)"),
        ("v7", "wanted the version v7 in the registry .*; it has v1"),
    ],
)
def test_a_version_that_is_not_there_is_told(registry: Path, run: Path, name: str, said: str) -> None:
    register(registry, run)
    with pytest.raises(RegistryError, match=said.replace("(", r"\(").replace(")", r"\)")):
        resolved(registry / name)


def test_a_folder_that_is_no_run_is_told(tmp_path: Path) -> None:
    said = f"wanted a finished run, or champion, challenger or a version of a registry; {tmp_path} has no"
    with pytest.raises(RegistryError, match=re.escape(said)):
        identity(tmp_path)


def test_a_suspension_goes_with_the_run_into_the_registry(registry: Path, run: Path) -> None:
    write_state(WATCHED, run)
    assert open_state(register(registry, run).folder) == WATCHED


def test_a_version_keeps_what_the_validation_left(registry: Path, run: Path) -> None:
    (run / "model_validation").mkdir()
    for name in ("findings.json", "model_validation/validation.json"):
        (run / name).write_text(json.dumps([]), encoding="utf8")
    folder = register(registry, run).folder
    assert (folder / "findings.json").read_text(encoding="utf8") == "[]"
    assert (folder / "model_validation" / "validation.json").is_file()


def _killed(registry: Path, run: Path) -> None:
    os.fsync = lambda _: os._exit(9)
    register(registry, run)


def test_a_copy_that_a_killed_process_left_is_no_version_and_makes_room_for_the_next(
    registry: Path, run: Path, tmp_path: Path
) -> None:
    register(registry, run)
    point(registry, "champion", "v1")
    other = sealed_run(tmp_path / "other", "changed")
    process = FORK.Process(target=_killed, args=(registry, other))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert (registry / "v2").is_dir()
    with pytest.raises(RegistryError, match="wanted the version v2"):
        resolved(registry / "v2")
    assert resolved(registry / "champion") == registry / "v1"
    third = sealed_run(tmp_path / "third", "third")
    assert register(registry, third).name == "v2"
    assert identity(registry / "v2") == identity(third)
    (aside,) = registry.glob("unrecorded-v2-*")
    assert identity(aside) == identity(other)


def test_a_version_whose_record_is_gone_is_refused(registry: Path, run: Path, tmp_path: Path) -> None:
    folder = register(registry, run).folder
    shutil.rmtree(registry / "record")
    for resolve in (resolved, found):
        with pytest.raises(RegistryError, match=r"wanted the record .*record of the registry that this version is of"):
            resolve(folder)
    with pytest.raises(RegistryError, match="wanted an entry of the record for each version; it has none for v1"):
        register(registry, sealed_run(tmp_path / "other", "changed"))
    assert identity(folder) == identity(run)
    (run / "valid").mkdir(exist_ok=True)
    assert resolved(run.rename(tmp_path / "v7")) == tmp_path / "v7"


def test_no_version_is_recorded_over_those_whose_entries_were_taken_away(
    registry: Path, run: Path, tmp_path: Path
) -> None:
    register(registry, run)
    for name in ("second", "third"):
        register(registry, sealed_run(tmp_path / name, name))
    for number in (2, 3):
        (registry / "record" / f"{number:06d}.json").unlink()
    with pytest.raises(RegistryError, match=r"it has none for v3\. Restore the record"):
        register(registry, sealed_run(tmp_path / "fourth", "fourth"))
    assert {path.name for path in registry.glob("v*")} == {"v1", "v2", "v3"}
