"""A command of the product in a process of its own, measured from outside."""

import os
import subprocess
import sys
import time
from typing import NamedTuple


class Used(NamedTuple):
    """Exit code, seconds on the clock and of CPU (all threads, children included), peak memory [MiB]."""

    exit: int
    wall: float
    cpu: float
    peak_mib: float


def techcredit(*arguments: str) -> Used:
    """What `techcredit` with these arguments took; its standard output is left out."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    return Used(process.returncode, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
