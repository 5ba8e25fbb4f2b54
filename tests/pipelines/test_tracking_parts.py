"""What a run stands on and is called, and where the store says that artefacts lie."""

import sqlite3
import string
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines import tracking_parent, tracking_places
from pipelines.tracking_card import LANGUAGES, described, texts
from pipelines.tracking_parent import log_files, parameters
from pipelines.tracking_state import State, lock_digest, run_name, state

LOCK: dict[str, Any] = {
    "pool@a": {"cmd": "pool", "deps": [{"path": "data/a/tables", "md5": "1"}], "outs": [{"path": "data/a/pool"}]},
    "ingest@a": {"cmd": "ingest", "outs": [{"path": "data/a/tables", "md5": "1"}]},
    "track@a": {"cmd": "track", "deps": [{"path": "data/a/pool"}], "outs": [{"path": "data/a/tracking"}]},
    "ingest@b": {"cmd": "ingest", "outs": [{"path": "data/b/tables", "md5": "9"}]},
}
READ = [Path("data/a/pool/pool.json")]
HERE = State("abcdef0123456789", changed=False, experiment=None, lock="d1")


def test_the_digest_of_the_lock_is_that_of_the_entries_behind_the_run() -> None:
    found = lock_digest(LOCK, READ)
    assert found is not None
    others = {name: entry for name, entry in LOCK.items() if name in ("pool@a", "ingest@a")}
    assert lock_digest(others, READ) == found
    changed = {**LOCK, "ingest@a": {"cmd": "ingest", "outs": [{"path": "data/a/tables", "md5": "2"}]}}
    assert lock_digest(changed, READ) != found
    assert lock_digest({}, READ) is None


@pytest.mark.parametrize(
    ("here", "changes", "name"),
    [
        (HERE, {}, "sba 2010-01-01 abcdef0"),
        (State("abcdef0123456789", True, None, None), {}, "sba 2010-01-01 abcdef0+"),
        (State("abcdef0123456789", True, "puffy-daks", None), {"a": 1}, "sba 2010-01-01 puffy-daks a=1"),
        (State(None, False, None, None), {"a": 1, "b": 2, "c": 3, "d": 4}, "sba 2010-01-01 no commit a=1 b=2 2 more"),
    ],
)
def test_the_name_tells_source_day_commit_or_experiment_and_changes(here: State, changes: Any, name: str) -> None:
    assert run_name("sba", "2010-01-01", here, changes) == name


def test_a_folder_without_git_and_without_a_lock_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("DVC_EXP_NAME", "trial")
    found = state(tmp_path, READ)
    assert found == State(None, False, "trial", None)
    assert found.tags() == {"dvc_experiment": "trial"}


def test_a_source_reads_its_own_parameters_over_the_default_ones() -> None:
    params = {
        "train": {"default": {"seed": 7, "trees": 5}, "a": {"seed": 8}},
        "sources": {"a": "x"},
        "b": {"default": {}},
    }
    assert parameters(params, "a") == {"train.seed": "8", "train.trees": "5"}


@pytest.mark.parametrize("before", ["file:///old/place/mlruns/sba", "/old/place/mlruns/sba"])
def test_places_of_an_earlier_store_become_relative_and_those_of_others_stay(before: str, tmp_path: Path) -> None:
    store = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(store)) as opened, opened:
        for table, columns in tracking_places.PLACES.items():
            opened.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            for value in (before, f"{before}/run/artifacts", f"{before}_2/run", "models:/m-1"):
                opened.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", [value] * len(columns))
    tracking_places.make_relative(store, "sba", before)
    with closing(sqlite3.connect(store)) as opened:
        for table, columns in tracking_places.PLACES.items():
            for column in columns:
                found = [row[0] for row in opened.execute(f"SELECT {column} FROM {table}")]
                assert found == ["mlruns/sba", "mlruns/sba/run/artifacts", f"{before}_2/run", "models:/m-1"], column


def test_a_file_that_is_too_large_is_not_copied_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_parent, "LARGEST", 3)
    copied: list[str] = []
    client: Any = SimpleNamespace(log_artifact=lambda run, path, place: copied.append(Path(path).name))
    for name, content in (("small.txt", "abc"), ("large.txt", "abcd")):
        (tmp_path / name).write_text(content, encoding="utf8")
    assert log_files(client, "run", sorted(tmp_path.iterdir()), "place") == ["large.txt"]
    assert copied == ["small.txt"]


def test_descriptions_have_the_same_placeholders_in_both_languages() -> None:
    for key, entry in texts().items():
        assert tuple(entry) == LANGUAGES, key
        named = [{field for _, field, _, _ in string.Formatter().parse(entry[each]) if field} for each in LANGUAGES]
        assert named[0] == named[1] != set(), key


def test_a_figure_that_is_missing_is_a_dash_and_a_stage_has_its_label() -> None:
    values = {"built_on": "2010-01-01", "data": "d", "catalogue": "c", "policy": "p", "page": "x", "source": "sba"}
    said = described(
        "run", **values, loans=1200, defaults=None, auc=float("nan"), approved_share=0.5, realised=None, allowed=0.051
    )
    assert "1,200 loans, – defaults, AUC –." in said
    assert "amounts 50.00%; their default ratio –, allowed 5.10%." in said
    assert "成长期" in described("model", source="sba", stage="growth")


def test_a_report_names_the_models_of_the_folder_not_of_an_earlier_tracking() -> None:
    asked = {"report": 'registered_models(source, folder / "models")', "validated_run": "told_by_run(source, folder"}
    for module, wanted in asked.items():
        text = (Path(tracking_parent.__file__).parent / f"{module}.py").read_text(encoding="utf8")
        assert wanted in text
        assert '"tracking" /' not in text
