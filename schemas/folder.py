"""Canonical tables of a folder, each a Parquet file or a folder of them, brought to their declared columns."""

from pathlib import Path

import pandas as pd

from schemas.conform import BadTableError, conform, first_line
from schemas.declarations import Table
from schemas.parts import hidden, whole
from schemas.tables import TABLES


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Canonical tables of a folder (`<name>.parquet`, a file or a folder of parts), conformed; those that are there.

    Raises
    ------
    BadTableError
        When the folder is missing, or a table cannot be read or used.
    """
    if not folder.is_dir():
        message = f"wanted a folder of canonical tables; {folder} is not a folder"
        raise BadTableError(message)
    refuse_other_folders(folder)
    found: dict[str, pd.DataFrame] = {}
    for name, table in TABLES.items():
        path = folder / f"{name}.parquet"
        if path.exists():
            found[name] = conform(_read(path, table), table)
    return found


def refuse_other_folders(folder: Path) -> None:
    """Nothing, where no table lies in a folder of another name, which would not be read.

    Raises
    ------
    BadTableError
        When one does.
    """
    for name in TABLES:
        if (folder / name).is_dir() and any(not hidden(path.name) for path in (folder / name).iterdir()):
            message = (
                f"wanted table {name} as {name}.parquet, a file or a folder of files; {folder / name} is a folder of "
                f"another name, which is not read. Call it {name}.parquet"
            )
            raise BadTableError(message)


def _read(path: Path, table: Table) -> pd.DataFrame:
    if path.is_dir():
        return whole(path, table)
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        message = f"cannot read {path} as Parquet: {first_line(error)}"
        raise BadTableError(message) from error
