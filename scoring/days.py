"""Columns of days in tables that a person gives."""

import pandas as pd

from policy.errors import MendableError


def days_of(values: pd.Series, told: str, refused: type[MendableError]) -> pd.Series:
    """Days of a column of days or of texts YYYY-MM-DD, without a time [datetime64]; blank ones are missing.

    Raises
    ------
    MendableError
        `refused`, when a text is no day; `told` names the column in its message.
    """
    if values.dtype.kind == "M":
        return pd.Series(values.dt.normalize())
    given = values.astype("str").str.strip().where(values.notna(), "")
    found = pd.to_datetime(given.where(given != ""), errors="coerce", format="ISO8601")
    lost = found.isna() & (given != "")
    if lost.any():
        message = f"{told}: wanted days as YYYY-MM-DD; got {values[lost].iloc[0]!r}"
        raise refused(message)
    return pd.Series(found.dt.normalize())
