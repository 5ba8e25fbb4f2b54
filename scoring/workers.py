"""Parts made by several processes at once, each with an SQL engine of its own.

Much of features and decisions is Python, which runs one thread of a process at a time, so threads alone leave cores
idle. The processes are forked (`scoring.forked`): they share the models with this one, and since the check is a process
of its own too, nothing of what that leaves in memory.
"""

import gc
import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

from features.engine import engine
from features.peers import with_peer_ranks
from features.ranges import Range
from features.table import Source
from scoring.budget import trimmed
from scoring.bundle import Bundle
from scoring.forked import Worker, forked, held_by
from scoring.journal import Part
from scoring.parts import made_part
from scoring.warmed import warm

T = TypeVar("T")

LOOK = 0.5
"""Seconds between two looks at the processes."""


@dataclass(frozen=True)
class Given:
    """What a process needs to make parts: `relations` and `memory` of its engine, and the folder `work` of the run."""

    relations: Mapping[str, str]
    memory: str
    work: Path


class Workers:
    """So many processes that make parts by `bundle`, each forked when there is work for it.

    `peak` is the most memory that all processes together were seen to hold, looked at every LOOK seconds [bytes].
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
        worker = forked((), _answer, function, given)
        worker.asked.append(0)
        try:
            warm(self.bundle)  # meanwhile
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
        trimmed()
        gc.freeze()  # a collector that looked at what is shared would make copies of it
        try:
            for _ in range(min(self.processes, len(wanted))):
                made.append(forked([worker.pipe for worker in made], _serve, self.bundle, given))
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
                shutil.rmtree(_spill(given, worker.process.pid), ignore_errors=True)
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


def _answer(pipe: Connection, function: Callable[..., Any], given: tuple[Any, ...]) -> None:
    pipe.send(function(*given))


def _spill(given: Given, process: int | None) -> Path:
    """Where the engine of a process leaves what its memory does not hold."""
    return given.work / f"spill-{process}"


def _serve(pipe: Connection, bundle: Bundle, given: Given) -> None:
    """Make the parts that are asked for until there is no more to be heard."""
    spill = _spill(given, os.getpid())
    spill.mkdir(mode=0o700, exist_ok=True)
    with engine(given.memory, 1, spill) as base:
        source = Source(base, given.relations, bundle.schemes, bundle.taught)
        while True:
            try:
                number, within = pipe.recv()
            except EOFError:
                return
            table = with_peer_ranks(source.table(within), bundle.ranks)
            pipe.send(made_part(table, bundle, given.work, number))
            del table
