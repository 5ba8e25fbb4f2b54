"""Processes forked from this one: work is given to them and heard of by a pipe, and their end never goes unnoticed.

There are none where a system cannot tell a process that its parent has ended (any but Linux), or where OpenMP may have
threads of its own, which a forked process would wait for in vain: only a process that called `one_openmp_thread` before
it loaded OpenMP, and that neither fits nor scores anything itself, is forked. Its other threads have to be idle.
"""

import ctypes
import os
import pickle
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

import psutil
from threadpoolctl import threadpool_info

from policy.errors import MendableError

STILL = 300.0
"""Seconds after which a process that is waited for and uses no CPU is given up."""
PR_SET_PDEATHSIG = 1
"""Of Linux's <sys/prctl.h>: the signal a process gets when the one that made it ends."""


@dataclass
class _OpenMP:
    """Whether OpenMP can have no thread but one in this process."""

    one_thread: bool = False


_OPENMP = _OpenMP()


class WorkerError(MendableError):
    """A process has ended before its time: the same command may do better, so a scheduler may start it again."""

    exit_code = 75  # EX_TEMPFAIL of <sysexits.h>


@dataclass
class Worker:
    """A forked process, the pipe to it, and the numbers of what it was asked for and has not told."""

    process: ForkProcess
    pipe: Connection
    asked: deque[int] = field(default_factory=deque)
    _spent: float = 0.0
    _still: float = 0.0

    def tell(self, what: Any) -> None:
        """Send something to the process; where it has ended, `told` says so after what it had told before."""
        with suppress(ConnectionError):
            self.pipe.send(what)

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
            "--memory, or for one process with --threads 1. The same command goes on from what is finished, another "
            "one starts anew"
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
                f"a process of the batch has done nothing for {STILL:.0f} s; the same command goes on from what is "
                "finished, and --threads 1 does without such processes"
            )
            raise WorkerError(message)


def one_openmp_thread() -> None:
    """Let OpenMP use one thread unless it is asked for more, where no library has loaded it yet.

    This process may then be forked.
    """
    if not {"lightgbm", "sklearn"} & sys.modules.keys():
        os.environ["OMP_NUM_THREADS"] = "1"
        _OPENMP.one_thread = True


def scored_here() -> None:
    """From now on this process is not forked: LightGBM is asked here, and its threads wait for more."""
    _OPENMP.one_thread = False


def forkable() -> bool:
    """Whether this process may be forked: on Linux, after `one_openmp_thread`, and before it has scored anything."""
    pools = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "openmp"]
    return sys.platform == "linux" and _OPENMP.one_thread and all(threads == 1 for threads in pools)


def held_by(*processes: int | None) -> int:
    """Memory that processes hold, what they share counted once [bytes]; of those that may be asked."""
    found = 0
    for process in processes:
        with suppress(psutil.Error, OSError):  # it has ended, or the system does not tell
            told = psutil.Process(process).memory_full_info()
            found += getattr(told, "pss", told.rss)  # a kernel may not know what is shared
    return found


def forked(others: Sequence[Connection], work: Callable[..., None], *given: Any) -> Worker:
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
    with Path(os.devnull).open("w", encoding="utf8") as nowhere:
        sys.stdout = sys.stderr = nowhere  # a thread may have held those of the parent when it forked
        try:
            work(pipe, *given)
        except BaseException as error:  # whatever it is, the parent raises it
            sent = _sendable(error)
            sent.add_note(traceback.format_exc())
            pipe.send(sent)


def _sendable(error: BaseException) -> BaseException:
    """The exception, or one that says the same where it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
