"""Where the rows go: a folder of Parquet on any file system, or a table of Spark's catalogue."""

from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from scoring.spark.errors import SparkError
from scoring.spark.places import exists, hadoop
from scoring.spark.tables import DATABASE

TABLE = "spark-table:"
"""What an output begins with that is a table of Spark's catalogue, as Hive has it, instead of a folder."""


def rejects_of(output: str) -> str:
    """The place of applications without a decision, beside the rows."""
    return f"{output}_rejects" if output.startswith(TABLE) else f"{output}.rejects.parquet"


def refuse_place(spark: SparkSession, location: str, output: str) -> None:
    """Nothing, when neither rows nor rejects lie at `output` yet, and it is not among the tables that are scored.

    Raises
    ------
    SparkError
        When there is something, or it is no place rows can go to.
    """
    for place in (output, rejects_of(output)):
        if place.startswith(TABLE):
            name = place.removeprefix(TABLE)
            database, _, table = name.rpartition(".")
            if not (database.isidentifier() and table.isidentifier()):
                message = f"wanted database.table after {TABLE}; got {name!r}"
                raise SparkError(message)
            there = spark.catalog.tableExists(name)
        else:
            there = exists(spark, place)
        if there:
            message = f"wanted a place where nothing lies yet for the scores; {place} is there. Move it away first"
            raise SparkError(message)
    if not output.startswith(TABLE) and not location.startswith(DATABASE) and _within(output, location):
        message = f"wanted a place for the scores outside the tables that are scored; {output} lies among them"
        raise SparkError(message)


def _within(output: str, location: str) -> bool:
    if "://" in output or "://" in location:
        return output.startswith(location.rstrip("/") + "/") or output == location
    return Path(output).resolve().is_relative_to(Path(location).resolve())


def write(spark: SparkSession, rows: DataFrame, output: str) -> None:
    """Write the rows; they appear at `output` when all of them are written, and not before."""
    if output.startswith(TABLE):
        rows.write.mode("errorifexists").saveAsTable(output.removeprefix(TABLE))
        return
    part = f"{output}.part"
    system, place = hadoop(spark, part)
    system.delete(place, True)
    rows.write.mode("errorifexists").parquet(part)
    if not system.rename(place, hadoop(spark, output)[1]):
        message = f"the rows are complete in {part}; they could not be renamed to {output}"
        raise SparkError(message)
