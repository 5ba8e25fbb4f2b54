"""A command of the product in a process of its own, measured from outside."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

from scoring.forked import held_by

INTERVAL, SEVERAL = 0.02, 0.5
"""Seconds between two looks at one process, and at several; what they take in their last moment may be missed."""


class Used(NamedTuple):
    """Exit code, seconds on the clock and of CPU (all threads, children included), peak memory [MiB].

    Of several processes the memory is the largest sum that was seen, what they share counted once.
    """

    exit: int
    wall: float
    cpu: float
    peak_mib: float


def techcredit(*arguments: str) -> Used:
    """What `techcredit` with these arguments took; its standard output is left out."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            children = _children(process.pid)
            peak = max(peak, held_by(process.pid, *children) / 2**20 if children else _peak_mib(process.pid))
            time.sleep(SEVERAL if children else INTERVAL)
        process.returncode = os.waitstatus_to_exitcode(ended[1])
    wall = time.perf_counter() - begun
    return Used(process.returncode, wall, ended[2].ru_utime + ended[2].ru_stime, peak)


def _children(pid: int) -> list[int]:
    """The processes that a process has started and that are there."""
    with suppress(psutil.Error):
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    return []


def _peak_mib(pid: int) -> float:
    """Peak memory of a process so far [MiB].

    Not `ru_maxrss`: that is at least what the process that started it, this one, has held at its start.
    """
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0  # it has ended, and nobody has asked yet
