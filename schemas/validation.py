"""One table validated by Great Expectations: the rows that break each expectation, and the result as its users know it.

A batch is validated once, with the positions of the rows that fail; what Great Expectations adds about the run itself
(when it was, its random identifiers) is left out, so that the same tables give the same files.
"""

import logging
from collections.abc import Mapping
from typing import Any

import great_expectations as gx
import pandas as pd

from schemas.custom import remember_parents
from schemas.declarations import Table
from schemas.expectations import suite as declared_suite
from schemas.outcome import Outcome

logging.getLogger("great_expectations").setLevel(logging.ERROR)

_LONG = ("unexpected_list", "unexpected_index_list", "unexpected_index_query")
"""Parts of a result that grow with the rows; the rejects hold them in full."""


class Engine:
    """Great Expectations in memory, without progress bars and without files."""

    def __init__(self) -> None:
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        self._source = self._context.data_sources.add_pandas("memory")

    def declared(
        self, frame: pd.DataFrame, table: Table, parents: Mapping[str, pd.DataFrame], extracted_on: pd.Timestamp
    ) -> Outcome:
        """`frame` validated by the rules of its declaration.

        It has the columns of `schemas.direct.with_helpers`; `parents` are the fit rows of the tables it points to.
        """
        remember_parents(table.parents, parents)
        return self.outcome(frame, declared_suite(table, extracted_on))

    def outcome(self, frame: pd.DataFrame, suite: gx.ExpectationSuite) -> Outcome:
        """`frame` validated by `suite`; every expectation carries its rule's name in meta.

        Raises
        ------
        RuntimeError
            When Great Expectations could not evaluate a rule.
        """
        columns = {e.meta["rule"]: e for e in suite.expectations}
        if not columns:
            return Outcome(suite=_suite(suite))
        asset = self._source.add_dataframe_asset(f"{suite.name}-{len(self._source.assets)}")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
        found = batch.validate(suite, result_format={"result_format": "COMPLETE"})
        rows, unmet = {}, []
        for result in found.results:
            rule = result.expectation_config.meta["rule"]
            _refuse_exception(result, f"table {suite.name}: rule {rule}")
            failing = () if result.success else result.result.get("unexpected_index_list") or ()
            rows[rule] = sorted({int(at) for at in failing})
            unmet += [] if result.success else [rule]
            for name in _LONG:
                result.result.pop(name, None)
        ordered = {rule: rows[rule] for rule in columns}
        return Outcome(ordered, frozenset(unmet), _suite(suite), _result(found, list(columns)))


def _refuse_exception(result: Any, where: str) -> None:
    info = result.exception_info or {}
    raised = [i for i in (info, *info.values()) if isinstance(i, dict) and i.get("raised_exception")]
    if raised:
        message = f"{where} could not be evaluated: {raised[0].get('exception_message')}"
        raise RuntimeError(message)


def _suite(suite: gx.ExpectationSuite) -> dict[str, Any]:
    content: dict[str, Any] = suite.to_json_dict()
    content.pop("id", None)
    for expectation in content["expectations"]:
        expectation.pop("id", None)
    return content


def _result(found: Any, order: list[str]) -> dict[str, Any]:
    content: dict[str, Any] = found.to_json_dict()
    kept = ("success", "suite_name", "suite_parameters", "statistics", "results")
    for entry in content["results"]:
        config = entry["expectation_config"]
        config.pop("id", None)
        config["kwargs"].pop("batch_id", None)
    content["results"].sort(key=lambda entry: order.index(entry["expectation_config"]["meta"]["rule"]))
    version = content["meta"]["great_expectations_version"]
    return {name: content[name] for name in kept} | {"meta": {"great_expectations_version": version}}
