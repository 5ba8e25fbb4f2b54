"""The arithmetic that feature functions share; what cannot be divided or dated is missing."""

import numpy as np
import pandas as pd

DAYS_A_MONTH = 365.25 / 12
"""Mean length of a month [days]."""

LONG_AGO = 120.0
"""Longest time since an event told apart [months]; what never happened counts as that long ago."""


def ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Numerator over denominator; missing where either is missing or the denominator is not positive.

    >>> ratio(pd.Series([1.0, 1.0, 1.0]), pd.Series([4.0, 0.0, -2.0])).tolist()
    [0.25, nan, nan]
    """
    below = denominator.to_numpy("float64")
    found = np.full(len(below), np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        np.divide(numerator.to_numpy("float64"), below, out=found, where=below > 0)
    return pd.Series(found, index=denominator.index)


def growth(now: pd.Series, before: pd.Series) -> pd.Series:
    """Change since `before`, relative to it [fraction]; missing where `before` is not positive.

    >>> growth(pd.Series([120.0, 120.0]), pd.Series([100.0, 0.0])).round(2).tolist()
    [0.2, nan]
    """
    return ratio(now, before) - 1


def months_since(day: pd.Series, as_of: pd.Series) -> pd.Series:
    """Months from `day` to the day of decision [months]; missing where there is no such day.

    >>> days = pd.to_datetime(pd.Series(["2020-01-01", "2021-01-01"]))
    >>> months_since(days[:1], days[1:].reset_index(drop=True)).round(2).tolist()
    [12.02]
    """
    return (as_of - day).dt.days / DAYS_A_MONTH


def months_since_if_ever(day: pd.Series, as_of: pd.Series, delivered: pd.Series) -> pd.Series:
    """Months from `day` to the day of decision, at most LONG_AGO [months]; LONG_AGO where it never happened.

    `delivered` is a quantity of the same table that is known whenever the table is: where it is missing, nobody knows
    whether there was such a day, and the result is missing.

    >>> days = pd.to_datetime(pd.Series(["2020-01-01", None, None]))
    >>> as_of = pd.to_datetime(pd.Series(["2021-01-01"] * 3))
    >>> months_since_if_ever(days, as_of, pd.Series([3.0, 0.0, float("nan")])).round(2).tolist()
    [12.02, 120.0, nan]
    """
    return months_since(day, as_of).clip(upper=LONG_AGO).fillna(LONG_AGO).where(delivered.notna())
