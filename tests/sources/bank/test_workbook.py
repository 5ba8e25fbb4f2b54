"""Excel workbooks: sheet, header row, types of cells, and what would look empty without a word."""

import datetime as dt
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.bank.part import BankDataError
from sources.bank.reading import Reading, read

MAPPING = """
tables:
  statements:
    from: 报表.xlsx
    defaults: {period: annual}
    columns:
      enterprise_id: 客户号
      period_end: 期末
      revenue: {from: 营业收入, unit: 万元}
"""
HEADER = ["客户号", "期末", "营业收入"]
DAY = dt.date(2023, 12, 31)


def workbook(*rows: list[object], name: str = "数据") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    return book


def reading(folder: Path, book: openpyxl.Workbook, mapping: str = MAPPING) -> Reading:
    book.save(folder / "报表.xlsx")
    (folder / "mapping.yaml").write_text(mapping, encoding="utf8")
    return read(folder / "mapping.yaml", str(folder))


def test_numbers_texts_and_days_of_a_sheet_are_read(tmp_path):
    rows = [
        ["0012", DAY, 1.5],
        [600100, "2023年12月31日", "1,234.5"],
        ["C3", dt.datetime.combine(DAY, dt.time(8)), None],
    ]
    found = reading(tmp_path, workbook(HEADER, *rows))
    table = found.tables["statements"]
    assert table["enterprise_id"].tolist() == ["0012", "600100", "C3"]
    assert table["period_end"].tolist() == [pd.Timestamp(DAY)] * 3
    assert table["revenue"].fillna(-1).tolist() == [15_000.0, 12_345_000.0, -1.0]
    assert found.accounts[0].source == "报表.xlsx, sheet 数据"


@pytest.mark.parametrize(
    ("row", "got"),
    [
        (["C1", DAY, "#N/A"], "#N/A"),
        (["C1", DAY, "=1/0"], "=1/0 (a formula without a stored value)"),
        (["C1", 45291, 1], "45291"),
        (["C1", dt.time(3, 4), 1], "03:04:00"),
        (["C1", DAY, DAY], "2023-12-31"),
        ([DAY, DAY, 1], "2023-12-31"),
        ([5.3e17, DAY, 1], "530000000000000000"),
        ([600100.5, DAY, 1], "600100.5"),
    ],
)
def test_a_cell_that_is_no_value_of_its_column_is_a_bad_value_with_its_row(tmp_path, row, got):
    book = workbook(HEADER, ["C0", DAY, 1], row)
    for cell in book.active[3]:
        if cell.value == "#N/A":
            cell.data_type = "e"
    found = reading(tmp_path, book)
    assert [(b.source, b.row, b.got) for b in found.bad] == [("报表.xlsx, sheet 数据", 3, got)]
    assert (found.kept("statements"), found.rejected("statements")) == (1, 1)


def test_a_formula_with_a_stored_value_is_its_value(tmp_path):
    book = workbook(HEADER, ["C0", DAY, "=1+1"])
    book.save(tmp_path / "报表.xlsx")
    with_value(tmp_path / "报表.xlsx", "2")
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf8")
    assert read(tmp_path / "mapping.yaml", str(tmp_path)).tables["statements"]["revenue"].tolist() == [20_000.0]


def with_value(path: Path, value: str) -> None:
    """Store a value for every formula of the workbook, as Excel does; openpyxl writes none."""
    import zipfile

    with zipfile.ZipFile(path) as book:
        members = {name: book.read(name) for name in book.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    sheet = re.sub(r"</f><v\s*/>|</f><v></v>", f"</f><v>{value}</v>", sheet)
    members["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, content in members.items():
            book.writestr(name, content)


def test_rows_are_numbered_as_the_workbook_shows_them_and_blank_ones_are_counted(tmp_path):
    book = openpyxl.Workbook()
    for place, value in {"C4": "客户号", "D4": "期末", "E4": "营业收入", "C7": "C1", "D7": "x", "E7": 1}.items():
        book.active[place] = value
    found = reading(tmp_path, book)
    assert [(b.row, b.got) for b in found.bad] == [(7, "x")]
    assert (found.accounts[0].rows_in, found.accounts[0].blank) == (1, 2)


def test_a_merged_title_above_the_header_that_the_mapping_names_does_no_harm(tmp_path):
    book = workbook(["2023 年报"], HEADER, ["C1", DAY, 1])
    book.active.merge_cells("A1:C1")
    mapping = MAPPING.replace("from: 报表.xlsx", "from: 报表.xlsx\n    header: 2")
    assert reading(tmp_path, book, mapping).kept("statements") == 1
    with pytest.raises(
        BankDataError, match=r"报表.xlsx, sheet 数据, row 1: wanted every cell by itself .*A1:C1 are merge"
    ):
        reading(tmp_path, book)


def test_merged_cells_among_the_rows_are_an_error(tmp_path):
    book = workbook(HEADER, ["C1", DAY, 1], [None, DAY, 2])
    book.active.merge_cells("A2:A3")
    with pytest.raises(BankDataError, match=r"row 2: wanted every cell by itself .*; A2:A3 are merged"):
        reading(tmp_path, book)


def test_a_hidden_sheet_is_read_only_by_its_name(tmp_path):
    book = workbook(HEADER, ["C1", DAY, 1])
    hidden = book.create_sheet("旧")
    for row in (HEADER, ["C9", DAY, 1]):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    assert reading(tmp_path, book).tables["statements"]["enterprise_id"].tolist() == ["C1"]
    mapping = MAPPING.replace("from: 报表.xlsx", "from: 报表.xlsx\n    sheet: 旧")
    assert reading(tmp_path, book, mapping).tables["statements"]["enterprise_id"].tolist() == ["C9"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", r"报表.xlsx: wanted one visible sheet, or its name under sheet; it has 数据, 二 \(and hidden: 三\)"),
        ("\n    sheet: 四", r"报表.xlsx: wanted sheet 四; it has 数据, 二 \(and hidden: 三\)"),
        ("\n    sheet: 二", r"报表.xlsx, sheet 二: wanted a header; the sheet ends before it"),
        ("\n    sheet: 数据\n    header: 9", r"sheet 数据: wanted a header in row 9; the sheet ends before it"),
    ],
)
def test_a_sheet_that_is_not_there_or_not_the_only_one_is_an_error(tmp_path, line, message):
    book = workbook(HEADER, ["C1", DAY, 1])
    book.create_sheet("二")
    book.create_sheet("三").sheet_state = "veryHidden"
    with pytest.raises(BankDataError, match=message):
        reading(tmp_path, book, MAPPING.replace("from: 报表.xlsx", "from: 报表.xlsx" + line))


def test_a_value_under_a_column_without_a_name_is_an_error(tmp_path):
    with pytest.raises(BankDataError, match=r"row 2: wanted nothing under the column without a name .*; got '9'"):
        reading(tmp_path, workbook([*HEADER, None], ["C1", DAY, 1, 9]))


def test_a_damaged_workbook_is_an_error_that_names_it(tmp_path):
    reading(tmp_path, workbook(HEADER, *[[f"C{i}", DAY, i] for i in range(50)]))
    whole = (tmp_path / "报表.xlsx").read_bytes()
    for place in range(100, len(whole), 200):
        (tmp_path / "报表.xlsx").write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        try:
            found = read(tmp_path / "mapping.yaml", str(tmp_path))
        except BankDataError as error:
            assert "file 报表.xlsx" in str(error)  # noqa: PT017
        else:
            assert found.kept("statements") == 50


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ids=st.lists(
        st.integers(0, 10**15 - 1) | st.from_regex(r"[0-9A-Z]{1,20}", fullmatch=True).filter(lambda t: "E" not in t),
        min_size=1,
        max_size=8,
    ),
    day=st.dates(dt.date(1900, 3, 1), dt.date(2099, 12, 31)),
)
def test_identifiers_and_days_come_back_from_a_workbook(tmp_path, ids, day):
    found = reading(tmp_path, workbook(HEADER, *([i, day, 1] for i in ids)))
    assert found.tables["statements"]["enterprise_id"].tolist() == [str(i) for i in ids]
    assert set(found.tables["statements"]["period_end"]) == {pd.Timestamp(day)}
