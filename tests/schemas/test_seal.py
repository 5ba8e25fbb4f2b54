"""The seal of checked tables names every file that was changed, taken away or added since."""

import hashlib
from pathlib import Path

import pytest

from schemas.seal import broken_seal, seal

LEFT = {
    "applications.parquet": b"asked",
    "conduct.parquet": b"records",
    "gaps.parquet": b"unknown",
    "rejects/conduct.parquet": b"rejected",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rejects").mkdir()
    for name, content in LEFT.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "quality.json").write_text("{}", encoding="utf8")
    return tmp_path


def broken(folder: Path, told: dict[str, str]) -> list[str]:
    return broken_seal(seal(folder), told)


def test_the_seal_is_the_sha_256_of_tables_gap_rows_and_rejected_rows_alone(folder: Path) -> None:
    assert seal(folder) == {name: hashlib.sha256(content).hexdigest() for name, content in LEFT.items()}
    assert broken(folder, seal(folder)) == []


def test_a_file_that_was_changed_taken_away_or_added_is_named(folder: Path) -> None:
    told = seal(folder)
    (folder / "quality.json").write_text("{ }", encoding="utf8")
    assert broken(folder, told) == []
    (folder / "conduct.parquet").write_bytes(b"recorde")
    assert broken(folder, told) == ["conduct.parquet changed"]
    (folder / "gaps.parquet").unlink()
    (folder / "patents.parquet").mkdir()
    assert broken(folder, told) == ["conduct.parquet changed", "gaps.parquet not there", "patents.parquet added"]


def test_a_table_that_became_a_folder_is_changed(folder: Path) -> None:
    told = seal(folder)
    (folder / "conduct.parquet").rename(folder / "part-0.parquet")
    (folder / "conduct.parquet").mkdir()
    (folder / "part-0.parquet").rename(folder / "conduct.parquet" / "part-0.parquet")
    assert broken(folder, told) == ["conduct.parquet changed"]


def test_rejected_rows_need_not_be_there_but_must_be_those_of_the_check(folder: Path) -> None:
    told = seal(folder)
    (folder / "rejects" / "patents.parquet").write_bytes(b"more")
    assert broken(folder, told) == ["rejects/patents.parquet added"]
    (folder / "rejects" / "patents.parquet").unlink()
    (folder / "rejects" / "conduct.parquet").write_bytes(b"others")
    assert broken(folder, told) == ["rejects/conduct.parquet changed"]
    (folder / "rejects" / "conduct.parquet").unlink()
    assert broken(folder, told) == []
