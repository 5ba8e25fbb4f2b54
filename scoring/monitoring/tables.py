"""Tables that a monitor reads: Parquet or CSV, columns that have to be there, days as days, no row twice."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from models.monitoring.looks import MonitorError
from scoring.days import days_of

TEXTS = ("application_id", "enterprise_id", "model_version", "stage", "size_class", "rule", "fired", "grade")
"""Columns that stay texts when a CSV file is read, though they look like numbers or are empty throughout."""


class Distinct(NamedTuple):
    """Rows of which no two are the same, and how many identical ones were left out."""

    rows: pd.DataFrame
    duplicates: int


def read_table(path: Path) -> pd.DataFrame:
    """The table of a .parquet or .csv file; identifiers stay texts.

    Raises
    ------
    MonitorError
        When the file is of another kind or cannot be read.
    """
    if path.is_dir():
        message = f"wanted a table in one file; {path} is a folder"
        raise MonitorError(message)
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        if path.suffix == ".csv":
            return pd.read_csv(path, dtype=dict.fromkeys(TEXTS, "str"), encoding="utf-8-sig")
    except FileNotFoundError as error:
        message = f"wanted a table in {path}; there is no such file"
        raise MonitorError(message) from error
    except (OSError, pa.ArrowException, ValueError) as error:
        message = f"wanted a table in {path}; it cannot be read ({error!r:.150})"
        raise MonitorError(message) from error
    message = f"wanted a table that ends in .csv or .parquet; got {path.name}"
    raise MonitorError(message)


def with_columns(
    table: pd.DataFrame, wanted: Sequence[str], days: Sequence[str], told: str, optional: Sequence[str] = ()
) -> pd.DataFrame:
    """The columns `wanted`, and `optional` ones where they are there; those of `days` as days, `told` names the table.

    Raises
    ------
    MonitorError
        When a column is missing, an identifier is, or a day cannot be read.
    """
    absent = [name for name in wanted if name not in table.columns]
    if absent:
        message = f"{told}: wanted the columns {', '.join(wanted)}; {', '.join(absent)} is not there"
        raise MonitorError(message)
    found = table[[*wanted, *(name for name in optional if name in table.columns)]].copy()
    if found["application_id"].isna().any():
        message = f"{told}: wanted the application_id of every row; {found['application_id'].isna().sum()} have none"
        raise MonitorError(message)
    found["application_id"] = found["application_id"].astype("str")
    for name in days:
        found[name] = days_of(table[name], f"{told}, {name}", MonitorError).astype("datetime64[us]")
    return found


def distinct(rows: pd.DataFrame, told: str) -> Distinct:
    """The rows in order of application_id, identical ones once.

    Raises
    ------
    MonitorError
        When an application is there twice with different content: nobody can tell which one holds.
    """
    once = rows.drop_duplicates()
    twice = once["application_id"].duplicated()
    if twice.any():
        message = (
            f"{told}: wanted every application once; {twice.sum()} are there again with other content, first "
            f"{once.loc[twice, 'application_id'].iloc[0]}"
        )
        raise MonitorError(message)
    return Distinct(once.sort_values("application_id").reset_index(drop=True), len(rows) - len(once))
