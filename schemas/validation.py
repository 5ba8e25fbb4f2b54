"""One table validated by Great Expectations: the rows that break each expectation, and the result as its users know it.

A batch is validated once, with the positions of the rows that fail; what Great Expectations adds about the run itself
(when it was, its random identifiers) is left out, so that the same tables give the same files.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx
import pandas as pd

logging.getLogger("great_expectations").setLevel(logging.ERROR)

_LONG = ("unexpected_list", "unexpected_index_list", "unexpected_index_query")
"""Parts of a result that grow with the rows; the rejects hold them in full."""


@dataclass(frozen=True)
class Outcome:
    """What came of one suite: rows by the rule in each expectation's meta, `suite` and `result` as plain GX JSON.

    `rows` are the labels of the frame's index, in order; `unmet` names the rules that failed as a whole.
    """

    rows: dict[str, list[int]] = field(default_factory=dict)
    unmet: frozenset[str] = frozenset()
    suite: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)


class Engine:
    """Great Expectations in memory, without progress bars and without files."""

    def __init__(self) -> None:
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        self._source = self._context.data_sources.add_pandas("memory")

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
