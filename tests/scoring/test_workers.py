"""Parts made by several processes: the same bytes, and no process that ends, fails or hangs goes unnoticed."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scoring import forked
from scoring.bundle import Bundle
from scoring.forked import WorkerError, forkable
from tests.scoring.batches import FORKABLE, ROOT


@pytest.fixture(scope="module")
def told(bundle: Bundle, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `tests.scoring.several` tells."""
    folder = tmp_path_factory.mktemp("several")
    shutil.copytree(tables, folder / "tables")
    (folder / "bundle.pickle").write_bytes(pickle.dumps(bundle))
    command = [sys.executable, "-c", FORKABLE, "tests.scoring.several", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_several_processes_give_the_bytes_and_counts_of_one(told: dict[str, Any]) -> None:
    assert told["same"]
    assert told["counts"] == [True, True, 38, 2]
    assert told["peaks"] == [True, 0]
    assert told["left"] == []


def test_a_process_that_is_killed_ends_the_batch_and_the_same_command_goes_on(told: dict[str, Any]) -> None:
    kind, message = told["killed"]
    assert (kind, WorkerError.exit_code) == ("WorkerError", 75)
    assert "has ended (signal 9): where the system ended it for its memory, ask for less with --memory" in message
    assert told["killed again"] == [True, True]


def test_a_full_disk_met_by_a_process_is_told_as_by_one_alone(told: dict[str, Any]) -> None:
    kind, message, *_ = told["full"]
    assert kind == "OutputError"
    assert "No space left on device" in message
    assert told["full again"] == [True, True]


def test_a_fault_in_a_process_is_told_with_its_traceback(told: dict[str, Any]) -> None:
    kind, message, note = told["faulty"]
    assert (kind, message) == ("RuntimeError", "Odd: 1 and 2")
    assert "raise Odd(1, 2)" in note
    assert told["faulty again"] == [True, False]


def test_a_process_that_does_nothing_is_given_up(told: dict[str, Any]) -> None:
    kind, message = told["still"]
    assert kind == "WorkerError"
    assert "a process of the batch has done nothing for 5 s; the same command goes on" in message
    assert told["still again"] == [True, True]


def test_a_process_that_scored_something_itself_is_not_forked(told: dict[str, Any]) -> None:
    assert told["forkable"] == [True, False]


@pytest.mark.parametrize(("threads", "wanted"), [([], True), ([1, 1], True), ([1, 2], False)])
def test_no_process_is_forked_where_openmp_may_have_threads(
    monkeypatch: pytest.MonkeyPatch, threads: list[int], wanted: bool
) -> None:
    pools = [{"user_api": "openmp", "num_threads": number} for number in threads]
    assert not forkable()
    monkeypatch.setattr(forked, "_OPENMP", forked._OpenMP(one_thread=True))
    monkeypatch.setattr(forked, "threadpool_info", lambda: [{"user_api": "blas", "num_threads": 8}, *pools])
    assert forkable() is (wanted and sys.platform == "linux")
