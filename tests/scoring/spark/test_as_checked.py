"""Tables on Spark are scored only as their check left them: account, gap rows, keys, day; and read as `score` does."""

import json
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("pyspark", reason="the extra spark is not installed")
pytest.importorskip("sqlglot", reason="the extra spark is not installed")

from pyspark.sql import SparkSession

from pipelines.commands.score_spark import score_on_spark
from schemas.bank_suites import BankSuite
from schemas.checks import Checks
from schemas.compiled.text import WHITE
from schemas.folder import read_tables
from schemas.tables import TABLES
from scoring.bundle import Bundle
from scoring.spark.account import account_at, require_as_checked
from scoring.spark.errors import SparkError
from scoring.spark.tables import read
from tests.scoring.small_bank import DAY
from tests.scoring.spark.conftest import BANK

pytestmark = pytest.mark.spark


REGISTERED = {"version": "v1", "champion": False, "promoted_on": None, "promoted_by": None, "override": None}


@pytest.fixture
def run(spark: SparkSession, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the command takes for a registered run with the small bank's models, scored on the shared Spark."""
    told = {"open_bundle": bundle, "of_model": REGISTERED, "checked_by": None, "digest": None}
    for name, found in told.items():
        monkeypatch.setattr(f"pipelines.commands.opened_run.{name}", lambda *_, found=found: found)
    monkeypatch.setattr("scoring.spark.session.session", lambda *_, **__: nullcontext(spark))
    return tmp_path / "run"


def change(path: Path, column: str, values: pa.Array) -> None:
    """Write the table with other values in a column, as they are: pandas would write NaN as missing."""
    table = pq.read_table(path)
    pq.write_table(table.set_column(table.schema.get_field_index(column), column, values), path)


def test_another_day_than_that_of_the_check_is_refused(refused: Callable[..., bool], checked: Path) -> None:
    sentence = r"wanted the day of extraction that .* was checked for, 2024-06-30 \(summary.json\); got 2024-06-29"
    assert refused(checked, sentence, day=DAY - pd.Timedelta(days=1))
    assert refused(f"file://{checked}", sentence, day=DAY - pd.Timedelta(days=1))


@pytest.mark.parametrize("place", ["{}", "file://{}", "spark-database:bank"])
def test_expectations_for_tables_that_were_checked_before_are_refused(
    place: str, checked: Path, run: Path, tmp_path: Path
) -> None:
    wanted = Checks(bank=(BankSuite("headcount", (), {}, {}),))
    with pytest.raises(SparkError, match=r"wanted no expectations of the bank for .*; got suites of headcount"):
        score_on_spark(run, place.format(checked), str(tmp_path / "out"), None, wanted)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no such file"),
        ("", "it is no JSON"),
        ("no", "it is no JSON"),
        ("[]", "it is no object of JSON"),
        ("{}", "it has no day in extracted_on"),
        ('{"extracted_on": "2024-06-30", "tables": {}}', "its tables are not those of a bank"),
        ('{"extracted_on": "2024-06-30", "tables": {"applications": {"kept": 1}}}', "in applications"),
    ],
)
def test_a_folder_without_the_account_of_its_check_is_refused(
    text: str | None, said: str, refused: Callable[..., bool], checked: Path
) -> None:
    (checked / "summary.json").unlink()
    if text is not None:
        (checked / "summary.json").write_text(text, encoding="utf8")
    assert refused(checked, rf"wanted the account of the check, as validation leaves it, in .*summary.json; .*{said}")
    assert refused(f"file://{checked}", said)


def test_gap_rows_that_are_not_those_of_the_check_are_refused(refused: Callable[..., bool], checked: Path) -> None:
    gaps, path = pd.read_parquet(checked / "gaps.parquet"), checked / "gaps.parquet"
    assert list(gaps["table"]) == ["headcount"]
    for wrong, sentence in (
        (gaps.iloc[:0], r"wanted the gap rows that the check of .* left; got 0 of headcount instead of 1"),
        (pd.concat([gaps, gaps]), "got 2 of headcount instead of 1"),
        (gaps.assign(table="conduct"), "got 0 of headcount instead of 1, 1 of conduct instead of 0"),
        (gaps.assign(table="staff"), "got 1 of a table 'staff', 0 of headcount"),
        (gaps.assign(enterprise_id=pd.Series([None], dtype="str")), "1 of headcount without enterprise_id instead of"),
        (gaps.assign(rules=pd.Series([" "], dtype="str")), "got 1 without rules"),
        (gaps.drop(columns=["rules", "known_on"]), "table gaps: wanted column known_on, rules; the table has table"),
        (gaps.assign(known_on="today"), "table gaps, column known_on: wanted date; got string"),
    ):
        wrong.to_parquet(path, index=False)
        assert refused(checked, sentence)


@pytest.mark.parametrize("place", ["{}", "file://{}"])
def test_tables_and_gap_rows_exchanged_for_as_many_others_are_refused(
    place: str, refused: Callable[..., bool], checked: Path
) -> None:
    for name in ("headcount", "gaps"):
        path = checked / f"{name}.parquet"
        left = path.read_bytes()
        rows = pd.read_parquet(path)
        rows.assign(enterprise_id=rows["enterprise_id"].to_numpy()[::-1] if len(rows) > 1 else "e0").to_parquet(path)
        assert path.read_bytes() != left
        assert refused(
            place.format(checked), rf"as their check left them, by the SHA-256 .* got {name}.parquet changed"
        )
        path.write_bytes(left)


@pytest.mark.parametrize("files", ["none", "few"])
def test_files_that_the_account_does_not_seal_are_refused(
    files: str, refused: Callable[..., bool], checked: Path
) -> None:
    account = json.loads((checked / "summary.json").read_text(encoding="utf8"))
    account["files"] = {n: d for n, d in account["files"].items() if files == "few" and n != "headcount.parquet"}
    (checked / "summary.json").write_text(json.dumps(account), encoding="utf8")
    assert refused(f"file://{checked}", "headcount.parquet.* added")


def test_a_table_that_the_check_did_not_leave_is_refused(refused: Callable[..., bool], checked: Path) -> None:
    conduct = pd.DataFrame({c.name: pd.Series(dtype="str") for c in TABLES["conduct"].columns if c.dtype == "string"})
    days = {c.name: pd.Series(dtype="datetime64[us]") for c in TABLES["conduct"].columns if c.dtype == "date"}
    conduct.assign(**days).to_parquet(checked / "conduct.parquet", index=False)
    assert refused(checked, r"kept \(summary.json\); got conduct, which it did not leave")


def test_a_table_that_says_nothing_may_lie_there_as_validation_leaves_it(spark: SparkSession, checked: Path) -> None:
    told = {**account_at(spark, str(checked)), "says_nothing": ["enterprises"]}
    assert require_as_checked(read(spark, str(checked)), told, "bank")["enterprises"] == BANK


@pytest.mark.parametrize("table", ["applications", "enterprises"])
def test_a_key_that_is_there_twice_or_blank_is_refused(table: str, refused: Callable[..., bool], checked: Path) -> None:
    key, path = TABLES[table].key[0], checked / f"{table}.parquet"
    ids = pq.read_table(path)[key].to_pylist()
    change(path, key, pa.array([ids[1], *ids[1:]]))
    once = rf"wanted every {key} once, as a check leaves it; got {len(ids)} rows of {len(ids) - 1}"
    assert refused(checked, rf"table {table} in .*: {once}")
    change(path, key, pa.array([" \u3000", *ids[1:]]))
    assert refused(checked, rf"table {table} in .*: wanted a value in .*{key}.* of every row, .*; 1 of {len(ids)} rows")


def test_a_database_is_held_against_what_every_check_leaves(
    spark: SparkSession, refused: Callable[..., bool], checked: Path
) -> None:
    spark.sql("CREATE DATABASE again")
    for path in checked.glob("*.parquet"):
        spark.read.parquet(str(path)).write.saveAsTable(f"again.{path.stem}")
    sentence = "wanted no day of extraction for spark-database:again, whose check left none to compare with; got 2024"
    assert refused("spark-database:again", sentence, day=DAY)
    spark.sql("INSERT INTO again.applications SELECT * FROM again.applications LIMIT 1")
    assert refused("spark-database:again", "wanted every application_id once")
    spark.sql("DROP TABLE again.gaps")
    spark.sql("CREATE TABLE again.gaps AS SELECT 'headcount' AS `table`, 'e1' AS enterprise_id")
    assert refused("spark-database:again", "table gaps: wanted column application_id, known_on, rules")


def test_numbers_that_are_none_and_blank_texts_are_missing_as_for_score(spark: SparkSession, checked: Path) -> None:
    staff, asked = checked / "headcount.parquet", checked / "applications.parquet"
    change(staff, "staff", pa.array([np.nan, *map(float, range(1, pq.read_metadata(staff).num_rows))]))
    kinds = ["", *map(chr, WHITE), "".join(map(chr, WHITE)), " a ", "\ufeff", "\u200b"]
    products = kinds + ["loan"] * (pq.read_metadata(asked).num_rows - len(kinds))
    change(asked, "product", pa.array(products))
    plain, tables = read_tables(checked), read(spark, str(checked))
    for name, column in (("headcount", "staff"), ("applications", "product")):
        found = pd.Series(tables[name].select(column).toArrow()[column].to_pylist())
        assert sorted(found.dropna()) == sorted(plain[name][column].dropna())
        assert 0 < found.isna().sum() == plain[name][column].isna().sum()


def test_the_summary_tells_rows_that_the_import_could_not_read_and_the_registered_version(
    bank: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = Path(shutil.copytree(bank, tmp_path / "tables"))
    lines = {"source": ["s", "s"], "row": [3, 3], "rule": ["staff_number", "rd_staff_number"], "enterprise_id": "e3"}
    (tables / "rejects").mkdir()
    pd.DataFrame(lines).to_parquet(tables / "rejects" / "headcount.parquet", index=False)
    score_on_spark(run, str(tables), str(tmp_path / "out"), DAY.to_pydatetime(), Checks())
    told = json.loads((tmp_path / "out.summary.json").read_text(encoding="utf8"))
    assert told["unread_at_import"] == {"headcount": 1}
    assert told["data_gaps"]["headcount (rd_staff_number,staff_number)"] == 2
    assert told["registered_as"] == REGISTERED
    assert "note: v1 is not the champion of its registry" in capsys.readouterr().out
