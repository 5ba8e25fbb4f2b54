"""A lock that one process at a time holds, and that ends with it; the others wait."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policy.errors import MendableError


@contextmanager
def alone(path: Path, seconds: float, late: MendableError) -> Iterator[None]:
    """The lock file `path`, made where it is not there, held by this process alone until the end.

    Raises
    ------
    MendableError
        `late`, when another process holds it for longer than `seconds`.
    """
    until = time.monotonic() + seconds
    with path.open("a", encoding="ascii") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise late from error
                time.sleep(0.05)
        yield
