"""Checked tables held against what their check left: its account, gap rows, keys, the day they stand for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import expr

from schemas.gaps import KEYS
from schemas.rules import rules
from schemas.seal import NO_FILE, SEAL, SEALED, broken_seal
from schemas.tables import TABLES
from scoring.check.account import SUMMARY, GapCounts, account_of, gaps_amiss, gaps_apart
from scoring.spark.errors import SparkError
from scoring.spark.places import hadoop
from scoring.spark.tables import DATABASE, GAPS

ONCE = ("enterprises", "applications")
"""Tables whose key is looked at: one row more of them would be decided, or told of an applicant, twice."""


@dataclass(frozen=True)
class Found:
    """What lies in a table: its `rows`, the different keys `once`, and rows that are `lacking` a required value."""

    rows: int
    once: int
    lacking: int


def account_at(spark: SparkSession, location: str) -> dict[str, Any]:
    """What the check left in summary.json beside the tables; empty for a database, which has none.

    Raises
    ------
    SparkError
        When it is not there, or is not as a check leaves it.
    """
    if location.startswith(DATABASE):
        return {}
    place = f"{location.rstrip('/')}/{SUMMARY}"
    system, path = hadoop(spark, place)
    wanted = f"wanted the account of the check, as validation leaves it, in {place}"
    if not system.exists(path) or not system.getFileStatus(path).isFile():
        message = f"{wanted}; there is no such file. Without it nobody knows which rows the check kept"
        raise SparkError(message)
    try:
        lines = spark.read.text(path.toString(), wholetext=True).collect()
        return account_of(lines[0][0] if lines else "")
    except (PySparkException, ValueError) as error:
        message = f"{wanted}; {str(error).splitlines()[0]}"
        raise SparkError(message) from error


def require_day(extracted_on: pd.Timestamp | None, told: Mapping[str, Any], location: str) -> None:
    """Nothing, when no day is asked for, or the one that the check went by.

    Raises
    ------
    SparkError
        When it is another, or the check left none.
    """
    if extracted_on is None:
        return
    day = str(extracted_on.date())
    if "extracted_on" not in told:
        message = f"wanted no day of extraction for {location}, whose check left none to compare with; got {day}"
        raise SparkError(message)
    if day != str(pd.Timestamp(told["extracted_on"]).date()):
        message = (
            f"wanted the day of extraction that {location} was checked for, {told['extracted_on']} ({SUMMARY}); got "
            f"{day}. Check the tables as they were before for another day"
        )
        raise SparkError(message)


def require_sealed(spark: SparkSession, told: Mapping[str, Any], location: str) -> tuple[str, ...]:
    """Tables at `location` that lie there as a folder, when its files are those that the check `told` sealed.

    The driver reads the files once. No check leaves a folder: such a table was written anew since, so there is nothing
    to compare it with, as of a database; `require_as_checked` counts their rows.

    Raises
    ------
    SparkError
        When a file was changed, added or taken away.
    """
    if not told:
        return ()
    found = dict(_digests(spark, location.rstrip("/")))
    anew = [name for name, digest in found.items() if digest == NO_FILE and name in told[SEAL]]
    broken = broken_seal({**found, **{name: told[SEAL][name] for name in anew}}, told[SEAL])
    if broken:
        message = (
            f"wanted the tables in {location} as their check left them, by the SHA-256 in {SUMMARY}; got "
            f"{', '.join(broken)}"
        )
        raise SparkError(message)
    return tuple(Path(name).stem for name in anew)


def _digests(spark: SparkSession, location: str) -> Iterator[tuple[str, str]]:
    """SHA-256 of fit tables and gap rows, as `schemas.seal.seal` of a folder."""
    jvm: Any = spark._jvm
    for name in SEALED:
        system, path = hadoop(spark, f"{location}/{name}")
        if system.exists(path):
            digest = NO_FILE
            if system.getFileStatus(path).isFile():
                opened = system.open(path)
                digest = jvm.org.apache.commons.codec.digest.DigestUtils.sha256Hex(opened)
                opened.close()
            yield name, digest


def require_as_checked(tables: Mapping[str, DataFrame], told: Mapping[str, Any], location: str) -> dict[str, int]:
    """The rows of every table, when tables and gap rows are as the check `told` left them.

    Without an account only what holds of every check is looked at: keys that are there once, required values, gap rows
    of tables that have some, with rules.

    Raises
    ------
    SparkError
        When they are not, or there is no application.
    """
    counted = _counted(tables)
    if not counted["applications"].rows:
        message = f"table applications in {location}: wanted at least one application; it is empty"
        raise SparkError(message)
    rows = {name: found.rows for name, found in counted.items()}
    kept = {name: t["kept"] for name, t in told.get("tables", {}).items()}
    silent = [name for name in told.get("says_nothing", ()) if name not in rows]
    wanted = {name: number for name, number in kept.items() if name not in silent}
    apart = [f"{n} {rows.get(n, 0)} instead of {number}" for n, number in wanted.items() if rows.get(n, 0) != number]
    more = [f"{n}, which it did not leave" for n in rows if told and n != GAPS and n not in kept]
    if apart or more:
        message = f"wanted the rows that the check of {location} kept ({SUMMARY}); got {', '.join([*apart, *more])}"
        raise SparkError(message)
    for name, found in counted.items():
        _require_sound(name, found, location)
    gaps = _gap_counts(tables[GAPS])
    said = [*gaps_amiss(gaps), *(gaps_apart(gaps, told) if told else [])]
    if said:
        message = f"wanted the gap rows that the check of {location} left; got {', '.join(said)}"
        raise SparkError(message)
    return rows


def _require_sound(name: str, found: Found, location: str) -> None:
    if found.lacking:
        message = (
            f"table {name} in {location}: wanted a value in {', '.join(_required(name))} of every row, as a check "
            f"leaves it; {found.lacking} of {found.rows} rows lack one"
        )
        raise SparkError(message)
    if found.once != found.rows:
        message = (
            f"table {name} in {location}: wanted every {', '.join(TABLES[name].key)} once, as a check leaves it; got "
            f"{found.rows} rows of {found.once}"
        )
        raise SparkError(message)


def _required(name: str) -> list[str]:
    if name == GAPS:
        return []
    return [r.columns[0] for r in rules(TABLES[name]) if r.kind == "required" and r.level == "reject"]


def _counted(tables: Mapping[str, DataFrame]) -> dict[str, Found]:
    """What lies in every table, found by one query."""
    parts = []
    for name, frame in tables.items():
        once = f"COUNT(DISTINCT `{TABLES[name].key[0]}`)" if name in ONCE else "COUNT(*)"
        lacking = " OR ".join(f"`{column}` IS NULL" for column in _required(name)) or "FALSE"
        parts.append(frame.selectExpr(f"'{name}'", "COUNT(*)", once, f"COUNT_IF({lacking})"))
    found = reduce(DataFrame.unionAll, parts).collect()
    return {row[0]: Found(int(row[1]), int(row[2]), int(row[3])) for row in found}


def _gap_counts(gaps: DataFrame) -> GapCounts:
    cases = " ".join(f"WHEN '{name}' THEN `{key}` IS NULL" for name, key in KEYS.items())
    marks = ("COALESCE(`table`, '') AS of", f"CASE `table` {cases} ELSE FALSE END AS nobody", "rules IS NULL AS bare")
    each = gaps.selectExpr(*marks).groupBy("of")
    found = each.agg(expr("COUNT(*)"), expr("COUNT_IF(nobody)"), expr("COUNT_IF(bare)")).collect()
    rows = {row[0]: int(row[1]) for row in found}
    return GapCounts(rows, {row[0]: int(row[2]) for row in found}, sum(int(row[3]) for row in found))
