"""A bank's own expectations: reject or warn, without code; and suites as Great Expectations itself reads them."""

import json
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
import pytest
import yaml

from schemas.bank_suites import BankSuiteError, bank_suites
from schemas.checks import checked_folder, checks, write_check
from schemas.conform import conform, write_table
from schemas.tables import TABLES

DAY = pd.Timestamp("2024-06-30")
PRODUCT = {
    "type": "expect_column_values_to_be_in_set",
    "kwargs": {"column": "product", "value_set": ["tech loan"]},
    "severity": "critical",
    "description": "product is one the bank sells",
    "meta": {"rule": "product_known", "zh": "产品在售"},
}
SMALL = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "amount", "min_value": 10.0},
    "severity": "warning",
}
MEAN = {
    "type": "expect_column_mean_to_be_between",
    "kwargs": {"column": "amount", "max_value": 1.0},
    "severity": "warning",
    "meta": {"rule": "mean_amount"},
}


def suite(*expectations: dict[str, Any], name: str = "applications") -> dict[str, Any]:
    return {"name": name, "expectations": list(expectations)}


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "tables"
    ids = ["a1", "a2", "a3"]
    applications = pd.DataFrame(
        {"application_id": ids, "enterprise_id": "e", "as_of": "2023-01-01", "amount": [5.0, 50.0, 50.0]}
    ).assign(exposure=1.0, product=["tech loan", "mortgage", "tech loan"])
    write_table(conform(pd.DataFrame({"enterprise_id": ["e"]}), TABLES["enterprises"]), "enterprises", folder)
    write_table(conform(applications, TABLES["applications"]), "applications", folder)
    return folder


@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_a_critical_expectation_rejects_and_a_warning_counts(tables: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"own.{ending}"
    content = {"suites": [suite(PRODUCT, SMALL, MEAN)]}
    path.write_text(json.dumps(content) if ending == "json" else yaml.safe_dump(content), encoding="utf8")
    wanted = checks(expectations=path)
    result, day = checked_folder(tables, DAY, wanted)
    quality = next(q for q in result.quality if q.table == "applications")
    assert [(r.application_id, r.rules) for r in result.rejects["applications"].itertuples()] == [
        ("a2", ["product_known"])
    ]
    assert (quality.kept, quality.broken["product_known"], quality.warned["bank_2"]) == (2, 1, 1)
    assert quality.warned["mean_amount"] == 3
    report = write_check(result, day, wanted, tmp_path / "quality")
    told = {r["rule"]: r for t in report["tables"] for r in (*t["broken"], *t["warned"])}
    assert (told["product_known"]["en"], told["product_known"]["zh"]) == ("product is one the bank sells", "产品在售")


def test_the_suites_and_results_are_great_expectations_own_and_the_same_every_time(
    tables: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "applications.json").write_text(json.dumps(suite(PRODUCT)), encoding="utf8")
    for folder in ("once", "again"):
        wanted = checks(expectations=own)
        write_check(*checked_folder(tables, DAY, wanted), wanted, tmp_path / folder)
    files = sorted(p.relative_to(tmp_path / "once") for p in (tmp_path / "once").rglob("*.json"))
    assert Path("expectations/applications.bank1.result.json") in files
    for file in files:
        assert (tmp_path / "once" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()
    derived = json.loads((tmp_path / "once" / "expectations" / "applications.suite.json").read_text(encoding="utf8"))
    opened = gx.ExpectationSuite(name=derived["name"], expectations=derived["expectations"])
    assert len(opened.expectations) == len(derived["expectations"]) > 10
    found = json.loads(
        (tmp_path / "once" / "expectations" / "applications.bank1.result.json").read_text(encoding="utf8")
    )
    assert (found["success"], found["results"][0]["result"]["unexpected_count"]) == (False, 1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (suite(PRODUCT, name="loans"), "the name of a suite must be one of enterprises, .*; got 'loans'"),
        (suite({**SMALL, "type": "expect_the_best"}), "expectation 1: 'expect_the_best' cannot be used"),
        (
            suite({**SMALL, "kwargs": {"column": "amuont", "min_value": 1}}),
            "table applications has no column amuont; it has",
        ),
        (suite({**MEAN, "severity": "critical"}), "speaks of the table as a whole, so no row can be rejected by it"),
        (suite(PRODUCT, PRODUCT), "product_known is the name of another rule"),
        (suite({**SMALL, "meta": {"rule": "amount_range"}}), "amount_range is the name of another rule"),
        ({"name": "applications"}, "wanted a suite with name and expectations"),
    ],
)
def test_a_suite_that_cannot_be_used_is_a_sentence(tmp_path: Path, content: dict[str, Any], sentence: str) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps(content), encoding="utf8")
    with pytest.raises(BankSuiteError, match=sentence):
        bank_suites(path)


def test_a_suite_file_that_is_absent_or_no_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("a: [", encoding="utf8")
    for name in ("own.yaml", "none.yaml"):
        with pytest.raises(BankSuiteError, match=rf"cannot read the expectations in .*{name}"):
            bank_suites(tmp_path / name)


def test_a_critical_expectation_with_mostly_is_refused(tmp_path: Path) -> None:
    kwargs = {"column": "days_past_due", "max_value": 10, "mostly": 0.5}
    suite = {"name": "conduct", "expectations": [{"type": "expect_column_values_to_be_between", "kwargs": kwargs}]}
    (tmp_path / "conduct.JSON").write_text(json.dumps(suite), encoding="utf8")
    with pytest.raises(BankSuiteError, match="with mostly rejects no row while it is met as a whole"):
        bank_suites(tmp_path)


@pytest.mark.parametrize("expectations", [3, ["x"], [{"kwargs": {}}], [{"type": "t", "meta": [1]}]])
def test_expectations_of_another_form_are_refused(tmp_path: Path, expectations: object) -> None:
    (tmp_path / "s.json").write_text(json.dumps({"name": "conduct", "expectations": expectations}), encoding="utf8")
    with pytest.raises(BankSuiteError, match="wanted a list of expectations, each with type"):
        bank_suites(tmp_path)
