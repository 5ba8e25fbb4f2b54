"""Draws of the simulated portfolio: one stream a name, persistent states, days and texts as pandas columns."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from policy.digits import rounded

Array = npt.NDArray[Any]

YEARS = np.arange(2010, 2026)
"""Fiscal years of the simulated states, in the order of their columns."""

NEVER = np.nan
"""A day that does not come, in arrays of days since 1970-01-01."""


def stream(seed: int, name: str) -> np.random.Generator:
    """Generator of its own for each name, so that one more table shifts no other."""
    return np.random.default_rng(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))


def persistent(rng: np.random.Generator, rows: int, persistence: float, loading: float, quality: Array) -> Array:
    """Standard normal states (rows by years, float32), persistent over years, loaded on `quality`."""
    shocks = rng.standard_normal((rows, len(YEARS)), dtype=np.float32)
    scale = np.float32(np.sqrt(1 - persistence**2))
    for year in range(1, len(YEARS)):
        shocks[:, year] = persistence * shocks[:, year - 1] + scale * shocks[:, year]
    return np.asarray(
        np.float32(np.sqrt(1 - loading**2)) * shocks + np.float32(loading) * quality[:, None], dtype=np.float32
    )


def day_number(text: str) -> int:
    """Days since 1970-01-01 of a day written YYYY-MM-DD.

    >>> day_number("1970-02-01")
    31
    """
    return int(np.datetime64(text, "D").astype(np.int64))


YEAR_ENDS = np.array([day_number(f"{year}-12-31") for year in YEARS], dtype=np.float64)
"""Last day of each fiscal year [days since 1970-01-01]."""


def interpolated(state: Array, row: Array, day: Array) -> Array:
    """State of each row on a day between the ends of two fiscal years."""
    after = np.searchsorted(YEAR_ENDS, day).clip(1, len(YEARS) - 1)
    part = ((day - YEAR_ENDS[after - 1]) / 365.0).clip(0, 1)
    return np.asarray((1 - part) * state[row, after - 1] + part * state[row, after])


def quarter_end(day: Array, back: int) -> Array:
    """Last day of the quarter that ended `back` quarters before the last one ended by `day` [days since 1970-01-01].

    >>> int(quarter_end(np.array([day_number("2020-04-15")]), 1)[0]) == day_number("2019-12-31")
    True
    """
    months = day.astype("int64").astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    start = months // 3 * 3 - 3 * back
    return np.asarray(start.astype("datetime64[M]").astype("datetime64[D]").astype(np.float64) - 1)


def day_in_year(rng: np.random.Generator, year: Array, founded: Array) -> Array:
    """Days spread over the fiscal year with index `year`, never before the enterprise was founded."""
    start = np.maximum(YEAR_ENDS[year] - 364, founded)
    return np.asarray(np.floor(start + rng.random(len(year)) * (YEAR_ENDS[year] - start + 1)))


def days(values: Array) -> pd.Series:
    """Column of days from days since 1970-01-01; NaN is a missing day.

    >>> days(np.array([0.0, np.nan])).astype("str").tolist()
    ['1970-01-01', nan]
    """
    missing = ~np.isfinite(values)
    whole = np.where(missing, 0, np.floor(values)).astype(np.int64).astype("datetime64[D]").astype("datetime64[us]")
    whole[missing] = np.datetime64("NaT")
    return pd.Series(whole)


def numbered(prefix: str, numbers: Array, digits: int = 8) -> pd.Series:
    """Column of identifiers.

    >>> numbered("E", np.array([7]), 4).tolist()
    ['E0007']
    """
    return prefix + pd.Series(numbers).astype("str").str.zfill(digits)


def coded(codes: Array, names: Sequence[str]) -> pd.Series:
    """Column of texts by their place in `names`; a negative place is a missing text.

    >>> coded(np.array([1, -1]), ("a", "b")).tolist()
    ['b', nan]
    """
    column = pd.Series(list(names), dtype="str").take(np.maximum(codes, 0)).reset_index(drop=True)
    return column.where(codes >= 0) if (codes < 0).any() else column


def exp(values: npt.ArrayLike) -> Array:
    """The exponential of each value, rounded.

    The simulator takes exp, log and powers from here alone: they differ between CPUs in the last bits (in single
    precision by a ten-millionth), and what is compared with a draw, put into a class or counted in CNY must not.
    """
    return rounded(np.exp(np.asarray(values, dtype=np.float64)))


def log(values: npt.ArrayLike) -> Array:
    """Natural logarithm of each value, rounded."""
    return rounded(np.log(np.asarray(values, dtype=np.float64)))


def log1p(values: npt.ArrayLike) -> Array:
    """Natural logarithm of one plus each value, rounded."""
    return rounded(np.log1p(np.asarray(values, dtype=np.float64)))


def power(base: npt.ArrayLike, exponent: npt.ArrayLike) -> Array:
    """The base to the power of the exponent, rounded."""
    return rounded(np.power(np.asarray(base, dtype=np.float64), exponent))


def logistic(values: npt.ArrayLike) -> Array:
    """Inverse of the logit, rounded."""
    return rounded(1 / (1 + np.exp(-np.asarray(values, dtype=np.float64))))


def choice(rng: np.random.Generator, shares: Sequence[float] | Array, size: int) -> Array:
    """Places drawn with the given shares, which need not add up to one."""
    bounds = np.cumsum(np.asarray(shares, dtype=np.float64))
    return np.asarray(np.searchsorted(bounds / bounds[-1], rng.random(size), side="right").clip(0, len(bounds) - 1))
