"""Where the store of MLflow says that artefacts lie: paths relative to the project's folder, so that it can be moved.

MLflow makes every local place absolute when it writes it down, and reads a relative one from the working folder. Here
the places of an experiment of ours are stored relative to the folder with the store, in which all commands run.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from policy.errors import MendableError

ARTEFACTS = Path("mlruns")
PLACES = {
    "experiments": ("artifact_location",),
    "runs": ("artifact_uri",),
    "logged_models": ("artifact_location",),
    "model_versions": ("storage_location", "source"),
}
"""Columns of the store that name a place, by table."""


def require_working_folder(root: Path) -> None:
    """Nothing, when `root` is the working folder.

    Raises
    ------
    MendableError
        When it is not: artefacts would be written to another folder than the one with the store.
    """
    if root.resolve() != Path.cwd():
        message = f"wanted to run in {root.resolve()}, where the store of MLflow is; the working folder is {Path.cwd()}"
        raise MendableError(message)


def make_relative(store: Path, source: str, found: str) -> None:
    """Store every place of the experiment of `source` relative to the folder of the SQLite file `store`.

    `found` is the place that the store has for the experiment now: of this folder, or of the one that the project lay
    in before it was moved.
    """
    place = (ARTEFACTS / source).as_posix()
    if found == place:
        return
    with closing(sqlite3.connect(store)) as opened, opened:
        for table, columns in PLACES.items():
            for column in columns:
                # Names of tables and columns are ours; values are bound.
                opened.execute(
                    f"UPDATE {table} SET {column} = ? || substr({column}, ?) "
                    f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
                    (place, len(found) + 1, found, len(found) + 1, f"{found}/"),
                )
