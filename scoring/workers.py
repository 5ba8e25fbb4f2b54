"""Parts made by several processes at once, each with an SQL engine of its own.

Much of features and decisions is Python, which runs one thread of a process at a time, so threads alone leave cores
idle. The processes are forked (`scoring.forked`): they share the models with this one, and since the check is a process
of its own too, nothing of what that leaves in memory.
"""

import gc
import math
import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

from features.engine import Relations, engine
from features.peers import with_peer_ranks
from features.ranges import Range
from features.table import Source
from scoring.budget import Budget, trimmed
from scoring.bundle import Bundle
from scoring.forked import Worker, forked, held_by
from scoring.journal import Part
from scoring.parts import made_part
from scoring.warmed import warm

T = TypeVar("T")

LOOK = 0.5
"""Seconds between two looks at the processes."""
MEMORY_LOOK = 2.0
"""Seconds between two looks at their memory, at least: the system goes through all their pages for it."""


class Workers:
    """The processes of a budget, each forked when there is work for it: they make parts by `bundle` in a folder `work`.

    `peak` is the most memory that all processes together were seen to hold [bytes].
    """

    def __init__(self, allowed: Budget, bundle: Bundle, work: Path) -> None:
        self.allowed, self.bundle, self.work, self.peak = allowed, bundle, work, 0
        self._looked = -math.inf

    def apart(self, function: Callable[..., T], *given: Any) -> T:
        """What the function gives, in a process of its own: what it leaves in memory goes with it.

        Raises
        ------
        WorkerError
            As `parts`.
        """
        worker = forked((), _answer, function, given)
        try:
            warm(self.bundle)  # meanwhile
            while not self._waited([worker], [worker]):
                pass
            found: T = worker.told()
            return found
        finally:
            worker.end()

    def parts(self, relations: Relations, wanted: Sequence[tuple[int, Range]]) -> Generator[tuple[int, Part]]:
        """Number and part of each of the ranges `wanted` of the fit rows `relations`, as they are finished.

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
            for _ in range(min(self.allowed.processes, len(wanted))):
                made.append(forked([worker.pipe for worker in made], self._serve, relations))
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
                shutil.rmtree(self._spill(worker.process.pid), ignore_errors=True)
            gc.unfreeze()

    def _waited(self, busy: Sequence[Worker], there: Sequence[Worker]) -> list[Worker]:
        """Those of the busy processes that have something to tell, after LOOK at most; `peak` is of all `there`.

        Raises
        ------
        WorkerError
            When one of the others does nothing.
        """
        began = time.monotonic()
        if began - self._looked >= MEMORY_LOOK:
            self._looked = began
            self.peak = max(self.peak, held_by(os.getpid(), *(worker.process.pid for worker in there)))
        heard = set(wait([worker.pipe for worker in busy], LOOK))
        for worker in busy:
            if worker.pipe not in heard:
                worker.require_alive(time.monotonic() - began)
        return [worker for worker in busy if worker.pipe in heard]

    def _serve(self, pipe: Connection, relations: Relations) -> None:
        """In a process of its own: make the parts that are asked for until there is no more to be heard."""
        spill = self._spill(os.getpid())
        spill.mkdir(mode=0o700, exist_ok=True)
        with engine(self.allowed.engine, 1, spill) as base:
            source = Source(base, relations, self.bundle.schemes, self.bundle.taught)
            while True:
                try:
                    number, within = pipe.recv()
                except EOFError:
                    return
                table = with_peer_ranks(source.table(within), self.bundle.ranks)
                pipe.send(made_part(table, self.bundle, self.work, number))
                del table

    def _spill(self, process: int | None) -> Path:
        """Where the engine of a process leaves what its memory does not hold."""
        return self.work / f"spill-{process}"


def _ask(worker: Worker, left: deque[tuple[int, Range]]) -> None:
    """Ask for the next part, where there is one left."""
    if left:
        number, within = left.popleft()
        worker.tell((number, within))
        worker.asked.append(number)


def _answer(pipe: Connection, function: Callable[..., Any], given: tuple[Any, ...]) -> None:
    pipe.send(function(*given))
