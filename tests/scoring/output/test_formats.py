"""CSV, XLSX and Parquet of scores: the same values, and no text that a program takes for a formula."""

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from scoring.output import columns, parquet, xlsx
from scoring.output import csv as comma

TEXTS = ["=1+1", "+86", "-3", "@SUM(A1)", "\tx", "\rx", "＝1", 'say "甲", ok', "", None, "plain _x0041_ \x07"]


def scores() -> pd.DataFrame:
    """A score for each of TEXTS, which stands in `compared`."""
    number = len(TEXTS)
    values: dict[str, object] = {
        field.name: [0.5] * number if pa.types.is_floating(field.type) else ["t"] * number for field in columns.SCHEMA
    }
    values |= {"application_id": [f"a{i}" for i in range(number)], "compared": TEXTS}
    values |= {"as_of": pd.Timestamp("2024-02-29"), "pd": [None, 1e-300, 0.1, float("inf")] + [-0.25] * (number - 4)}
    return pd.DataFrame(values)[columns.SCHEMA.names]


@pytest.fixture
def parts() -> list[pa.Table]:
    table = columns.table(scores())
    return [table[:4], table[4:]]


def test_a_column_that_decided_gained_is_a_fault_and_not_left_out() -> None:
    with pytest.raises(ValueError, match="wanted the columns of a score"):
        columns.table(scores().assign(more=1))


def test_csv_says_the_same_and_holds_no_formula(parts: list[pa.Table], tmp_path: Path) -> None:
    comma.write(parts, tmp_path / "scores.csv")
    raw = (tmp_path / "scores.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == columns.SCHEMA.names
    told = [row["compared"] for row in rows]
    assert told[:4] == ["'=1+1", "'+86", "'-3", "'@SUM(A1)"]
    assert told[6:8] == ["'＝1", 'say "甲", ok']
    assert not any(text.lstrip()[:1] in tuple("=+-@＝") for text in told if text.strip())
    assert [row["as_of"] for row in rows] == ["2024-02-29"] * len(TEXTS)
    assert [row["pd"] for row in rows[:5]] == ["", "1e-300", "0.1", "inf", "-0.25"]
    assert told[4:6] == ["\\tx", "\\rx"]
    assert len(raw.splitlines()) == len(TEXTS) + 1
    assert raw.count(b',"",') == 1  # the empty text; a missing one has no quotes


def test_xlsx_says_the_same_to_two_readers_and_holds_no_formula(parts: list[pa.Table], tmp_path: Path) -> None:
    path = tmp_path / "scores.xlsx"
    xlsx.write(parts, path)
    sheet = openpyxl.load_workbook(path)["scores"]
    names, *rows = [list(row) for row in sheet.iter_rows()]
    assert [cell.value for cell in names] == columns.SCHEMA.names
    at = columns.SCHEMA.names.index("compared")
    assert {cell.data_type for row in rows for cell in row} <= {"s", "inlineStr", "n", "d"}
    # openpyxl gives what is written as _x0007_ as it stands; Excel shows the sign.
    told = [row[at].value for row in rows]
    assert told[:5] == TEXTS[:5]
    assert told[7] == TEXTS[7]
    assert told[9] is None
    assert rows[0][columns.SCHEMA.names.index("as_of")].value == pd.Timestamp("2024-02-29").to_pydatetime()
    other = CalamineWorkbook.from_path(path).get_sheet_by_name("scores").to_python()
    place = columns.SCHEMA.names.index("pd")
    assert [row[place] for row in other[1:6]] == ["", 1e-300, 0.1, "inf", -0.25]
    assert other[8][at] == TEXTS[7]


def test_parquet_is_read_back_alike(parts: list[pa.Table], tmp_path: Path) -> None:
    parquet.write(parts, tmp_path / "scores.parquet")
    assert pq.read_table(tmp_path / "scores.parquet").equals(pa.concat_tables(parts))


@pytest.mark.parametrize(("name", "write"), [("csv", comma.write), ("xlsx", xlsx.write), ("parquet", parquet.write)])
def test_the_same_parts_give_the_same_bytes(
    name: str, write: Callable[[list[pa.Table], Path], None], parts: list[pa.Table], tmp_path: Path
) -> None:
    for number in "12":
        write(parts, tmp_path / f"{number}.{name}")
    assert (tmp_path / f"1.{name}").read_bytes() == (tmp_path / f"2.{name}").read_bytes()


def test_more_rows_than_a_sheet_has_are_refused() -> None:
    xlsx.require_rows(1_048_575)
    with pytest.raises(xlsx.SheetError, match=r"at most 1,048,575 applications .* 1,048,576\. Write them as csv"):
        xlsx.require_rows(1_048_576)


def test_a_text_longer_than_a_cell_is_refused(tmp_path: Path) -> None:
    rows = scores().assign(compared="x" * 32_768)
    with pytest.raises(xlsx.SheetError, match=r"texts of at most 32,767 signs for a cell of Excel; got one of 32,768"):
        xlsx.write([columns.table(rows)], tmp_path / "scores.xlsx")
