"""How SQL reads a stored column as its declared dtype, where that differs from what is stored, and where it cannot."""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.compiled.stored import Kind
from schemas.compiled.text import blank, literal, name
from schemas.declarations import Dtype, Lag, Table

TYPES: Mapping[Dtype, str] = {
    "string": "VARCHAR",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "TIMESTAMP",
}
"""The engine's type of each declared dtype."""
NEVER, ALWAYS = "FALSE", "TRUE"
LAST_YEAR = 9000
"""Days after this year, from which a day of knowledge would be computed, are left to `conform`."""


class Reading(NamedTuple):
    """SQL over the stored columns: the `value` in the declared type, and where it is not what is `stored` as it is.

    Where `unreadable` is true for a row, only `conform` can say what the column holds. So it is for NaN, which is a
    missing value: the statistics of a Parquet file do not tell of it, so that a filter might leave it out.
    """

    value: str
    changed: str = NEVER
    unreadable: str = NEVER

    @property
    def converted(self) -> bool:
        """Whether the stored type is another one than the declared, so that no row is as stored."""
        return self.changed == ALWAYS


def readings(table: Table, stored: Mapping[str, Kind]) -> dict[str, Reading]:
    """How each declared column is read from a file that stores these kinds; an absent column is all missing.

    `known_on` is computed from the declared lag where it is not given.
    """
    found = {
        c.name: _reading(c.name, c.dtype, stored[c.name])
        if c.name in stored
        else Reading(f"CAST(NULL AS {TYPES[c.dtype]})", ALWAYS)
        for c in table.columns
    }
    lag = table.lag
    if lag is None or lag.after not in stored:
        return found
    after = found[lag.after]
    late = f"COALESCE(year({after.value}) > {LAST_YEAR}, FALSE)"
    found[lag.after] = after._replace(unreadable=f"({after.unreadable} OR {late})")
    computed = known_from_lag(lag, {column: found[column].value for column in stored}, stored)
    given = found["known_on"]
    if "known_on" not in stored:
        return {**found, "known_on": Reading(computed, ALWAYS)}
    changed = given.changed if given.converted else f"({given.changed} OR {name('known_on')} IS NULL)"
    return {**found, "known_on": Reading(f"COALESCE({given.value}, {computed})", changed, given.unreadable)}


def known_from_lag(lag: Lag, values: Mapping[str, str], stored: Mapping[str, Kind]) -> str:
    """SQL of `schemas.conform.known_from_lag`."""
    months = str(int(lag.months))
    if lag.by is not None and lag.by in stored:
        cases = " ".join(f"WHEN {literal(code)} THEN {int(n)}" for code, n in lag.overrides.items())
        months = f"CASE {name(lag.by)} {cases} ELSE {months} END"
    known = f"({values[lag.after]} + to_months(CAST({months} AS INTEGER)))"
    if lag.never_later_than is None or lag.never_later_than not in stored:
        return known
    public = values[lag.never_later_than]
    return f"CASE WHEN {public} < {known} THEN {public} ELSE {known} END"


def _reading(column: str, dtype: Dtype, kind: Kind) -> Reading:
    x = name(column)
    match dtype, kind:
        case "string", _:
            return Reading(f"CASE WHEN {blank(x)} THEN NULL ELSE {x} END", blank(x))
        case "number", "double":
            return Reading(x, unreadable=f"isnan({x})")
        case "number", _:
            return Reading(f"CAST({x} AS DOUBLE)", ALWAYS, f"isnan(CAST({x} AS DOUBLE))")
        case "date", _:
            return _day(x, kind)
    return Reading(x)


def _day(x: str, kind: Kind) -> Reading:
    """A day without a time of day; of texts SQL reads YYYY-MM-DD alone, and leaves the rest to `conform`."""
    if kind == "day":
        years = f"{x} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
        return Reading(f"CAST({x} AS TIMESTAMP)", ALWAYS, f"NOT ({years})")
    if kind == "text":
        plain = f"regexp_full_match({x}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') AND {x} >= '0001'"
        read = f"TRY_CAST({x} AS DATE)"
        unreadable = f"{x} IS NOT NULL AND NOT ({plain} AND {read} IS NOT NULL)"
        return Reading(f"CAST({read} AS TIMESTAMP)", ALWAYS, unreadable)
    finite = f"CAST({x} AS TIMESTAMP) BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59'"
    midnight = f"CAST(date_trunc('day', CAST({x} AS TIMESTAMP)) AS TIMESTAMP)"
    return Reading(midnight, ALWAYS if kind == "nanoseconds" else f"{x} <> {midnight}", f"NOT ({finite})")
