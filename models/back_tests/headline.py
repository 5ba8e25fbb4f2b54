"""The few figures of a validation that stand beside those of other runs."""

from collections.abc import Mapping
from typing import Any

from models.back_tests.limits import SEVERITIES
from policy.segments import STAGES

OF_GROUP = ("auc", "ks", "brier", "log_loss", "level", "cox_slope", "cox_intercept")


def headline_of(validation: Mapping[str, Any]) -> dict[str, float]:
    """Figures of a validation.json under flat names; those that could not be measured are left out.

    `validation_auc`, `_ks`, `_brier`, `_log_loss`, `_level` (mean PD over default rate), `_cox_slope`,
    `_cox_intercept`, `_psi` and `_level_p` (two-sided, adjusted) of all out-of-time loans; AUC and level per stage;
    tests with a limit and those that exceed it; findings per severity.
    """
    groups = validation["groups"]
    total = groups["total"]["total"]
    found: dict[str, float | None] = {name: total.get(name) for name in OF_GROUP}
    for stage in STAGES:
        of = groups["stage"].get(stage, {})
        found |= {f"auc_{stage}": of.get("auc"), f"level_{stage}": of.get("level")}
    tests = validation["tests"]
    found |= {"psi": _of(tests, "psi_score", "value"), "level_p": _of(tests, "level", "p_holm")}
    found["tests_with_limit"] = sum(record["verdict"] != "no_verdict" for record in tests)
    found["tests_exceeded"] = sum(record["verdict"] == "exceeded" for record in tests)
    for severity in SEVERITIES:
        found[f"findings_{severity}"] = sum(each["severity"] == severity for each in validation["findings"])
    return {f"validation_{name}": float(value) for name, value in found.items() if value is not None}


def _of(tests: list[dict[str, Any]], test: str, figure: str) -> float | None:
    for record in tests:
        if record["test"] == test and record["dimension"] == "total":
            value: float | None = record[figure]
            return value
    return None
