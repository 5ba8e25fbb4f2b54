"""Great Expectations suites from the derived rules; the only module that imports great_expectations."""

import logging
import os
from collections.abc import Mapping
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)

from schemas.credit_code import is_valid
from schemas.declarations import Table
from schemas.rules import Rule, rules

logging.getLogger("great_expectations").setLevel(logging.ERROR)

ROW = "_row"
"""Position of a row in the table as it came, so that a failing row is found again."""

_PARENTS: dict[str, pd.Index] = {}
"""Identifiers of the tables already checked; kept here so that they never travel through a suite's JSON."""


class _InParent(ColumnMapMetricProvider):
    condition_metric_name = "column_values.techcredit_in_parent"
    condition_value_keys = ("parent", "parent_column")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, parent: str, parent_column: str, **_: Any) -> pd.Series:
        return column.isin(_PARENTS[f"{parent}.{parent_column}"])


class ExpectInParent(ColumnMapExpectation):
    """Expect every value to occur in a column of a table checked before."""

    parent: str
    parent_column: str
    map_metric = "column_values.techcredit_in_parent"
    success_keys = ("parent", "parent_column", "mostly")
    args_keys = ("column", "parent", "parent_column")


class _CheckDigit(ColumnMapMetricProvider):
    condition_metric_name = "column_values.techcredit_check_digit"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **_: Any) -> pd.Series:
        return is_valid(column)


class ExpectCheckDigit(ColumnMapExpectation):
    """Expect every unified social credit code to carry its right check digit."""

    map_metric = "column_values.techcredit_check_digit"
    args_keys = ("column",)


def expectation(rule: Rule, table: Table, extracted_on: pd.Timestamp) -> gxe.Expectation:
    """The Great Expectations form of one rule; a fresh object each time, since one belongs to one suite only."""
    about = {"meta": {"rule": rule.name}, "description": rule.meaning.en}
    column = rule.columns[0]
    match rule.kind:
        case "required":
            return gxe.ExpectColumnValuesToNotBeNull(column=column, **about)
        case "range":
            return gxe.ExpectColumnValuesToBeBetween(
                column=column, min_value=rule.bounds[0], max_value=rule.bounds[1], **about
            )
        case "values":
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(rule.bounds), **about)
        case "pattern":
            return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=f"^(?:{rule.bounds[0]})$", **about)
        case "check_digit":
            return ExpectCheckDigit(column=column, **about)
        case "unique" if len(rule.columns) == 1:
            return gxe.ExpectColumnValuesToBeUnique(column=column, **about)
        case "unique":
            return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(rule.columns), **about)
        case "parent":
            return ExpectInParent(column=column, parent=rule.bounds[0], parent_column=column, **about)
        case "order":
            earlier, later = rule.columns
            return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=later, column_B=earlier, or_equal=True, ignore_row_if="either_value_is_missing", **about
            )
        case "extracted":
            return gxe.ExpectColumnValuesToBeBetween(column=column, max_value=extracted_on, **about)


def broken(
    frame: pd.DataFrame, table: Table, parents: Mapping[str, pd.DataFrame], extracted_on: pd.Timestamp
) -> dict[str, list[int]]:
    """Positions of the rows that break each rule of `table`; every rule has an entry, empty where all rows meet it.

    Two passes: the first only counts, the second fetches rows for the rules that failed; a pass with rows is slow.

    Raises
    ------
    RuntimeError
        When Great Expectations could not evaluate a rule.
    """
    for column, parent in table.parents.items():
        _PARENTS[f"{parent}.{column}"] = pd.Index(parents[parent][column]) if parent in parents else pd.Index([])
    derived = rules(table)
    numbered = frame.assign(**{ROW: range(len(frame))})
    found: dict[str, list[int]] = {rule.name: [] for rule in derived}
    first = _run(numbered, table, derived, extracted_on, {"result_format": "BOOLEAN_ONLY"})
    failing = [rule for rule in derived if not first[rule.name]["success"]]
    if failing:
        rows = _run(
            numbered,
            table,
            failing,
            extracted_on,
            {"result_format": "COMPLETE", "unexpected_index_column_names": [ROW]},
        )
        for rule in failing:
            found[rule.name] = sorted(
                {int(i[ROW]) for i in rows[rule.name]["result"].get("unexpected_index_list") or []}
            )
    return found


def _run(
    frame: pd.DataFrame, table: Table, wanted: Any, extracted_on: pd.Timestamp, result_format: Mapping[str, Any]
) -> dict[str, Any]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset(table.name)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name=table.name, expectations=[expectation(r, table, extracted_on) for r in wanted])
    results = {}
    for result in batch.validate(suite, result_format=dict(result_format)).results:
        raised = [
            v for v in (result.exception_info or {}).values() if isinstance(v, dict) and v.get("raised_exception")
        ]
        if raised or (result.exception_info or {}).get("raised_exception"):
            rule = result.expectation_config.meta["rule"]
            message = f"table {table.name}: rule {rule} could not be evaluated: {result.exception_info}"
            raise RuntimeError(message)
        results[result.expectation_config.meta["rule"]] = {"success": result.success, "result": result.result}
    return results
