"""How a step or a command ends: one line for what a person can mend, a traceback for a fault of the program."""

import os
import signal
import sys
import threading
import traceback
import weakref
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

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


class Terminated(BaseException):
    """The process was told to end (SIGTERM): work in hand is put away, and nothing half done stays.

    Python drops what is raised in a finaliser or in a call-back of a library. `lost` is what is done then.
    """

    lost: "weakref.finalize[[int], Terminated] | None" = None


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
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
    try:
        app()
    except BaseException as error:
        _told_to_end(error)
        if isinstance(error, MendableError | OSError):
            fail(str(error), error.exit_code if isinstance(error, MendableError) else MendableError.exit_code)
        if not isinstance(error, Exception):
            raise
        traceback.print_exc()
        fail(f"this is a fault of the program, not of your data ({type(error).__name__}); please report it", FAULT)


def _told_to_end(error: BaseException) -> None:
    """Leave with the code of a signal, when `error` is one or was raised while one was dealt with."""
    came = _chain(error)
    told = [each for each in came if isinstance(each, Terminated)]
    for each in told:
        if each.lost is not None:
            each.lost.detach()
    if told:
        fail(
            "told to end (SIGTERM) and ended; a batch goes on after its last finished part when it is run again",
            TERMINATED,
        )
    if any(isinstance(each, KeyboardInterrupt) for each in came):
        fail("interrupted; a batch goes on after its last finished part when it is run again", INTERRUPTED)


def _chain(error: BaseException) -> list[BaseException]:
    """The exception, and all that were being dealt with when it and each of them was raised."""
    found, rest = list[BaseException](), [error]
    while rest:
        each = rest.pop()
        if each not in found:
            found.append(each)
            rest += [other for other in (each.__cause__, each.__context__) if other is not None]
    return found


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _terminated()


def _terminated() -> Terminated:
    """What SIGTERM raises: where it is lost the process is told again AGAIN seconds later."""
    told = Terminated()
    told.lost = weakref.finalize(told, _tell_again, os.getpid())
    told.lost.atexit = False
    return told


def _tell_again(process: int) -> None:
    if os.getpid() == process:  # and not one that was forked meanwhile
        later = threading.Timer(AGAIN, os.kill, (process, signal.SIGTERM))
        later.daemon = True
        later.start()


def fail(message: str, code: int) -> NoReturn:
    """Print one line, not longer than LONGEST characters, and leave with the exit code `code`."""
    line = " ".join(message.splitlines())
    typer.echo(f"error: {line if len(line) <= LONGEST else line[:LONGEST] + '…'}", err=True)
    sys.exit(code)
