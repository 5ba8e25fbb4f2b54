"""A bank's files imported and checked: what became of every row is printed, written, and decides the exit code."""

import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines.commands.data import checks_asked, import_tables, validate_tables
from pipelines.params import ParamsError, section
from pipelines.validate import ValidateParams, check
from schemas.account import LIMITS, TooManyRejectedError
from schemas.checks import checks

MAPPING = """
tables:
  enterprises: {from: e.csv, columns: {enterprise_id: cust, founded_on: founded}}
  borrowings:
    from: b.csv
    columns: {enterprise_id: cust, lender_id: bank, reported_on: day, line: {from: line, unit: 万元}}
  applications:
    from: a.csv
    columns: {application_id: app, enterprise_id: cust, as_of: day, amount: amt, exposure: amt}
"""
ENTERPRISES = [f"C{i},2015-01-0{i}" for i in range(1, 6)]
BORROWINGS = [f"C{i},B1,2023-01-31,100" for i in range(1, 6)]
APPLICATIONS = [f"A{i},C{i},2024-01-10,1000000" for i in range(1, 6)]


@pytest.fixture
def imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Imports a bank of five enterprises, with other lines where they are given, into a folder."""

    def run(enterprises=ENTERPRISES, borrowings=BORROWINGS, applications=APPLICATIONS) -> Path:
        for name, head, lines in (
            ("e", "cust,founded", enterprises),
            ("b", "cust,bank,day,line", borrowings),
            ("a", "app,cust,day,amt", applications),
        ):
            (tmp_path / f"{name}.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf8")
        (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf8")
        import_tables(tmp_path / "mapping.yaml", str(tmp_path), tmp_path / "tables")
        return tmp_path / "tables"

    return run


def test_rows_delivered_twice_are_imported_once_and_told(imported, capsys) -> None:
    tables = imported(borrowings=[*BORROWINGS, *BORROWINGS])
    said = capsys.readouterr().out
    assert "borrowings: rows in 10 = kept 5 + rejected 0 + identical duplicates 5\n" in said
    assert json.loads((tables / "summary.json").read_text(encoding="utf8"))["tables"]["borrowings"]["duplicates"] == 5
    validate_tables(tables, None, None, checks())
    assert "borrowings: rows in 5 = kept 5 + rejected 0" in capsys.readouterr().out


def test_rows_of_one_key_that_differ_are_all_rejected(imported, capsys) -> None:
    with pytest.raises(TooManyRejectedError, match="table borrowings: 2 of 6 rows were rejected"):
        validate_tables(imported(borrowings=[*BORROWINGS, "C1,B1,2023-01-31,200"]), None, None, checks())
    assert "unique_key 2" in capsys.readouterr().out


def test_a_line_of_nines_and_a_blank_id_reject_their_row_and_nothing_else(imported, tmp_path, capsys) -> None:
    nines = [*BORROWINGS[:-1], "C5,B1,2023-01-31,9999999999999"]
    tables = imported(enterprises=[*ENTERPRISES, ",2016-01-01"], borrowings=nines)
    validate_tables(tables, tmp_path / "quality", None, checks())
    said = capsys.readouterr().out
    assert "enterprises: rows in 6 = kept 5 + rejected 1 + identical duplicates 0; enterprise_id_required 1" in said
    assert "borrowings: rows in 5 = kept 4 + rejected 1 + identical duplicates 0; line_range 1" in said
    kept = pd.read_parquet(tmp_path / "quality" / "rejects" / "borrowings.parquet")
    assert kept[["enterprise_id", "line"]].to_numpy().tolist() == [["C5", pytest.approx(1e17)]]
    assert list(kept["rules"][0]) == ["line_range"]
    assert "line" in (tmp_path / "quality" / "quality.html").read_text(encoding="utf8")


@pytest.mark.parametrize(("name", "lost"), [("C9", 1), ("ｃ１", 0)])
def test_a_record_of_nobody_is_told_and_one_written_differently_is_not_lost(
    imported, tmp_path, capsys, name, lost
) -> None:
    tables = imported(borrowings=[*BORROWINGS, f"{name},B2,2023-01-31,100"])
    validate_tables(tables, tmp_path / "checked", None, checks())
    said = "note: table borrowings: records nobody can attribute: 1 (no identifier, or one that fits nobody)"
    assert (said in capsys.readouterr().out) is bool(lost)
    summary = json.loads((tmp_path / "checked" / "summary.json").read_text(encoding="utf8"))
    assert summary["unattributed"] == ({"borrowings": lost} if lost else {})
    assert summary["tables"]["borrowings"]["broken"] == {"enterprise_id_in_enterprises": 1}


def test_sentinel_days_of_founding_are_rejected_or_told_and_too_many_end_with_three(imported, capsys) -> None:
    sentinels = ["C1,0001-01-01", "C2,1900-01-01", "C3,1970-01-01", "C4,9999-12-31", "C5,2023-01-01"]
    with pytest.raises(TooManyRejectedError, match="table enterprises: 3 of 5 rows were rejected") as left:
        imported(enterprises=sentinels)
    assert left.value.exit_code == 3
    assert "founded_on_unreadable 3" in capsys.readouterr().out


def test_a_day_that_programs_write_for_zero_is_told(imported, capsys) -> None:
    validate_tables(imported(enterprises=["C1,1970-01-01", *ENTERPRISES[1:]]), None, None, checks())
    assert "founded_on_not_unix_zero 1 (warning)" in capsys.readouterr().out


def test_the_step_writes_everything_before_it_ends_with_three(imported, tmp_path) -> None:
    tables = imported(applications=[line.replace("1000000", "0") for line in APPLICATIONS])
    with pytest.raises(TooManyRejectedError, match=r"every application was rejected \(5 of 5 rows\)"):
        check(tables, tmp_path / "valid", pd.Timestamp("2024-06-30"), checks())
    assert len(pd.read_parquet(tmp_path / "valid" / "enterprises.parquet")) == 5
    assert len(pd.read_parquet(tmp_path / "valid" / "rejects" / "applications.parquet")) == 5
    told = json.loads((tmp_path / "valid" / "summary.json").read_text(encoding="utf8"))
    assert told["tables"]["applications"]["broken"] == {"exposure_range": 5}
    assert told["exceeded"]
    assert (tmp_path / "valid" / "expectations" / "applications.result.json").exists()


def test_limits_come_from_the_parameters(imported, tmp_path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("validate: {default: {rejected_limit: {borrowings: 0.5}}}", encoding="utf8")
    tables = imported(borrowings=[*BORROWINGS, "C1,B1,2023-01-31,200"])
    validate_tables(tables, None, None, checks_asked(path, None))
    path.write_text("train: {}", encoding="utf8")
    with pytest.raises(ParamsError, match="wanted section validate with default"):
        checks_asked(path, None)


def test_the_projects_own_parameters_state_the_limits_that_stand() -> None:
    assert section("validate", ValidateParams, "simulated").checks().limits == LIMITS


@pytest.mark.parametrize("default", ["{rejected_limits: {default: 0.5}}", "nothing", "{rejected_limit: [1]}"])
def test_limits_nobody_asked_for_by_their_name_are_refused(tmp_path, default) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(f"validate: {{default: {default}}}", encoding="utf8")
    with pytest.raises(ParamsError, match="section validate, default: wanted rejected_limit"):
        checks_asked(path, None)
