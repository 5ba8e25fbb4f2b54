"""How the memory of a batch is shared out: what the process holds already, the SQL engine, ranges of applications."""

import ctypes
import re
from contextlib import suppress
from dataclasses import dataclass

import psutil

from policy.errors import MendableError

UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
HELD, STEP = 500 * 2**20, 256 * 2**20
"""Memory that the program and the models count as holding [bytes], and what is added at a time where they hold more.

What the process really holds differs from run to run; parts must not. Measured: 380 to 400 MiB at the start, and the
first range adds tables of the models and compiled code for good.
"""
ENGINE_SHARE = 0.5
"""Share of what is left that the SQL engine may take; ranges in work take the rest."""
APPLICATION = 15_000
"""Memory of one application in work [bytes]: quantities, features, contributions and decisions, two ranges at once.

Measured: 12,500 to 16,500, with `given_back` and the pool that `pipelines.cli` asks Arrow for.
"""
SMALLEST = 500
"""Applications in a range, at least: a smaller one costs more than it saves."""
ARENA_MAX, MMAP_THRESHOLD, TRIM_THRESHOLD = -8, -3, -1
"""`M_ARENA_MAX` and so on of glibc's <malloc.h>."""
BLOCK, TOP = 256 * 2**10, 4 * 2**20
"""Size from which on a block is asked of the system and given back by itself; what else may be free [bytes]."""
ENGINE_LEAST = 100 * 2**20
"""Memory without which the SQL engine cannot sort a row group [bytes]."""


class BudgetError(MendableError):
    """The memory allowed is too small."""


class MemoryTextError(BudgetError):
    """The memory is no number with a unit, which is wrong usage."""

    exit_code = 2


WORKER = 100 * 2**20
"""Memory that a process which makes parts comes to hold of its own of what it shares at first [bytes].

Measured: 70 to 90 MiB.
"""
WORKER_APPLICATION = 7_000
"""Memory of one application in work in such a process, which makes part after part [bytes]; measured: 6,600.

What its engine holds is in it: the engine is busy before there are features, so the two are not at their most together.
"""


@dataclass(frozen=True)
class Budget:
    """Memory of the SQL engine [bytes], applications in a range, threads of the check, processes that make parts.

    Each such process has an engine of its own with so much memory. `check_bytes` is the memory of the engine of the
    check, where that is another.
    """

    engine_bytes: int
    applications: int
    threads: int
    processes: int = 1
    check_bytes: int | None = None

    @property
    def engine(self) -> str:
        """Cap of an engine that ranges are read with, as DuckDB reads it."""
        return f"{self.engine_bytes // 2**20}MiB"

    @property
    def check(self) -> str:
        """Cap of the engine of the check, as DuckDB reads it."""
        return self.engine if self.check_bytes is None else f"{self.check_bytes // 2**20}MiB"


def memory(text: str) -> int:
    """Bytes of "1200MB", "1GB", "1.5GiB".

    Raises
    ------
    MemoryTextError
        When it is no number with one of UNITS.

    >>> memory("1GB"), memory("1.5 GiB")
    (1000000000, 1610612736)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*", text)
    if found is None or found.group(2).upper() not in UNITS:
        message = f"--memory must be a number with MB, GB, MiB or GiB, like 1GB; got {text!r}"
        raise MemoryTextError(message)
    return int(float(found.group(1)) * UNITS[found.group(2).upper()])


def budget(total: int, held: int, part: int, threads: int, processes: int = 1) -> Budget:
    """How `total` [bytes] is shared out when the process holds `held` of it already; `part` is the largest range.

    `held` counts in large steps, so that the same `total` gives the same ranges. There are as many of the `processes`
    asked for as the memory holds.

    Raises
    ------
    BudgetError
        When what is left is too small for the engine and the smallest range.
    """
    kept = HELD + max(0, -(-(held - HELD) // STEP)) * STEP
    left = total - kept
    least = max(int(ENGINE_LEAST / ENGINE_SHARE), int(SMALLEST * APPLICATION / (1 - ENGINE_SHARE)))
    if left < least:
        message = (
            f"wanted --memory of at least {-(-(kept + least) // 2**20)}MiB: the program and the models count for "
            f"{kept // 2**20} MiB, and a range of applications needs {-(-least // 2**20)}; got {total // 2**20} MiB"
        )
        raise BudgetError(message)
    for number in range(processes, 1, -1):
        each = left // number - WORKER
        if each >= ENGINE_LEAST:
            applications = min(part, each // WORKER_APPLICATION)
            engine = max(ENGINE_LEAST, each - applications * WORKER_APPLICATION)
            return Budget(engine, applications, threads, number, number * each)
    applications = int(left * (1 - ENGINE_SHARE) / APPLICATION)
    return Budget(int(left * ENGINE_SHARE), min(part, applications), threads)


def given_back() -> None:
    """Let all threads share one arena of glibc, which gives back what is free. No effect under other libraries.

    By itself glibc keeps blocks of up to 32 MiB once such ones were used.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        for what, value in ((ARENA_MAX, 1), (MMAP_THRESHOLD, BLOCK), (TRIM_THRESHOLD, TOP)):
            library.mallopt(what, value)


def trimmed() -> None:
    """Give back to the system what is free. No effect under other libraries than glibc."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def held_now() -> int:
    """Memory this process holds [bytes]."""
    return int(psutil.Process().memory_info().rss)
