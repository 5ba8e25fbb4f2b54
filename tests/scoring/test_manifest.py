import json
from pathlib import Path

import pytest

from models.errors import ModelError
from pipelines.manifest import main
from scoring.bundle import open_bundle
from scoring.manifest import MANIFEST, ON_MEMOS, SEALED, require_unchanged

FILES = (
    "models/startup/model.json",
    "models/startup/own.txt",
    "models/growth/steps.json",
    "features/features.json",
    "features/peers.parquet",
    "features/peer_quantiles.parquet",
    "acceptance/acceptance.json",
    "thresholds/thresholds.json",
    "thresholds/cross_class.parquet",
    "evaluation/scores.parquet",
)


TOLD = (
    "explanations/reasons.parquet",
    "valid/applications.parquet",
    "features/features.parquet",
    "features/not_applicable.parquet",
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder with the files of a run, sealed."""
    for name in (*FILES, *TOLD):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(f"content of {name}".encode())
    main(tmp_path, tmp_path / "manifest")
    require_unchanged(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_in_any_file_is_refused(run: Path, name: str) -> None:
    content = bytearray((run / name).read_bytes())
    content[3] ^= 1
    (run / name).write_bytes(content)
    with pytest.raises(ModelError, match=f"{name} was changed after the run: nothing is scored with it"):
        open_bundle(run)


@pytest.mark.parametrize("name", TOLD)
def test_what_only_memos_tell_may_change_under_a_score_and_not_under_a_memo(run: Path, name: str) -> None:
    (run / name).write_bytes(b"forged")
    require_unchanged(run)
    with pytest.raises(ModelError, match=f"{name} was changed after the run"):
        require_unchanged(run, (*SEALED, *ON_MEMOS))


@pytest.mark.parametrize("name", ["models/mature/model.json", "acceptance/acceptance.txt"])
def test_a_file_that_the_run_did_not_leave_is_refused(run: Path, name: str) -> None:
    (run / name).parent.mkdir(parents=True, exist_ok=True)
    (run / name).write_text("{}", encoding="utf8")
    with pytest.raises(ModelError, match=f"{name} is not one that the run left"):
        open_bundle(run)


def test_a_file_taken_away_is_refused_and_the_others_are_counted(run: Path) -> None:
    (run / FILES[0]).unlink()
    (run / FILES[1]).unlink()
    with pytest.raises(ModelError, match=r"models/startup/model.json is not there any more, and 1 more"):
        open_bundle(run)


def test_a_part_that_is_not_there_is_named(run: Path) -> None:
    (run / "evaluation" / "scores.parquet").unlink()
    with pytest.raises(ModelError, match=r"wanted .*scores.parquet, which a finished run leaves; it is not there"):
        open_bundle(run)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"files": 3}'])
def test_a_damaged_manifest_is_refused(run: Path, content: str) -> None:
    (run / MANIFEST).write_text(content, encoding="utf8")
    with pytest.raises(ModelError, match="wanted the digests of the files of a run; got something else"):
        open_bundle(run)


def test_a_run_without_a_manifest_is_refused(run: Path) -> None:
    (run / MANIFEST).unlink()
    with pytest.raises(ModelError, match=r"manifest.json, which a finished run leaves; it is not there"):
        open_bundle(run)


def test_files_that_no_score_depends_on_may_change(run: Path) -> None:
    (run / "evaluation" / "roc.parquet").write_text("other", encoding="utf8")
    require_unchanged(run)
    assert sorted(json.loads((run / MANIFEST).read_text(encoding="utf8"))["files"]) == sorted((*FILES, *TOLD))
