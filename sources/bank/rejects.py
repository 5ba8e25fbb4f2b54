"""Rows of a bank that could not be read, kept whole beside the imported tables: `<tables>/rejects/<table>.parquet`."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from schemas.conform import BadTableError
from schemas.declarations import PANDAS_DTYPES
from schemas.tables import TABLES

REJECTS = "rejects"
"""Folder, beside imported tables, of the rows that could not be read."""

REJECT_DTYPES: Mapping[str, str] = {
    "table": "str",
    "source": "str",
    "row": "int64",
    "rule": "str",
    "column": "str",
    "value": "str",
    "wanted": "str",
    "enterprise_id": "str",
    "application_id": "str",
    "known_on": PANDAS_DTYPES["date"],
    "came": "str",
}
"""Columns of a table of rejects: one line per value that could not be read, so a row may have several.

`source` and `row` say where the row came from (file, or file and sheet, or database table; line, sheet row or row);
`rule` is `<column>_unreadable`; `column` is ours, `value` is the text as it came, `wanted` what it should have been;
`enterprise_id`, `application_id` and `known_on` are those of the row where they could be read (`known_on` by the
declared lag where the row has none), missing otherwise; `came` is the whole row as it came, as JSON {column of the
bank: text} (of Parquet files and databases the columns that the mapping names).
"""


def no_rejects() -> pd.DataFrame:
    """A table of rejects without a line."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in REJECT_DTYPES.items()})


def write_rejects(rejects: pd.DataFrame, name: str, folder: Path) -> None:
    """Write the rejects of a table beside it; where there is none, those of an import before are removed."""
    path = folder / REJECTS / f"{name}.parquet"
    if rejects.empty:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    rejects.to_parquet(path, index=False)


def read_rejects(folder: Path) -> dict[str, pd.DataFrame]:
    """Rejects beside the tables of a folder, by table, in the columns of REJECT_DTYPES; only tables that have some.

    Raises
    ------
    BadTableError
        When a file of rejects has not these columns.
    """
    found = {}
    for name in TABLES:
        path = folder / REJECTS / f"{name}.parquet"
        if not path.exists():
            continue
        frame = pd.read_parquet(path)
        absent = [column for column in REJECT_DTYPES if column not in frame.columns]
        if absent:
            message = f"rejects of table {name}: wanted column {', '.join(absent)}; {path} has not"
            raise BadTableError(message)
        found[name] = frame[list(REJECT_DTYPES)].astype(dict(REJECT_DTYPES))
    return found
