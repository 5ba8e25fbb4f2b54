"""Checked tables of a bank as views of a Spark session, in their declared columns and types."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DoubleType,
    FloatType,
    NumericType,
    StringType,
    TimestampNTZType,
    TimestampType,
)

from features.as_of import SQL, others_since
from schemas.compiled.text import WHITE
from schemas.declarations import Column, Dtype
from schemas.gaps import COLUMNS, FILE
from schemas.tables import TABLES
from scoring.spark.errors import SparkError
from scoring.spark.parts import require_alike
from scoring.spark.places import exists

DATABASE = "spark-database:"
"""What an input begins with that is a database of Spark's catalogue, as Hive has it, instead of a folder."""
GAPS = Path(FILE).stem
TYPES: Mapping[Dtype, DataType] = {
    "string": StringType(),
    "number": DoubleType(),
    "integer": DoubleType(),
    "boolean": BooleanType(),
    "date": TimestampNTZType(),
}
FITS: Mapping[Dtype, tuple[type[DataType], ...]] = {
    "string": (StringType,),
    "number": (NumericType,),
    "integer": (NumericType,),
    "boolean": (BooleanType,),
    "date": (DateType, TimestampNTZType),
}
"""Types that a column of a declared dtype may come in: anything else would be read by rules of Spark's own."""
BLANKS = "".join(f"\\u{point:04x}" for point in WHITE)
"""White space as `schemas.conform` has it, within a literal of Spark's SQL."""


def read(spark: SparkSession, location: str) -> dict[str, DataFrame]:
    """Tables of a folder of Parquet (`<table>.parquet`, a file or a folder), or of a database, by name; and `gaps`.

    Columns are the declared ones, in their declared types; days are timestamps without a zone at midnight. A text of
    white space alone is missing, and so is a number that is none (NaN), as `schemas.conform` has it.

    Raises
    ------
    SparkError
        When there is no such place, the tables were not checked, one that is needed is missing, the parts of one have
        unlike columns, or a column has another type than its declaration.
    """
    found = dict(_found(spark, location))
    if GAPS not in found:
        message = (
            f"wanted checked tables, as validation leaves them, with {FILE} or a table {GAPS}; {location} has none. "
            "Spark does not check rows: check the tables first"
        )
        raise SparkError(message)
    if "applications" not in found:  # that of enterprises may have said nothing, and then no check leaves it
        message = f"wanted the table applications in {location}; it is not there"
        raise SparkError(message)
    return {name: _gap_rows(frame) if name == GAPS else _declared(frame, name) for name, frame in found.items()}


def _found(spark: SparkSession, location: str) -> Iterator[tuple[str, DataFrame]]:
    names = (*TABLES, GAPS)
    if location.startswith(DATABASE):
        database = location.removeprefix(DATABASE)
        if not database.isidentifier() or not spark.catalog.databaseExists(database):
            message = f"wanted a database of Spark's catalogue after {DATABASE}; there is none named {database!r}"
            raise SparkError(message)
        yield from ((n, spark.table(f"{database}.{n}")) for n in names if spark.catalog.tableExists(f"{database}.{n}"))
        return
    folder = Path(location)
    if "://" not in location and not folder.is_dir():
        message = f"wanted a folder of canonical tables, or {DATABASE} and a name; {location} is neither"
        raise SparkError(message)
    base = location.rstrip("/") if "://" in location else str(folder.resolve())
    if set(base) & set("*?[]{}"):
        message = f"wanted a place without * ? [ ] {{ }}, which Spark takes for a pattern; got {base}"
        raise SparkError(message)
    for name in names:
        path = f"{base}/{name}.parquet"
        if exists(spark, path):
            require_alike(spark, path)
            yield name, spark.read.parquet(path)


def _declared(frame: DataFrame, name: str) -> DataFrame:
    table = TABLES[name]
    types = {field.name: field.dataType for field in frame.schema.fields}
    absent = [c.name for c in table.columns if (c.required or c.name in table.key) and c.name not in types]
    if absent:
        message = f"table {name}: wanted column {', '.join(absent)}; the table has {', '.join(types)}"
        raise SparkError(message)
    return frame.selectExpr(*(_column(c, types.get(c.name), name) for c in table.columns))


def _gap_rows(frame: DataFrame) -> DataFrame:
    types = {field.name: field.dataType for field in frame.schema.fields}
    absent = [name for name in COLUMNS if name not in types]
    if absent:
        message = f"table {GAPS}: wanted column {', '.join(absent)}; the table has {', '.join(types)}"
        raise SparkError(message)
    dtypes: dict[str, Dtype] = {name: "date" if name == "known_on" else "string" for name in COLUMNS}
    return frame.selectExpr(*(_value(name, dtype, types[name], GAPS) for name, dtype in dtypes.items()))


def _column(column: Column, came: DataType | None, table: str) -> str:
    if came is None:
        return f"CAST(NULL AS {TYPES[column.dtype].simpleString()}) AS `{column.name}`"
    return _value(column.name, column.dtype, came, table)


def _value(name: str, dtype: Dtype, came: DataType, table: str) -> str:
    """Column `name`, which came as `came`, in its declared dtype."""
    if not isinstance(came, FITS[dtype]):
        zone = " (a moment, whose day hangs on the time zone)" if isinstance(came, TimestampType) else ""
        message = f"table {table}, column {name}: wanted {dtype}; got {came.simpleString()}{zone}"
        raise SparkError(message)
    value = f"`{name}`"
    if dtype == "date":
        value = f"CAST({value} AS DATE)"
    elif dtype == "string":
        value = f"CASE WHEN TRIM(BOTH '{BLANKS}' FROM {value}) <> '' THEN {value} END"
    elif isinstance(came, DoubleType | FloatType):
        value = f"CASE WHEN NOT ISNAN({value}) THEN {value} END"
    return f"CAST({value} AS {TYPES[dtype].simpleString()}) AS `{name}`"


def views(tables: Mapping[str, DataFrame]) -> None:
    """Make the tables the views that features/sql reads.

    Applications have more columns: `others_since`, and of `before_12` and the like those that a query names.
    """
    texts = " ".join(path.read_text(encoding="utf8") for path in sorted(SQL.glob("*.sql")))
    months = sorted({int(number) for number in re.findall(r"\bbefore_(\d+)\b", texts)})
    before = [f"as_of - INTERVAL '{number}' MONTH AS before_{number}" for number in months]
    for name, frame in tables.items():
        if name == "applications":
            frame = frame.selectExpr("*", f"{others_since()} AS others_since", *before)
        frame.createOrReplaceTempView(name)
