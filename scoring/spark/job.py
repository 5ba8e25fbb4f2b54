"""The batch job on Spark: checked tables in, one decision per application out, nothing lost."""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import pandas as pd
from pyspark import StorageLevel, cloudpickle
from pyspark.sql import DataFrame, SparkSession

from policy.folders import temporary
from schemas.account import TableQuality
from scoring.bundle import Bundle
from scoring.check.account import UNREAD
from scoring.counts import Counts
from scoring.output.columns import SCHEMA
from scoring.prepared import NO_STAGE
from scoring.spark import bootstrap
from scoring.spark.account import account_at, require_as_checked, require_day, require_sealed
from scoring.spark.output import refuse_place, rejects_of, write
from scoring.spark.quantities import packed
from scoring.spark.rows import OUT, TALLY, Tally, summed
from scoring.spark.shipping import ship
from scoring.spark.tables import GAPS, read, views
from scoring.spark.worker import Job


@dataclass(frozen=True)
class Done:
    """What became of every row: rows of applications = scored + rejected here; and the account of the check before.

    `account` is what the check left in summary.json, empty for a database, which has none; `extracted_on` the day it
    was made for, else the last day of decision. `anew` names tables that were written anew since that check.
    """

    applications: int
    tally: Tally
    rows: Mapping[str, int]
    account: Mapping[str, Any]
    extracted_on: pd.Timestamp
    anew: tuple[str, ...] = ()


def score_with_spark(
    spark: SparkSession,
    bundle: Bundle,
    location: str,
    output: str,
    ship_code: bool = True,
    extracted_on: pd.Timestamp | None = None,
) -> Done:
    """Score every application of the checked tables at `location` into `output`, and count.

    `location` is a folder, or `spark-database:NAME`; `output` a folder, or `spark-table:DATABASE.TABLE`. `ship_code`
    sends our packages to the workers, whose Python needs the libraries alone. `extracted_on` is the day that the check
    must have gone by; any, when not given.

    Raises
    ------
    SparkError
        When a table that is needed is missing or was not checked, or not for that day, the account of the check is not
        there, rows or gap rows were added, lost or changed since, or the output cannot be written.
    """
    refuse_place(spark, location, output)
    tables = read(spark, location)
    told = account_at(spark, location)
    require_day(extracted_on, told, location)
    counted = require_as_checked(tables, told, location)
    anew = require_sealed(spark, told, location)
    views(tables)
    with temporary() as work:
        code = ship(spark, work) if ship_code else None
        job = Job(bundle, tuple(name for name in tables if name != GAPS))
        rows = _scored(spark, tables, job, code).persist(StorageLevel.DISK_ONLY)
        found = summed(row[0] for row in rows.where(f"{TALLY} IS NOT NULL").select(TALLY).collect())
        done = Done(counted["applications"], found, counted, told, _day(tables["applications"], told), anew)
        if found.scored + found.unstaged != done.applications:
            message = f"wanted {done.applications} applications back; got {found.scored} and {found.unstaged} unstaged"
            raise ValueError(message)
        _write(spark, rows, tables["applications"], found, output)
        rows.unpersist()
    return done


def _scored(spark: SparkSession, tables: Mapping[str, DataFrame], job: Job, code: str | None) -> DataFrame:
    by_value: Callable[[ModuleType], None] = cloudpickle.register_pickle_by_value
    by_value(bootstrap)
    task = bootstrap.task(code, spark.sparkContext.broadcast(pickle.dumps(job)))
    types = {"string": "STRING", "double": "DOUBLE", "timestamp[us]": "TIMESTAMP_NTZ"}
    schema = ", ".join(f"`{field.name}` {types[str(field.type)]}" for field in OUT)
    return packed(spark, tables).mapInArrow(task, schema)


def _write(spark: SparkSession, rows: DataFrame, applications: DataFrame, found: Tally, output: str) -> None:
    if found.unstaged:
        ids = rows.where("stage IS NULL").select("application_id")
        told = applications.join(ids, "application_id").selectExpr("*", f"array('{NO_STAGE}') AS rules")
        write(spark, told, rejects_of(output))
    if found.scored:
        write(spark, rows.where("stage IS NOT NULL").select(*SCHEMA.names), output)


def _day(applications: DataFrame, account: Mapping[str, Any]) -> pd.Timestamp:
    return pd.Timestamp(account.get("extracted_on") or applications.selectExpr("MAX(as_of)").collect()[0][0])


def counts_of(done: Done) -> Counts:
    """The counts as `score` tells them: what the check before took out counts as rejected, and its duplicates too.

    Without an account of the check the tables count as they came.
    """
    tables = done.account.get("tables", {})
    quality = [
        TableQuality(
            n, t["rows"], t["kept"], t["rejected"], t["duplicates"], t["broken"], t["warned"], t.get("left_out", {})
        )
        for n, t in tables.items()
    ] or [TableQuality(n, rows, rows, 0) for n, rows in done.rows.items() if n != GAPS]
    came = next(q for q in quality if q.table == "applications")
    counted: dict[str, Any] = {name: dict(counts) for name, counts in done.tally.counted.items()}
    known = Counts(
        *(came.rows, done.tally.scored, came.rejected + done.tally.unstaged, came.duplicates),
        done.extracted_on,
        tuple(quality),
        unread=dict(done.account.get(UNREAD, {})),
        beyond_peers=done.tally.beyond_peers,
        **counted,
    )
    told = {name: done.account[name] for name in known.unknown if name in done.account}
    return replace(known, unknown={**known.unknown, **told})
