"""Expectations of our own beside those of Great Expectations; registered there when this module is imported."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)

from schemas.credit_code import is_valid

_PARENTS: dict[str, pa.Array] = {}
"""Identifiers of the tables already checked; kept here so that they never travel through a suite's JSON."""


def remember_parents(parents: Mapping[str, str], tables: Mapping[str, pd.DataFrame]) -> None:
    """Keep the identifiers that the columns in `parents` (column: table) may hold; none where that table is absent."""
    for column, parent in parents.items():
        known = tables[parent][column] if parent in tables else pd.Series(dtype="str")
        _PARENTS[f"{parent}.{column}"] = pa.array(known, type=pa.large_string())


class _InParent(ColumnMapMetricProvider):
    condition_metric_name = "column_values.techcredit_in_parent"
    condition_value_keys = ("parent", "parent_column")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, parent: str, parent_column: str, **_: Any) -> pd.Series:
        values = pa.array(column, type=pa.large_string())
        known = pc.is_in(values, value_set=_PARENTS[f"{parent}.{parent_column}"])
        return pd.Series(known.to_numpy(zero_copy_only=False), index=column.index)


class ExpectInParent(ColumnMapExpectation):
    """Expect every value to occur in a column of a table checked before."""

    parent: str
    parent_column: str
    map_metric = "column_values.techcredit_in_parent"
    success_keys = ("parent", "parent_column", "mostly")
    args_keys = ("column", "parent", "parent_column")


class _DayBetween(ColumnMapMetricProvider):
    condition_metric_name = "column_values.techcredit_day_between"
    condition_value_keys = ("first", "last")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, first: str | None, last: str | None, **_: Any) -> pd.Series:
        met = pd.Series(True, index=column.index)
        if first is not None:
            met &= column >= pd.Timestamp(first)
        if last is not None:
            met &= column <= pd.Timestamp(last)
        return met


class ExpectDayBetween(ColumnMapExpectation):
    """Expect every day not to lie before `first` nor after `last` (ISO days); compares columns, not values."""

    first: str | None = None
    last: str | None = None
    map_metric = "column_values.techcredit_day_between"
    success_keys = ("first", "last", "mostly")
    args_keys = ("column", "first", "last")


class _CheckDigit(ColumnMapMetricProvider):
    condition_metric_name = "column_values.techcredit_check_digit"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **_: Any) -> pd.Series:
        return is_valid(column)


class ExpectCheckDigit(ColumnMapExpectation):
    """Expect every unified social credit code to carry its right check digit."""

    map_metric = "column_values.techcredit_check_digit"
    args_keys = ("column",)
