"""The seal of checked tables names every file that was changed, taken away or added since."""

import hashlib
from pathlib import Path

import pytest

from schemas.seal import broken_seal, seal

LEFT = {"applications.parquet": b"asked", "conduct.parquet": b"records", "gaps.parquet": b"unknown"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in LEFT.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "quality.json").write_text("{}", encoding="utf8")
    return tmp_path


def test_the_seal_is_the_sha_256_of_tables_and_gap_rows_alone(folder: Path) -> None:
    assert seal(folder) == {name: hashlib.sha256(content).hexdigest() for name, content in LEFT.items()}
    assert broken_seal(folder, seal(folder)) == []


def test_a_file_that_was_changed_taken_away_or_added_is_named(folder: Path) -> None:
    told = seal(folder)
    (folder / "quality.json").write_text("{ }", encoding="utf8")
    assert broken_seal(folder, told) == []
    (folder / "conduct.parquet").write_bytes(b"recorde")
    assert broken_seal(folder, told) == ["conduct.parquet changed"]
    (folder / "gaps.parquet").unlink()
    (folder / "patents.parquet").mkdir()
    assert broken_seal(folder, told) == [
        "conduct.parquet changed",
        "gaps.parquet not there as a file",
        "patents.parquet added",
    ]
