"""How a step is run from the command line: one-line errors, no traceback for faults in the input."""

import sys
from collections.abc import Callable
from typing import Any

import typer

BAD_INPUT = 1


def run(main: Callable[..., None]) -> None:
    """Run `main` with the command line's arguments; a ValueError or OSError becomes one line and exit code 1."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    try:
        app()
    except (ValueError, OSError) as error:
        fail(error)


def fail(error: Exception) -> Any:
    """Print one line for `error` and leave with exit code 1."""
    typer.echo(f"error: {error}", err=True)
    sys.exit(BAD_INPUT)
