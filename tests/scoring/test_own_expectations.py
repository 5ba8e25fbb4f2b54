"""The bank's own expectations: SQL finds the rows that Great Expectations finds, or leaves the suite to it."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from features.engine import engine
from schemas.checks import Checks, checks
from schemas.compiled.bank import compiled
from schemas.tables import TABLES
from scoring.stream_check import stream_check
from tests.scoring.drawn_tables import write_tables
from tests.scoring.same_check import assert_same

DAY = pd.Timestamp("2024-06-30")
NAN, INF = float("nan"), float("inf")
CODES = ["A1", "A1\n", "a1", "٣", "x y", "A1\n\n", "中", None]
ROWS = {
    "application_id": ["1", "2", "3", "4", "5", "6", "7", "8"],
    "enterprise_id": ["e"] * 8,
    "as_of": pd.to_datetime(["2023-01-01"] * 8),
    "product": CODES,
    "lender": ["A1", "b", None, "b", "c", "d", "d", None],
    "amount": [0.0, 1.0, 2.0, 3.0, 1e12, 5.0, 6.0, 6.0],
    "exposure": [1.0] * 8,
    "guaranteed": [NAN, 1.0, 3.0, -0.0, 1.0, NAN, 6.0, 7.0],
    "jobs_kept": [NAN, NAN, 1.0, 1.0, 2.0, 3.0, NAN, 4.0],
    "jobs_planned": [NAN, 1.0, 1.0, 0.0, 2.0, NAN, 5.0, 4.0],
    "accepted": [True, False, None, True, True, False, None, None],
}
SQL: list[tuple[str, dict[str, Any]]] = [
    ("expect_column_values_to_not_be_null", {"column": "product"}),
    ("expect_column_values_to_not_be_null", {"column": "jobs_kept", "mostly": 0.6}),
    ("expect_column_values_to_not_be_null", {"column": "jobs_kept", "mostly": 0.7}),
    ("expect_column_values_to_not_be_null", {"column": "collateral", "mostly": 0.1}),
    ("expect_column_values_to_be_null", {"column": "guaranteed"}),
    ("expect_column_values_to_be_null", {"column": "collateral"}),
    ("expect_column_values_to_be_between", {"column": "amount", "min_value": 1, "max_value": 6.0}),
    ("expect_column_values_to_be_between", {"column": "amount", "min_value": 1, "strict_min": True}),
    ("expect_column_values_to_be_between", {"column": "guaranteed", "max_value": 3, "strict_max": True}),
    ("expect_column_values_to_be_between", {"column": "term_months", "max_value": 3}),
    ("expect_column_values_to_be_between", {"column": "guaranteed", "min_value": 0, "max_value": 6, "mostly": 0.8}),
    ("expect_column_values_to_be_between", {"column": "guaranteed", "min_value": 0, "max_value": 6, "mostly": 0.84}),
    ("expect_column_values_to_be_in_set", {"column": "product", "value_set": ["A1", "中"]}),
    ("expect_column_values_to_be_in_set", {"column": "amount", "value_set": [0, 1, 2.0]}),
    ("expect_column_values_to_be_in_set", {"column": "accepted", "value_set": [True]}),
    ("expect_column_values_to_not_be_in_set", {"column": "product", "value_set": ["A1", "中"]}),
    ("expect_column_values_to_not_be_in_set", {"column": "guaranteed", "value_set": [0, 7]}),
    ("expect_column_values_to_match_regex", {"column": "product", "regex": "^[A-Z][0-9]$"}),
    ("expect_column_values_to_match_regex", {"column": "product", "regex": r"\d"}),
    ("expect_column_values_to_match_regex", {"column": "product", "regex": r"(?:[^\d]|\S)\s*\Z"}),
    ("expect_column_values_to_match_regex", {"column": "product", "regex": r"^(?:A\d|.{1}|x .)$"}),
    ("expect_column_values_to_not_match_regex", {"column": "product", "regex": r"\s"}),
    ("expect_column_values_to_not_match_regex", {"column": "product", "regex": "[a-z]+?$"}),
    ("expect_column_value_lengths_to_be_between", {"column": "product", "min_value": 2, "max_value": 3}),
    ("expect_column_value_lengths_to_be_between", {"column": "product", "max_value": 3, "strict_max": True}),
    ("expect_column_value_lengths_to_equal", {"column": "product", "value": 2}),
    ("expect_column_values_to_be_unique", {"column": "lender"}),
    ("expect_column_values_to_be_unique", {"column": "amount", "mostly": 0.75}),
    ("expect_compound_columns_to_be_unique", {"column_list": ["lender", "jobs_kept"]}),
    (
        "expect_compound_columns_to_be_unique",
        {"column_list": ["enterprise_id", "lender"], "ignore_row_if": "any_value_is_missing"},
    ),
    ("expect_compound_columns_to_be_unique", {"column_list": ["lender", "accepted"], "ignore_row_if": "never"}),
    ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "jobs_planned", "column_B": "jobs_kept"}),
    (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "amount", "column_B": "guaranteed", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
    ),
    (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "amount", "column_B": "guaranteed", "ignore_row_if": "neither"},
    ),
    ("expect_column_pair_values_to_be_equal", {"column_A": "jobs_planned", "column_B": "jobs_kept"}),
    (
        "expect_column_pair_values_to_be_equal",
        {"column_A": "jobs_planned", "column_B": "jobs_kept", "ignore_row_if": "either_value_is_missing"},
    ),
]
LEFT: list[tuple[str, dict[str, Any]]] = [
    ("expect_column_values_to_match_regex", {"column": "product", "regex": r"\w"}),
    ("expect_column_values_to_match_regex", {"column": "product", "regex": "(?i)a"}),
    ("expect_column_values_to_match_regex", {"column": "product", "regex": "(?=A)."}),
    ("expect_column_values_to_match_regex", {"column": "product", "regex": "(A)\\1"}),
    ("expect_column_values_to_match_regex", {"column": "product", "regex": "(?:A$)b"}),
    ("expect_column_values_to_be_in_set", {"column": "product", "value_set": ["A1", 1]}),
    ("expect_column_values_to_be_in_set", {"column": "amount", "value_set": [2**60]}),
    ("expect_column_values_to_be_between", {"column": "amount", "min_value": 1, "row_condition": "amount > 0"}),
    ("expect_column_values_to_be_between", {"column": "as_of", "min_value": "2020-01-01"}),
    ("expect_column_values_to_be_between", {"column": "amount", "min_value": 3, "max_value": 1}),
    ("expect_column_pair_values_to_be_equal", {"column_A": "product", "column_B": "lender"}),
    ("expect_column_mean_to_be_between", {"column": "amount", "max_value": 1.0}),
    ("expect_column_values_to_be_increasing", {"column": "amount"}),
]
ROW_WISE_LEFT = ("expect_column_values_to_match_regex", {"column": "product", "regex": r"^\w\w$"})


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    rows = pd.DataFrame(ROWS).astype({"accepted": "boolean"})
    # Identical rows are no rows of their own for these expectations either.
    applications = pa.Table.from_pandas(pd.concat([rows, rows.iloc[:2]]), preserve_index=False)
    write_tables({"enterprises": pa.table({"enterprise_id": ["e"]}), "applications": applications}, tmp_path / "tables")
    return tmp_path / "tables"


def _severity(kwargs: dict[str, Any]) -> str:
    return "warning" if {"mostly", "max_value"} & set(kwargs) else "critical"


def own(path: Path, expectations: list[tuple[str, dict[str, Any]]]) -> Checks:
    listed = [{"type": kind, "kwargs": kwargs, "severity": _severity(kwargs)} for kind, kwargs in expectations]
    path.write_text(json.dumps({"name": "applications", "expectations": listed}), encoding="utf8")
    return checks(expectations=path)


def test_sql_finds_the_rows_that_great_expectations_finds(tables: Path, tmp_path: Path) -> None:
    wanted = own(tmp_path / "own.json", SQL)
    assert all(compiled(e, TABLES["applications"]) is not None for e in wanted.bank[0].expectations)
    assert_same(tables, tmp_path / "work", DAY, wanted)


@pytest.mark.parametrize(("kind", "kwargs"), LEFT)
def test_what_sql_cannot_say_exactly_is_left_to_great_expectations(kind: str, kwargs: dict[str, Any]) -> None:
    assert compiled({"type": kind, "kwargs": kwargs}, TABLES["applications"]) is None


def test_a_suite_with_one_of_them_is_checked_by_great_expectations_and_a_sentence_says_so(
    tables: Path, tmp_path: Path
) -> None:
    wanted = own(tmp_path / "own.json", [SQL[12], LEFT[11], ROW_WISE_LEFT])
    assert_same(tables, tmp_path / "work", DAY, wanted)
    with engine("200MB", 1) as base:
        found = stream_check(base, tables, tmp_path / "work", tmp_path / "rejects", DAY, wanted)
    assert found.in_memory == (
        "table applications: expect_column_mean_to_be_between, expect_column_values_to_match_regex of the bank's own "
        "expectations cannot be checked in parts; Great Expectations checks that suite on the whole table in memory",
    )
    assert (tables / "applications.parquet").exists()
