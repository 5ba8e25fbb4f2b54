"""How a step or a command ends: one line for what a person can mend, a traceback for a fault of the program."""

import signal
import sys
import threading
import traceback
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


class Terminated(BaseException):
    """The process was told to end (SIGTERM): work in hand is put away, and nothing half done stays."""


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
    be opened with 1. SIGTERM ends with 143 and an interruption with 130: what a run works in is put away first. Every
    other exception keeps its traceback and ends with 70.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
    try:
        app()
    except MendableError as error:
        fail(str(error), error.exit_code)
    except OSError as error:
        fail(str(error), MendableError.exit_code)
    except Terminated:
        fail(
            "told to end (SIGTERM) and ended; a batch goes on after its last finished part when it is run again",
            TERMINATED,
        )
    except KeyboardInterrupt:
        fail("interrupted; a batch goes on after its last finished part when it is run again", INTERRUPTED)
    except Exception as error:
        traceback.print_exc()
        fail(f"this is a fault of the program, not of your data ({type(error).__name__}); please report it", FAULT)


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated


def fail(message: str, code: int) -> NoReturn:
    """Print one line, not longer than LONGEST characters, and leave with the exit code `code`."""
    line = " ".join(message.splitlines())
    typer.echo(f"error: {line if len(line) <= LONGEST else line[:LONGEST] + '…'}", err=True)
    sys.exit(code)
