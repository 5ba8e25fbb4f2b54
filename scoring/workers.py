"""Parts made by several processes at once, each with an SQL engine of its own.

Much of features and decisions is Python, which runs one thread of a process at a time, so threads alone leave cores
idle. The processes are forked before the check, from a process whose threads are idle: they share the models with it,
and nothing of what the check leaves in memory. There are none where a system cannot tell a process that its parent has
ended (any but Linux), or where OpenMP may have threads of its own, which a forked process would wait for in vain.
"""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

import psutil
from threadpoolctl import threadpool_info

from explanations.ready import ready
from features.engine import engine
from features.peers import with_peer_ranks
from features.ranges import Range
from features.table import Source
from policy.errors import MendableError
from scoring.bundle import Bundle
from scoring.journal import Part
from scoring.parts import made_part

LOOK, STILL = 0.5, 600.0
"""Seconds between two looks at the processes, and after which one that has work and uses no CPU is given up."""
PR_SET_PDEATHSIG = 1
"""Of Linux's <sys/prctl.h>: the signal a process gets when the one that made it ends."""


class WorkerError(MendableError):
    """A process that made parts has ended before its time."""


@dataclass(frozen=True)
class Given:
    """What a process needs to make parts: `relations` and `memory` of its engine, and the folder `work` of the run."""

    relations: Mapping[str, str]
    memory: str
    work: Path


@dataclass
class Worker:
    """A process that makes parts, the pipe to it, and the numbers of the parts it was asked for."""

    process: ForkProcess
    pipe: Connection
    asked: deque[int] = field(default_factory=deque)
    _spent: float = -1.0
    _at: float = 0.0

    def tell(self, what: Any) -> None:
        """Send something to the process.

        Raises
        ------
        WorkerError
            When it has ended.
        """
        try:
            self.pipe.send(what)
        except ConnectionError as error:
            raise self.lost() from error

    def told(self) -> Any:
        """What the process sent; an exception is raised.

        Raises
        ------
        WorkerError
            When it has ended.
        """
        try:
            found = self.pipe.recv()
        except (EOFError, ConnectionError) as error:
            raise self.lost() from error
        if isinstance(found, BaseException):
            raise found
        return found

    def lost(self) -> WorkerError:
        """The error that says how the process ended."""
        self.process.join(5)
        code = self.process.exitcode
        how = "no exit code" if code is None else f"signal {-code}" if code < 0 else f"exit code {code}"
        return WorkerError(
            f"a process that scored has ended ({how}): where the system ended it for its memory, ask for less with "
            "--memory, or for one process with --threads 1. What is finished stays: the same command goes on from it"
        )

    def require_alive(self) -> None:
        """Nothing, while the process works or has no work.

        Raises
        ------
        WorkerError
            When it has used no CPU time for STILL seconds.
        """
        with suppress(psutil.Error):  # it has ended, which its pipe will tell
            spent = sum(psutil.Process(self.process.pid).cpu_times()[:2])
            if spent != self._spent or not self.asked:
                self._spent, self._at = spent, time.monotonic()
        if time.monotonic() - self._at > STILL:
            message = (
                f"a process that scored has done nothing for {STILL:.0f} s, at part {self.asked[0]}; what is finished "
                "stays: the same command goes on from it, and --threads 1 does without such processes"
            )
            raise WorkerError(message)


class Workers:
    """Processes that wait for parts to make; `peak` is the most memory that they and this one were seen to hold."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self._workers = workers
        self.peak = 0

    def parts(self, given: Given, wanted: Sequence[tuple[int, Range]]) -> Iterator[tuple[int, Part]]:
        """Number and part of each of the ranges `wanted`, as they are finished.

        Every process has the next range before its last part is taken here, so that none waits for the caller.

        Raises
        ------
        WorkerError
            When a process has ended, or does nothing; an exception in one of them is raised here as it is.
        """
        left = deque(wanted)
        for worker in self._workers:
            worker.tell(given)
        for worker in [*self._workers, *self._workers]:
            self._ask(worker, left)
        while busy := {worker.pipe: worker for worker in self._workers if worker.asked}:
            self.peak = max(self.peak, held_by(worker.process.pid for worker in self._workers))
            for worker in busy.values():
                worker.require_alive()
            for pipe in wait(list(busy), LOOK):
                worker = busy[pipe]  # type: ignore[index]  # what was waited for
                part = worker.told()
                number = worker.asked.popleft()
                self._ask(worker, left)
                yield number, part

    def _ask(self, worker: Worker, left: deque[tuple[int, Range]]) -> None:
        if left:
            number, within = left.popleft()
            worker.tell((number, within))
            worker.asked.append(number)


@contextmanager
def workers(processes: int, bundle: Bundle) -> Iterator[Workers | None]:
    """So many processes that make parts by `bundle`; None where one is to work alone (see `forkable`)."""
    if processes < 2:
        yield None
        return
    for model in bundle.models.values():
        ready(model.blend)  # once, for all processes to share
    made: list[Worker] = []
    try:
        for _ in range(processes):
            made.append(_forked(bundle, [worker.pipe for worker in made]))
        yield Workers(made)
    finally:
        for worker in made:
            worker.process.kill()
            worker.pipe.close()
        for worker in made:
            worker.process.join()


def forkable() -> bool:
    """Whether this process may be forked: on Linux, where OpenMP was told to use one thread before it was loaded."""
    pools = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "openmp"]
    return sys.platform == "linux" and all(threads == 1 for threads in pools)


def held_by(processes: Iterable[int | None]) -> int:
    """Memory that this process and others hold, what they share counted once [bytes]."""
    found = psutil.Process().memory_full_info().pss
    for process in processes:
        with suppress(psutil.Error):  # it has ended
            found += psutil.Process(process).memory_full_info().pss
    return int(found)


def _forked(bundle: Bundle, others: Sequence[Connection]) -> Worker:
    context = get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(there, [*others, here], bundle, os.getpid()), daemon=True)
    process.start()
    there.close()
    return Worker(process, here)


def _work(pipe: Connection, others: Sequence[Connection], bundle: Bundle, parent: int) -> None:
    """Make the parts that are asked for until there is no more to be heard; what goes wrong is told and ends it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if os.getppid() != parent:
        return
    for other in others:
        other.close()
    try:
        _serve(pipe, bundle)
    except EOFError:
        return
    except BaseException as error:  # whatever it is, the parent raises it
        sent = _sendable(error)
        sent.add_note(traceback.format_exc())
        pipe.send(sent)


def _serve(pipe: Connection, bundle: Bundle) -> None:
    given = pipe.recv()
    spill = given.work / f"spill-{os.getpid()}"
    spill.mkdir(mode=0o700, exist_ok=True)
    with engine(given.memory, 1, spill) as base:
        source = Source(base, given.relations, bundle.schemes, bundle.taught)
        while True:
            number, within = pipe.recv()
            table = with_peer_ranks(source.table(within), bundle.ranks)
            pipe.send(made_part(table, bundle, given.work, number))
            del table


def _sendable(error: BaseException) -> BaseException:
    """The exception, or one that says the same where it cannot be sent."""
    try:
        again: Any = error.__reduce__()
        again[0](*again[1])
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
