"""How a step or a command ends: one line for what a person can mend, a traceback for a fault of the program."""

import os
import signal
import sys
import threading
import traceback
import weakref
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any, NoReturn

import typer

from pipelines.printing import printable_streams
from policy.errors import MendableError

FAULT = 70
"""Exit code of a fault of the program (EX_SOFTWARE of BSD's sysexits); wrong usage is 2, as typer has it."""

LONGEST = 4000
"""Characters of a message, at most: a value of a file that it quotes may be of any length."""


TERMINATED, INTERRUPTED = 128 + signal.SIGTERM, 128 + signal.SIGINT
"""Exit codes of a run that was told to end, as shells number them."""


AGAIN = 0.2
"""Seconds after which a process that was told to end, and did not hear it, is told again."""


GOES_ON = "a batch with finished parts goes on after them when it is run again"


class Terminated(BaseException):
    """The process was told to end (SIGTERM): work in hand is put away, and nothing half done stays."""


class Interrupted(KeyboardInterrupt):
    """The process was interrupted (SIGINT)."""


RAISED: Mapping[int, type[BaseException]] = {signal.SIGTERM: Terminated, signal.SIGINT: Interrupted}
"""What a signal raises."""


class Ending:
    """The signals that tell a process to end: the first raises, and what comes while work is put away changes nothing.

    What is raised can be lost: Python drops it in a finaliser or in a call-back of a library, and the SQL engine ends
    its query with an exception of its own. Then the process is told again, AGAIN seconds later, until `over`.
    """

    def __init__(self) -> None:
        self.came: list[int] = []
        self._process = os.getpid()  # and none that is forked
        self._before: dict[int, Any] = {}
        self._over = False
        self._there: weakref.ref[BaseException] | None = None

    def listen(self) -> None:
        """From now on signals are heard, but for one that whoever started the process ignores."""
        for number in RAISED:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._hear)

    def over(self) -> None:
        """The work has ended: what came is not heard again, for other signals stands what stood before."""
        self._over = True
        for number, before in self._before.items():
            signal.signal(number, signal.SIG_IGN if number in self.came else before)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self.came.append(number)
        if self._over or (self._there is not None and self._there() is not None):
            return
        if sys.exception() is not None:
            self._later(number)  # something else ends, or is dealt with: that is not disturbed
            return
        raise self._raised(number)

    def _raised(self, number: int) -> BaseException:
        told = RAISED[number]()
        self._there = weakref.ref(told, lambda _: self._later(number))
        return told

    def _later(self, number: int) -> None:
        if self._over or os.getpid() != self._process:
            return
        later = threading.Timer(AGAIN, self._again, (number,))
        later.daemon = True
        later.start()

    def _again(self, number: int) -> None:
        if not self._over:
            os.kill(self._process, number)


def run(main: Callable[..., None]) -> None:
    """Run `main` with the command line's arguments."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    guarded(app)


def guarded(app: Callable[[], object]) -> None:
    """Run `app` with streams that no text steers; what a person can mend becomes one line and an exit code."""
    with printable_streams():
        _ended(app)


def _ended(app: Callable[[], object]) -> None:
    """Run `app`; what a person can mend becomes one line and its exit code, anything else is called a fault.

    A MendableError ends with its own code (1, or 3 where too many rows were rejected), a file that is missing or cannot
    be opened with 1. SIGTERM ends with 143 and an interruption with 130: what a run works in is put away first, and
    what that raises changes nothing. Every other exception keeps its traceback and ends with 70.
    """
    ending = Ending()
    if threading.current_thread() is threading.main_thread():
        ending.listen()
    try:
        app()
    except BaseException as error:
        ending.over()
        done = isinstance(error, SystemExit) and not error.code  # a signal that came too late, or was lost
        _told_to_end(error, () if done else ending.came)
        if isinstance(error, MendableError | OSError):
            fail(str(error), error.exit_code if isinstance(error, MendableError) else MendableError.exit_code)
        if not isinstance(error, Exception):
            raise
        traceback.print_exc()
        fail(f"this is a fault of the program, not of your data ({type(error).__name__}); please report it", FAULT)
    ending.over()


def _told_to_end(error: BaseException, signals: Sequence[int]) -> None:
    """Leave with the code of a signal, when one came, or `error` is what one raises or was raised while it was."""
    came = _chain(error)
    if signal.SIGTERM in signals or any(isinstance(each, Terminated) for each in came):
        fail(f"told to end (SIGTERM) and ended; {GOES_ON}", TERMINATED)
    if signal.SIGINT in signals or any(isinstance(each, KeyboardInterrupt) for each in came):
        fail(f"interrupted; {GOES_ON}", INTERRUPTED)


def _chain(error: BaseException) -> list[BaseException]:
    """The exception, and all that were being dealt with when it and each of them was raised."""
    found, rest = list[BaseException](), [error]
    while rest:
        each = rest.pop()
        if each not in found:
            found.append(each)
            rest += [other for other in (each.__cause__, each.__context__) if other is not None]
    return found


def fail(message: str, code: int) -> NoReturn:
    """Print one line, not longer than LONGEST characters, and leave with the exit code `code`."""
    line = " ".join(message.splitlines())
    typer.echo(f"error: {line if len(line) <= LONGEST else line[:LONGEST] + '…'}", err=True)
    sys.exit(code)
