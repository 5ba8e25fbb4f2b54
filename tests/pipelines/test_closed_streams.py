"""A program started without standard output or standard error does its work all the same."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
@pytest.mark.parametrize(("arguments", "code"), [("--version", 0), ("score --no-such-option", 2)])
def test_a_closed_stream_changes_no_exit_code(closed: str, arguments: str, code: int) -> None:
    command = f"'{sys.executable}' -m pipelines.cli {arguments} {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == code
