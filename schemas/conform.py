"""Tables brought to their declared columns and dtypes; a table that cannot be is an error with a sentence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from policy.errors import MendableError
from schemas.declarations import PANDAS_DTYPES, Column, Dtype, Lag, Table
from schemas.tables import TABLES

YES_NO: Mapping[str, bool] = {
    "true": True,
    "false": False,
    "1": True,
    "0": False,
    "yes": True,
    "no": False,
    "y": True,
    "n": False,
}


DAY = r"\s*(\d{4}-\d{2}-\d{2}|\d{8}(?!\d))"
"""How a text that is a day begins: with year, month and day."""
BITS = {"float16": 11, "float32": 24, "float64": 53}
"""Bits up to which each floating number holds every whole number."""
_UNREADABLE = (ValueError, TypeError, OverflowError)
"""What pandas raises where values cannot be read as the declared dtype."""


class BadTableError(MendableError):
    """A table cannot be used: the message says what was wanted, what came and where."""


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The declared columns of `table`, in order, in their pandas dtypes; an absent optional column is all missing.

    Columns that are not declared are left out, and a blank text is missing. A text that came as a whole number has no
    point: 4011, though a missing value elsewhere in the column made it 4011.0. `known_on` is computed from the declared
    lag where it is not given.

    Raises
    ------
    BadTableError
        When a required column is absent, a column is there twice, or values cannot be read as the declared dtype.
    """
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        message = f"table {table.name}: wanted column {twice[0]} once; the table has it twice"
        raise BadTableError(message)
    frame = conformed_known_on(frame, table)
    required = [c.name for c in table.columns if c.required or c.name in table.key]
    absent = [name for name in required if name not in frame.columns]
    if absent:
        present = ", ".join(map(str, frame.columns)) or "no columns"
        message = f"table {table.name}: wanted column {', '.join(absent)}; the table has {present}"
        raise BadTableError(message)
    columns = {
        c.name: conformed_column(frame[c.name], c, table)
        if c.name in frame.columns
        else pd.Series(index=frame.index, dtype=PANDAS_DTYPES[c.dtype])
        for c in table.columns
    }
    return pd.DataFrame(columns, index=frame.index).reset_index(drop=True)


def _texts(values: pd.Series) -> pd.Series:
    """Values as texts; a floating number that is whole without a point, since one missing value makes whole numbers so.

    Of a number with more digits than it can hold nobody knows which text it was.
    """
    if values.dtype == "object":
        values = values.map(lambda value: int(value) if isinstance(value, float) and value.is_integer() else value)
    if not pd.api.types.is_float_dtype(values.dtype):
        return _as(values, "string")
    long = values.abs() >= 2.0 ** BITS.get(str(values.dtype).lower(), 53)
    if long.any():
        message = f"{values[long].iloc[0]:.17g} has more digits than a floating number holds: store the column as text"
        raise ValueError(message)
    whole = values.mod(1) == 0
    return _as(values, "string").mask(whole, _as(values.where(whole).astype("Int64"), "string"))


def _numbers(values: pd.Series) -> pd.Series:
    """Values as numbers; a day, a length of time, yes and no are none, though pandas would count them."""
    kind = values.dtype
    counted = pd.api.types.is_bool_dtype(kind) or getattr(kind, "kind", "O") in "mM"
    others = values[values.map(lambda value: isinstance(value, bool | np.bool_))] if kind == "object" else values[:0]
    if counted or len(others):
        message = f"{(others if len(others) else values).iloc[:1].tolist()} is no number"
        raise ValueError(message)
    return pd.to_numeric(values)


def _as(values: pd.Series, dtype: Dtype) -> pd.Series:
    return values.astype(cast("Any", PANDAS_DTYPES[dtype]))


def _days(values: pd.Series) -> pd.Series:
    """Values as days, without a time of day; a text must be in the form YYYY-MM-DD, so that no day is read as a month.

    A number is no day: 20150101 would be read as nanoseconds since 1970.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("str")
    if pd.api.types.is_numeric_dtype(values.dtype) and values.notna().any():
        raise ValueError(str(values[values.notna()].iloc[0]))
    texts = values
    if values.dtype == "object":
        texts = values[values.map(lambda value: isinstance(value, str)).astype(bool)].astype("str")
    if texts.dtype == "str":
        # "2024-06" is a month, and would be read as its first day.
        partial = texts[texts.notna() & ~texts.str.match(DAY).fillna(value=False).astype(bool)]
        if len(partial):
            message = f"Time data {partial.iloc[0]} is not in the form YYYY-MM-DD"
            raise ValueError(message)
    return _as(pd.to_datetime(values, format="ISO8601" if values.dtype == "str" else None).dt.normalize(), "date")


def conformed_column(values: pd.Series, column: Column, table: Table) -> pd.Series:
    """Values of one column in its declared pandas dtype; a blank text is missing.

    Raises
    ------
    BadTableError
        When values cannot be read as the declared dtype.
    """
    try:
        if column.dtype == "string":
            text = _texts(values)
            return text.mask(text.str.strip() == "")
        if column.dtype == "date":
            return _days(values)
        if column.dtype == "boolean" and values.dtype == "str":
            known = values.str.strip().str.lower()
            wrong = known.notna() & ~known.isin(list(YES_NO))
            if wrong.any():
                raise ValueError(values[wrong].iloc[0])
            return _as(known.map(YES_NO), column.dtype)
        return _as(pd.to_numeric(values) if column.dtype == "boolean" else _numbers(values), column.dtype)
    except _UNREADABLE as error:
        message = (
            f"table {table.name}, column {column.name}: wanted {column.dtype}, got {values.dtype} ({first_line(error)})"
        )
        raise BadTableError(message) from error


def first_line(error: Exception) -> str:
    """What an error says first, in 120 letters at most."""
    return (str(error).splitlines() or [repr(error)])[0][:120]


def conformed_known_on(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """`with_known_on`, for tables as they come.

    Raises
    ------
    BadTableError
        When values that the day is computed from cannot be read as days.
    """
    try:
        return with_known_on(frame, table)
    except _UNREADABLE as error:
        message = f"table {table.name}: wanted days to compute known_on from; {first_line(error)}"
        raise BadTableError(message) from error


def with_known_on(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """`frame` with `known_on` filled from the declared publication lag, where it is absent or missing."""
    lag = table.lag
    if lag is None or lag.after not in frame.columns:
        return frame
    computed = known_from_lag(frame, lag)
    if "known_on" not in frame.columns:
        return frame.assign(known_on=computed)
    given = _days(frame["known_on"])
    return frame.assign(known_on=given.fillna(computed))


def known_from_lag(frame: pd.DataFrame, lag: Lag) -> pd.Series:
    """Day each row could be known: months after the event, or the day it was made public where that came first.

    >>> lag = Lag(after="applied_on", months=18, source="Patent Law, Article 34")
    >>> str(known_from_lag(pd.DataFrame({"applied_on": pd.to_datetime(["2020-01-15"])}), lag).dt.date[0])
    '2021-07-15'
    """
    happened = _days(frame[lag.after])
    months = pd.Series(lag.months, index=frame.index)
    if lag.by is not None and lag.by in frame.columns:
        months = frame[lag.by].map(dict(lag.overrides)).fillna(lag.months).astype(int)
    known = pd.Series(pd.NaT, index=frame.index, dtype=PANDAS_DTYPES["date"])
    for n in sorted(set(months)):
        rows = months == n
        known[rows] = _as(happened[rows] + pd.DateOffset(months=int(n)), "date")
    if lag.never_later_than is not None and lag.never_later_than in frame.columns:
        public = _days(frame[lag.never_later_than])
        known = known.where(~(public < known), public)
    return known


def without_duplicates(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of the table `name` without those identical to an earlier one in every column; labels stay."""
    # Identical rows share a key, so only rows that share one are compared in full.
    shared = frame[frame.duplicated(list(TABLES[name].key), keep=False)]
    return frame.drop(index=shared.index[shared.duplicated()])


ROW_GROUP = 30_000
"""Rows of a Parquet row group: so few that a range of enterprises is read without much of the others."""


def write_table(frame: pd.DataFrame, name: str, folder: Path) -> None:
    """Write a canonical table as `<name>.parquet` into `folder`, which is made, in the order of its key.

    Rows of one enterprise lie together where the table has enterprises, so that the as-of engine reads a range of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ordered = frame.sort_values(order_of(name), kind="stable")
    ordered.to_parquet(folder / f"{name}.parquet", index=False, row_group_size=ROW_GROUP)


def order_of(name: str) -> list[str]:
    """Columns that a canonical table is sorted by: the enterprise first, where it has one, then the rest of its key."""
    table = TABLES[name]
    first = [column.name for column in table.columns if column.name == "enterprise_id"]
    return [*first, *(k for k in table.key if k not in first)]


def require(tables: Mapping[str, object], names: tuple[str, ...], folder: Path) -> None:
    """Nothing, when all `names` are among `tables`.

    Raises
    ------
    BadTableError
        When one is missing.
    """
    absent = [name for name in names if name not in tables]
    if absent:
        files = ", ".join(f"{name}.parquet" for name in absent)
        message = f"wanted table {', '.join(absent)} as {files} in {folder}; it holds {', '.join(tables) or 'none'}"
        raise BadTableError(message)
