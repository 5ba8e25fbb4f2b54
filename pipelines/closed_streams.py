"""Streams that whoever started the program had closed: what is written to them goes nowhere, as they wanted."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def closed_streams_open() -> Iterator[None]:
    """Standard output and standard error that can be written to, where the program was started without them."""
    with ExitStack() as stack:
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:
                setattr(sys, name, stack.enter_context(Path(os.devnull).open("w", encoding="utf8")))
                stack.callback(setattr, sys, name, None)
        yield
