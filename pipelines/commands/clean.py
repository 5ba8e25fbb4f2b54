"""`techcredit clean`: folders that killed runs left, removed where no living process holds them."""

import sys
import tempfile
import time
from pathlib import Path

from policy.errors import MendableError
from policy.folders import PREFIX, left_over, removed


def clean_folder(folder: Path, hours: float | None) -> None:
    """Remove what killed runs left in `folder` and where temporary files lie, and print each; also what could go on.

    Raises
    ------
    MendableError
        When it is not a folder.
    """
    if not folder.is_dir():
        message = f"wanted a folder in which runs left something; {folder} is none"
        raise MendableError(message)
    gone = 0
    for parent in dict.fromkeys((folder.resolve(), Path(tempfile.gettempdir()).resolve())):
        for left in left_over(parent, time.time(), hours):
            if removed(left):
                gone += 1
                sys.stdout.write(f"removed {left}\n")
    sys.stdout.write(f"removed {gone} folders that no run holds\n")


def tidied(folder: Path) -> None:
    """Remove temporary folders of killed runs in `folder` and where temporary files lie.

    What could go on for another target stays: its name begins with a dot.
    """
    for parent in dict.fromkeys((folder, Path(tempfile.gettempdir()))):
        for left in left_over(parent, time.time()):
            if left.name.startswith(PREFIX):
                removed(left)
