"""What the command line prints: no text of the bank, nor of a file, steers the terminal or breaks a log line.

Everything that is written to the two streams goes through `printable`. Rich writes signs that steer a terminal for
colours and progress; `Console` makes every text safe before it adds them, and writes to the stream itself.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

import rich.console
from rich.console import ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from policy.printable import printable

KEPT = "\n\t"
"""Signs that lines and columns are made of."""


class PrintableStream:
    """A stream of text that writes what steers a terminal as escapes; everything else is that of `stream`."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text made printable, and give the number of its characters."""
        self.stream.write(printable(text, KEPT))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts made printable."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def printable_streams() -> Iterator[None]:
    """Streams of the process that write no text as it is if it would steer a terminal.

    What is written to one that was closed when the process was started goes nowhere, as those who closed it wanted.
    """
    before = sys.stdout, sys.stderr
    with Path(os.devnull).open("w", encoding="utf8") as nowhere:
        sys.stdout, sys.stderr = (cast(TextIO, PrintableStream(nowhere if s is None else s)) for s in before)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before


class Console(rich.console.Console):
    """A console on one of the two streams; every text is made printable before colours and places are added."""

    def __init__(self, *, stderr: bool = False) -> None:
        stream = sys.stderr if stderr else sys.stdout
        super().__init__(file=stream.stream if isinstance(stream, PrintableStream) else stream)

    def render_str(self, text: str, **settings: Any) -> Text:
        """Text of a plain string, made printable: its width is that of what is shown."""
        return super().render_str(printable(text, KEPT), **settings)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Pieces of anything that can be shown; those that came past `render_str` are made printable here."""
        for piece in super().render(renderable, options):
            shown = piece.text if piece.control else printable(piece.text, KEPT)
            yield piece if shown == piece.text else Segment(shown, piece.style, piece.control)
