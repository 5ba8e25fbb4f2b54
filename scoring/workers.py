"""Parts made by several processes at once, each with an SQL engine of its own.

Much of features and decisions is Python, which runs one thread of a process at a time, so threads alone leave cores
idle. The processes are forked from one whose threads are idle: they share the models with it, and since the check is a
process of its own too, nothing of what that leaves in memory. There are none where a system cannot tell a process that
its parent has ended (any but Linux), or where OpenMP may have threads of its own, which a forked process would wait for
in vain.
"""

import ctypes
import gc
import os
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any, TypeVar

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

T = TypeVar("T")

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
    _spent: float = 0.0
    _still: float = 0.0

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
            f"a process of the batch has ended ({how}): where the system ended it for its memory, ask for less with "
            "--memory, or for one process with --threads 1. What is finished stays: the same command goes on from it"
        )

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.pipe.close()
        self.process.join()

    def require_alive(self, waited: float) -> None:
        """Nothing, while the process works; it was waited for, in vain, for some seconds more.

        Raises
        ------
        WorkerError
            When it was waited for STILL seconds in which it used no CPU time.
        """
        with suppress(psutil.Error):  # it has ended, which its pipe will tell
            spent = sum(psutil.Process(self.process.pid).cpu_times()[:2])
            self._still = self._still + waited if spent == self._spent else 0.0
            self._spent = spent
        if self._still > STILL:
            message = (
                f"a process of the batch has done nothing for {STILL:.0f} s; what is finished stays: the same command "
                "goes on from it, and --threads 1 does without such processes"
            )
            raise WorkerError(message)


class Workers:
    """So many processes that make parts by `bundle`, forked when there are parts to make.

    `peak` is the most memory that all processes together were seen to hold [bytes].
    """

    def __init__(self, processes: int, bundle: Bundle) -> None:
        self.processes, self.bundle, self.peak = processes, bundle, 0

    def apart(self, function: Callable[..., T], *given: Any) -> T:
        """What the function gives, in a process of its own: what it leaves in memory goes with it.

        Raises
        ------
        WorkerError
            As `parts`.
        """
        worker = _forked((), _answer, function, given)
        worker.asked.append(0)
        try:
            for model in self.bundle.models.values():
                ready(model.blend)  # meanwhile, once for all processes to share
            while not self._waited([worker], [worker]):
                pass
            found: T = worker.told()
            return found
        finally:
            worker.end()

    def parts(self, given: Given, wanted: Sequence[tuple[int, Range]]) -> Generator[tuple[int, Part]]:
        """Number and part of each of the ranges `wanted`, as they are finished.

        Every process has the next range before its last part is taken here, so that none waits for the caller. They
        end with the iterator, which a caller that ends early closes.

        Raises
        ------
        WorkerError
            When a process has ended, or does nothing; an exception in one of them is raised here as it is.
        """
        left, made = deque(wanted), list[Worker]()
        gc.collect()
        gc.freeze()  # a collector that looked at what is shared would make copies of it
        try:
            for _ in range(min(self.processes, len(wanted))):
                made.append(_forked([worker.pipe for worker in made], _serve, self.bundle, given))
            for worker in [*made, *made]:
                _ask(worker, left)
            while busy := [worker for worker in made if worker.asked]:
                for worker in self._waited(busy, made):
                    part = worker.told()
                    number = worker.asked.popleft()
                    _ask(worker, left)
                    yield number, part
        finally:
            for worker in made:
                worker.end()
            gc.unfreeze()

    def _waited(self, busy: Sequence[Worker], there: Sequence[Worker]) -> list[Worker]:
        """Those of the busy processes that have something to tell, after LOOK at most; `peak` is of all `there`.

        Raises
        ------
        WorkerError
            When one of the others does nothing.
        """
        self.peak = max(self.peak, held_by(worker.process.pid for worker in there))
        began = time.monotonic()
        heard = set(wait([worker.pipe for worker in busy], LOOK))
        for worker in busy:
            if worker.pipe not in heard:
                worker.require_alive(time.monotonic() - began)
        return [worker for worker in busy if worker.pipe in heard]


def _ask(worker: Worker, left: deque[tuple[int, Range]]) -> None:
    """Ask for the next part, where there is one left."""
    if left:
        number, within = left.popleft()
        worker.tell((number, within))
        worker.asked.append(number)


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


def _forked(others: Sequence[Connection], work: Callable[..., None], *given: Any) -> Worker:
    """A process that does `work` with its end of a pipe and what is `given`; it closes the pipes of `others`."""
    context = get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_begun, args=(os.getpid(), there, [*others, here], work, given), daemon=True)
    process.start()
    there.close()
    return Worker(process, here)


def _begun(
    parent: int, pipe: Connection, others: Sequence[Connection], work: Callable[..., None], given: tuple[Any, ...]
) -> None:
    """Do the work of a process; what goes wrong is told and ends it, and so does the end of its parent."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if os.getppid() != parent:
        return
    for other in others:
        other.close()
    try:
        work(pipe, *given)
    except EOFError:
        return
    except BaseException as error:  # whatever it is, the parent raises it
        sent = _sendable(error)
        sent.add_note(traceback.format_exc())
        pipe.send(sent)


def _answer(pipe: Connection, function: Callable[..., Any], given: tuple[Any, ...]) -> None:
    pipe.send(function(*given))


def _serve(pipe: Connection, bundle: Bundle, given: Given) -> None:
    """Make the parts that are asked for until there is no more to be heard."""
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
