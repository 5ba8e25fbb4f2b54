"""Work folders: one living process at a time, found when nobody holds them, never touched while somebody does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from policy.folders import LOCK, PREFIX, HeldError, held, is_held, left_over, removed, temporary

HOLDER = "import sys, time; from pathlib import Path; from policy.folders import held\n"
HOLDER += "with held(Path(sys.argv[1]), 'x'):\n    print('held', flush=True); time.sleep(60)"


@contextmanager
def other_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        yield holder
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()


def test_a_folder_is_private_and_stays(tmp_path: Path) -> None:
    with held(tmp_path / "deep" / "work", "to write") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / LOCK).read_text() == str(os.getpid())
    assert folder.is_dir()
    assert not is_held(folder)


def test_a_second_process_is_told_who_holds_it_until_that_one_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / f"{PREFIX}work"
    with other_process(folder) as holder:
        with (
            pytest.raises(HeldError, match=rf"wanted to write; another run \(process {holder.pid}\) is at it"),
            held(folder, "to write"),
        ):
            pass
        assert is_held(folder)
        assert left_over(tmp_path, time.time()) == []
        assert not removed(folder)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert left_over(tmp_path, time.time()) == [folder]
    with held(folder, "to write"):
        pass
    assert removed(folder)
    assert not folder.exists()


def test_a_temporary_folder_is_held_and_goes_away(tmp_path: Path) -> None:
    with temporary(tmp_path) as folder:
        assert folder.name.startswith(PREFIX)
        assert is_held(folder)
    assert list(tmp_path.iterdir()) == []


def test_only_old_folders_count_where_hours_are_given_or_no_lock_tells(tmp_path: Path) -> None:
    locked, bare = tmp_path / f".{PREFIX}a", tmp_path / f"{PREFIX}b"
    for folder in (locked, bare, tmp_path / "other"):
        folder.mkdir()
    (locked / LOCK).touch()
    (bare / "table.parquet").touch()
    now = time.time()
    assert left_over(tmp_path, now) == [locked]
    assert left_over(tmp_path, now + 25 * 3600) == [locked, bare]
    assert left_over(tmp_path, now, hours=1) == []
    assert left_over(tmp_path, now + 3601, hours=1) == [locked, bare]
    assert removed(bare)
    assert left_over(tmp_path / "nothing", now) == []


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / f"{PREFIX}work").symlink_to(tmp_path / "theirs")
    with (
        pytest.raises(HeldError, match="what is there is a link, or of another user"),
        held(tmp_path / f"{PREFIX}work", "to write"),
    ):
        pass
    assert left_over(tmp_path, time.time() + 1e6) == []
