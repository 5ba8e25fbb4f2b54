"""Days in every form a bank writes them; what is not exactly one day is not read."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sources.bank.units import DATE_WORDS

CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:\s?[AaPp][Mm])?"
OFFSET = r"(?P<offset>Z|[+-]\d{2}:?\d{2})"
DAY = (
    # The marks are the same twice: 2024/3-5 may be a span of months.
    r"(?:(?P<year>\d{4})\s*(?:年\s*(?=\d+\s*月)|-\s*(?=\d+\s*-)|/\s*(?=\d+\s*/)|\.\s*(?=\d+\s*\.))"
    r"(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?|(?P<compact>\d{8}))"
    rf"(?:(?:T|\s+)(?P<clock>{CLOCK})\s?{OFFSET}?)?"
)
STAND_INS = pd.to_datetime(["1899-12-30", "1899-12-31", "1900-01-01"]).astype("datetime64[us]")
"""Days that systems write for "no day": the zero and the one of Excel's and SQL Server's calendars."""
FIRST, LAST = pd.Timestamp(1800, 1, 1), pd.Timestamp(2099, 12, 31)
"""A day before or after these stands for "no day" or "never" (0001-01-01, 1753-01-01, 9999-12-31)."""


def days(text: pd.Series, form: str | None, zone: str) -> pd.Series:
    """The day each text names, missing where it names none; a moment with an offset falls on its day in `zone`.

    `form` is None for the usual forms, a word for periods, or a strptime format. A year in two digits is not read.
    """
    # Days repeat, and reading them is slow: each is read once.
    places, different = pd.factorize(text)
    unique = pd.Series(different, dtype="str")
    if form is None:
        read = _usual(unique.str.normalize("NFKC"), zone)
    else:
        read = _period(unique.str.normalize("NFKC"), form) if form in DATE_WORDS else _formatted(unique, form, zone)
    return pd.Series(read.reindex(places).to_numpy(), index=text.index)


def no_day(values: pd.Series) -> pd.Series:
    """True for days that stand for "no day" or "never" in some system."""
    return values.isin(STAND_INS) | (values < FIRST) | (values > LAST)


def in_zone(moments: pd.Series, zone: str) -> pd.Series:
    """Day of each moment; one with a time zone falls on its day in `zone`."""
    local = moments if moments.dt.tz is None else moments.dt.tz_convert(zone).dt.tz_localize(None)
    return pd.Series(local.to_numpy().astype("datetime64[D]").astype("datetime64[us]"), index=moments.index)


def all_days(texts: Iterable[str], form: str | None, zone: str) -> pd.Series:
    """Days that these texts name, in the given form or a usual one; texts that name none are left out."""
    listed = pd.Series(list(texts), dtype="str")
    found: pd.Series = pd.concat([days(listed, form, zone), days(listed, None, zone)])
    return found[found.notna()]


def _usual(text: pd.Series, zone: str) -> pd.Series:
    parts = text.str.extract(f"^(?:{DAY})$")
    spelt = parts["year"] + "-" + parts["month"].str.zfill(2) + "-" + parts["day"].str.zfill(2)
    compact = parts["compact"]
    joined = spelt.fillna(compact.str[:4] + "-" + compact.str[4:6] + "-" + compact.str[6:])
    read = _parsed(joined, "%Y-%m-%d")
    zoned = parts["offset"].notna() & read.notna()
    if zoned.any():
        # ISO 8601 wants two digits of the hour; a clock of twelve hours with an offset is not read.
        clock = parts.loc[zoned, "clock"].str.replace(r"^(\d):", r"0\1:", regex=True)
        iso = joined[zoned] + "T" + clock + parts.loc[zoned, "offset"]
        moments = pd.to_datetime(iso, format="ISO8601", utc=True, errors="coerce")
        read = read.mask(zoned, in_zone(moments, zone).reindex(read.index))
    return read


def _formatted(text: pd.Series, form: str, zone: str) -> pd.Series:
    if "%y" in form:
        # "%y" would take 66 for 2066 and 69 for 1969: nobody knows which century was meant.
        return pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    return in_zone(pd.to_datetime(text, format=form, utc="%z" in form, errors="coerce"), zone)


def _period(text: pd.Series, form: str) -> pd.Series:
    parts = text.str.extract(f"^(?:{DATE_WORDS[form]})$")
    month = parts["year"].where(parts["year"].isna(), "12")
    if form == "month_end":
        month = parts["month"].fillna(parts["compact"])
    if form == "quarter_end":
        month = parts["quarter"].map({"1": "3", "2": "6", "3": "9", "4": "12"}).astype("str")
    return period_end(_parsed(parts["year"] + "-" + month.str.zfill(2) + "-01", "%Y-%m-%d"), "month_end")


def period_end(values: pd.Series, form: str) -> pd.Series:
    """Last day of the year, quarter or month (by the word `form`) in which each day lies."""
    first = pd.Series(values.to_numpy().astype("datetime64[M]"), index=values.index)
    months = {"month_end": 1, "quarter_end": 3, "year_end": 12}[form]
    place = (first.dt.month - 1).fillna(0).astype("int64") % months
    after = first.to_numpy().astype("datetime64[M]") + (months - place).to_numpy().astype("timedelta64[M]")
    last = after.astype("datetime64[D]") - np.timedelta64(1, "D")
    return pd.Series(last, index=values.index).astype("datetime64[us]")


def _parsed(text: pd.Series, form: str) -> pd.Series:
    return pd.to_datetime(text, format=form, errors="coerce").astype("datetime64[us]")
