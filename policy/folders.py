"""Private folders that a run works in, each held by a lock that ends with the process; those nobody holds are removed.

It lies here because every package may import `policy`.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policy.errors import MendableError

PREFIX = "techcredit-"
"""Beginning of the names of temporary folders; the folder beside an output has a dot before it."""
LOCK = "lock"
"""File whose lock says that a living process holds the folder; it holds the number of that process."""
PATIENCE = 1.0
"""How long a run waits for a folder that is held [seconds]: processes of a killed run end a moment after it."""
UNLOCKED_HOURS = 24.0
"""Age from which a folder without such a file, as older versions left it, counts as one that nobody holds [hours]."""


class HeldError(MendableError):
    """A folder is held by another run, or cannot be one of ours."""


@contextmanager
def held(folder: Path, wanted: str) -> Iterator[Path]:
    """The folder, made for its owner alone (0700) where it is not there, and held until the end; it stays.

    `wanted` says in a message what this run wants to do.

    Raises
    ------
    HeldError
        When another process holds it for longer than PATIENCE, or it is a link or belongs to somebody else.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    last = time.monotonic() + PATIENCE
    while True:
        folder.mkdir(mode=0o700, exist_ok=True)
        _require_ours(folder)
        try:
            lock = _locked(folder)
        except FileNotFoundError:  # another run ended and removed the folder
            continue
        if lock is None and time.monotonic() < last:
            time.sleep(0.02)
            continue
        if lock is None:
            message = f"wanted {wanted}; another run{_process(folder)} is at it. Wait until it has ended"
            raise HeldError(message)
        if _same(lock, folder / LOCK):
            break
        os.close(lock)  # the folder was removed between opening and locking: it is made again
    try:
        os.truncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield folder
    finally:
        os.close(lock)


@contextmanager
def temporary(parent: Path | None = None) -> Iterator[Path]:
    """A new private folder in `parent` (else where temporary files lie), held, and removed at the end."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as made, held(Path(made), "a folder to work in"):
        yield Path(made)


def left_over(parent: Path, now: float, hours: float | None = None) -> list[Path]:
    """Folders of this user in `parent` that a run worked in and that no living process holds, by name.

    With `hours`, only those in which nothing was written for so long before `now` [seconds since 1970]. One without a
    lock file counts from UNLOCKED_HOURS on, unless `hours` says otherwise.
    """
    found = []
    for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
        if not folder.name.removeprefix(".").startswith(PREFIX) or not _ours(folder):
            continue
        least = hours if hours is not None else 0.0 if (folder / LOCK).exists() else UNLOCKED_HOURS
        if now - _last_written(folder) >= least * 3600 and not is_held(folder):
            found.append(folder)
    return found


def is_held(folder: Path) -> bool:
    """Whether a living process holds the lock of the folder."""
    if not (folder / LOCK).exists():
        return False
    lock = _locked(folder)
    if lock is None:
        return True
    os.close(lock)
    return False


def removed(folder: Path) -> bool:
    """Whether the folder could be removed: not while a living process holds it."""
    if not (folder / LOCK).exists():
        shutil.rmtree(folder, ignore_errors=True)
        return not folder.exists()
    lock = _locked(folder)
    if lock is None:
        return False
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
    return not folder.exists()


def _locked(folder: Path) -> int | None:
    """Descriptor of the lock file with its lock taken; none where another process has it."""
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _same(lock: int, path: Path) -> bool:
    """Whether the file at `path` is the one that is locked."""
    try:
        there, ours = path.stat(), os.fstat(lock)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)


def _process(folder: Path) -> str:
    try:
        number = (folder / LOCK).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return f" (process {number})" if number.isdigit() else ""


def _ours(folder: Path) -> bool:
    """Whether it is a folder, no link, of this user."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _require_ours(folder: Path) -> None:
    if not _ours(folder):
        message = f"wanted a private folder of this user at {folder}; what is there is a link, or of another user"
        raise HeldError(message)
    folder.chmod(0o700)


def _last_written(folder: Path) -> float:
    """The last time at which anything in the folder was written [seconds since 1970]."""
    latest = 0.0
    for path in (folder, *folder.rglob("*")):
        try:
            latest = max(latest, path.lstat().st_mtime)
        except FileNotFoundError:
            continue
    return latest
