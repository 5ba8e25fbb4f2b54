"""The tiny run of the report's tests with a validation of it: six records, four of them beyond their limit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reports.inputs import Inputs, Json
from reports.validation.facts import Reproduction, Validated

PARTS = ("development", "calibration", "certification", "out_of_time")


def figures(mean_pd: float, rate: float, **others: Any) -> dict[str, Any]:
    """Figures of a group of 500 loans, 25 of them defaulted."""
    known = {"loans": 500, "defaults": 25, "mean_pd": mean_pd, "default_rate": rate}
    ends = {"default_rate_low": rate - 0.01, "default_rate_high": rate + 0.01}
    ranked = {"auc": 0.64, "auc_low": 0.6, "auc_high": 0.68, "ks": 0.3, "somers_d": 0.28}
    return {**known, **ends, **ranked, "brier": 0.04, "log_loss": 0.2, "absent": None, **others}


def record(test: str, dimension: str, group: str, value: float | None, **others: Any) -> dict[str, Any]:
    """A test record that informs, unless `others` says more."""
    empty = dict.fromkeys(("p_value", "p_holm", "p_correlated", "limit", "limit_kind", "limit_figure", "severity"))
    facts = {"statistic": "psi", "null": "none", "loans": 500, "defaults": 25, "source": "this project"}
    told = {"test": test, "dimension": dimension, "group": group, "value": value, "why": "informs"}
    return {**empty, **facts, **told, "verdict": "no_verdict", **others}


def exceeded(test: str, dimension: str, group: str, value: float, severity: str, **others: Any) -> dict[str, Any]:
    """A record beyond its limit."""
    limit = {"limit": 0.05, "limit_kind": "policy", "limit_figure": test, "why": None}
    return record(test, dimension, group, value, severity=severity, verdict="exceeded", **{**limit, **others})


def finding(of: Json, **others: Any) -> dict[str, Any]:
    """The finding of a record."""
    same = {name: of[name] for name in ("test", "dimension", "group", "value", "limit", "severity")}
    name = f"{of['test']}/{of['dimension']}/{of['group']}"
    said = {"id": name, "owner": "", "found_on": "2014-12-31", "due": "2015-03-31", "status": "open", "note": ""}
    return {**same, **said, **others}


def _validation() -> dict[str, Any]:
    startup = exceeded("level", "stage", "startup", 1.55, "high", p_value=0.0002, p_holm=0.0004)
    tests = [
        startup,
        exceeded("auc_least", "stage", "startup", 0.64, "medium", limit=0.7),
        exceeded("psi_feature", "feature", "loan_amount", 0.4, "low", limit=0.25),
        exceeded("psi_feature", "feature", "guaranteed_share", 0.3, "low", limit=0.25),
        record("level", "total", "total", 1.02, p_value=0.4, p_holm=0.4, limit=0.05, verdict="met", why=None),
        record("hosmer_lemeshow", "total", "total", 9.1, p_value=0.3),
    ]
    part = {"loans": 10, "defaults": 2, "from": "2006-01-02", "to": "2008-12-30", "mean_pd": 0.05}
    grade = {"grade": "G1", "share": 0.2, "share_development": 0.3, **figures(0.03, 0.02)}
    quarter = {"quarter": "2006Q1", "loans": 100, "defaults": 12, "auc": 0.7, "auc_low": 0.6, "auc_high": 0.8}
    return {
        "source": "sba",
        "built_on": "2014-12-31",
        "samples": {name: {**part, "default_rate": 0.044} for name in PARTS},
        "groups": {
            "total": {"total": figures(0.05, 0.049)},
            "stage": {"startup": figures(0.068, 0.044), "growth": figures(0.03, 0.03)},
            "size_class": {"micro": figures(0.05, 0.05)},
        },
        "tests": tests,
        "findings": [finding(test) for test in tests if test["verdict"] == "exceeded"],
        "grades": {"scale": [grade], "told_apart_p": {}},
        "migration": {"pairs": 3, "months": 24, "grades": ["G1"], "matrix": None, "absent": "few_loans"},
        "auc_by_quarter": {"total": {"quarters": [quarter], "penalty": 1.0, "trend": None}},
        "stability": [{"feature": "loan_amount", "psi": 0.4, "psi_p": 0.0, "missing_before": 0.1}],
    }


REPRODUCTION = Reproduction(
    commit="c" * 40,
    changed=True,
    installed={"python": "3.11.0"},
    manifest="a" * 64,
    params={"train": {"seed": 7, "members": ["additive", "linear"]}, "threshold": {"delta": 0.1}},
)


@pytest.fixture
def validated(inputs: Inputs) -> Validated:
    """The tiny run, validated."""
    found = _validation()
    facts = {"period_months": 24, "periods": 5, "window_periods": 5}
    models = {stage: {**model, "facts": {**model["facts"], **facts}} for stage, model in inputs.models.items()}
    return Validated(replace(inputs, models=models), found, found["findings"], REPRODUCTION)


@pytest.fixture
def with_findings(validated: Validated) -> Callable[..., Validated]:
    """The tiny run with other findings."""

    def make(*findings: Json) -> Validated:
        return replace(validated, findings=findings)

    return make
