"""The as-of SQL in Spark's dialect, as text; that the values are equal is tested where a Spark runs."""

import subprocess
import sys

import pytest

from features.as_of import SQL
from features.queries import QUERIES
from scoring.spark.dialect import SPACES, spark_sql
from scoring.spark.errors import SparkError


def test_a_cast_to_decimals_rounds_the_binary_value_half_away_from_zero() -> None:
    assert spark_sql("SELECT CAST(a AS DECIMAL(18, 2)) AS x FROM t") == (
        "SELECT (CAST(CAST(ROUND(CAST(a AS DOUBLE) * CAST(100 AS DOUBLE)) AS BIGINT) AS DECIMAL(18, 0)) "
        "* CAST('0.01' AS DECIMAL(2, 2))) AS x FROM t"
    )


def test_what_lies_within_a_rewritten_part_is_rewritten_too() -> None:
    found = spark_sql("SELECT CAST(a / 2.5 AS DECIMAL(18, 2)) AS x FROM t")
    assert "ROUND(CAST(CAST(a AS DOUBLE) / CAST('2.5' AS DOUBLE) AS DOUBLE) * CAST(100 AS DOUBLE))" in found


def test_days_between_and_spaces_are_those_of_the_other_engine() -> None:
    assert spark_sql("SELECT datediff('day', a, b) AS x FROM t") == "SELECT DATEDIFF(b, a) AS x FROM t"
    assert f"TRIM(BOTH '{SPACES}' FROM a)" in spark_sql("SELECT trim(a) AS x FROM t")


def test_a_number_of_rows_over_a_whole_table_becomes_one_per_group() -> None:
    found = spark_sql("SELECT ROW_NUMBER() OVER (ORDER BY e, d NULLS FIRST) AS place FROM t")
    assert found == "SELECT STRUCT(e AS of, ROW_NUMBER() OVER (PARTITION BY e ORDER BY d) AS place) AS place FROM t"
    named = "SELECT ROW_NUMBER() OVER w AS n FROM t WINDOW w AS (PARTITION BY e ORDER BY d DESC)"
    assert "ROW_NUMBER() OVER w AS n" in spark_sql(named)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_query_uses_only_what_both_engines_answer_alike(query) -> None:
    found = spark_sql((SQL / f"{query.name}.sql").read_text(encoding="utf8"), query.name)
    assert all(name in found for name in query.columns)


def test_a_function_that_is_not_known_to_be_equal_is_refused() -> None:
    message = r"features/sql/x.sql: wanted functions that give the same values .*; got arg_max, strange"
    with pytest.raises(SparkError, match=message):
        spark_sql("SELECT arg_max(a, b) AS x, strange(c) AS y FROM t", "features/sql/x.sql")


def test_a_program_given_on_the_command_line_of_python_goes_on_where_pyspark_is_installed() -> None:
    code = "import schemas.check, scoring.spark.job; print('imported')"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "imported\n"), done.stderr
