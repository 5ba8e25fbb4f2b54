"""The journal of a batch: finished parts are kept for the same run, and only while their files are whole."""

from pathlib import Path

import pytest

from policy.digests import sha256
from policy.folders import LOCK
from scoring.journal import JOURNAL, Journal, Part

KEY = {"tables": {"a": 1}, "day": None}


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """Two finished parts of three."""
    (tmp_path / LOCK).touch()
    journal = Journal(tmp_path, KEY)
    journal.plan([["low", 2], ["high", 3]])
    for number in range(2):
        file = tmp_path / f"part-{number}"
        file.write_text(f"rows {number}")
        journal.done(number, Part(2, file.name, sha256(file), counted={"decisions": {"refer": 2}}))
    return tmp_path


def test_the_same_run_goes_on_with_its_parts_and_ranges(begun: Path) -> None:
    again = Journal(begun, KEY)
    assert again.changed == ()
    assert again.ranges == [["low", 2], ["high", 3]]
    assert [part.counted for part in again.parts.values()] == [{"decisions": {"refer": 2}}] * 2


def test_a_part_whose_file_was_cut_short_is_done_again(begun: Path) -> None:
    (begun / "part-1").write_text("ro")
    assert list(Journal(begun, KEY).parts) == [0]
    (begun / "part-0").unlink()
    assert list(Journal(begun, KEY).parts) == []


def test_another_run_starts_anew_and_says_what_is_other(begun: Path) -> None:
    other = Journal(begun, {**KEY, "day": "2024-01-01"})
    assert other.changed == ("day",)
    assert (other.parts, other.ranges) == ({}, [])
    assert {path.name for path in begun.iterdir()} == {LOCK, JOURNAL}


@pytest.mark.parametrize("content", ["", "{", '{"key": {}}', '{"key": {}, "ranges": [], "parts": {"0": {"x": 1}}}'])
def test_a_journal_that_cannot_be_read_starts_anew(begun: Path, content: str) -> None:
    (begun / JOURNAL).write_text(content)
    again = Journal(begun, KEY)
    assert (again.parts, again.changed) == ({}, ())
    assert not (begun / "part-0").exists()
