"""As-of quantities on Spark: every query of features/sql on the views of a session, packed to one row per application.

The answers of the queries are packed into arrays and brought together by one shuffle: joined side by side they would
all be sorted at once by every task, which takes more memory than a task has.
"""

from collections.abc import Mapping, Sequence
from functools import reduce

from pyspark.sql import DataFrame, SparkSession

from features.as_of import SQL
from features.declarations import Query
from features.queries import QUERIES
from schemas.gaps import KEYS
from scoring.spark.dialect import spark_sql
from scoring.spark.packing import GAP, IDENTITY, kinds
from scoring.spark.tables import GAPS

TOLD = "told"
"""Column of what is known of an application: an array of (query, numbers, days, texts)."""


def packed(spark: SparkSession, tables: Mapping[str, DataFrame], queries: Sequence[Query] = QUERIES) -> DataFrame:
    """One row per application: `application_id` and TOLD, in no order; `scoring.spark.packing.unpacked` reads it.

    `tables` are the views of the session. A query one of whose tables is not there gives no part.
    """
    parts = [_part("SELECT * FROM applications", IDENTITY, texts=("enterprise_id",), days=("as_of",)), *_gaps(tables)]
    for number, query in enumerate(queries):
        if all(name in tables for name in query.tables):
            numbers, days, texts = kinds(query)
            parts.append(_part(answer(query), number, numbers, days, texts))
    rows = reduce(DataFrame.unionAll, (spark.sql(part) for part in parts))
    told = f"collect_list(named_struct('query', query, 'numbers', numbers, 'days', days, 'texts', texts)) AS {TOLD}"
    rows.createOrReplaceTempView("packed_rows")
    return spark.sql(f"SELECT application_id, {told} FROM packed_rows GROUP BY application_id")


def answer(query: Query) -> str:
    """The query in Spark's SQL, from its one definition in features/sql."""
    name = f"{query.name}.sql"
    return spark_sql((SQL / name).read_text(encoding="utf8"), f"features/sql/{name}")


def _part(
    sql: str, number: int, numbers: Sequence[str] = (), days: Sequence[str] = (), texts: Sequence[str] = ()
) -> str:
    arrays = (("numbers", numbers, "DOUBLE"), ("days", days, "TIMESTAMP_NTZ"), ("texts", texts, "STRING"))
    listed = ", ".join(
        f"CAST(array({', '.join(f'CAST(`{c}` AS {kind})' for c in columns)}) AS ARRAY<{kind}>) AS {name}"
        for name, columns, kind in arrays
    )
    return f"SELECT application_id, {number} AS query, {listed} FROM ({sql})"


def _gaps(tables: Mapping[str, DataFrame]) -> list[str]:
    """Rejected rows beside every application that they may speak of: of its enterprise, or of itself."""
    if GAPS not in tables:
        return []
    own = ", ".join(f"'{name}'" for name, key in KEYS.items() if key == "application_id")
    told = "a.application_id, g.`table`, g.enterprise_id, g.application_id AS of_application, g.rules, g.known_on"
    of_enterprise = f"JOIN {GAPS} g ON g.enterprise_id = a.enterprise_id AND g.`table` NOT IN ({own})"
    of_application = f"JOIN {GAPS} g ON g.application_id = a.application_id AND g.`table` IN ({own})"
    texts = ("table", "enterprise_id", "of_application", "rules")
    return [
        _part(f"SELECT {told} FROM applications a {join}", GAP, texts=texts, days=("known_on",))
        for join in (of_enterprise, of_application)
    ]
