"""Files that would grow beyond memory are refused with a sentence, before memory goes."""

import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sources.bank import csv_text, workbook_bounds
from sources.bank.csv_text import CsvForm, records
from sources.bank.parquet_part import open_parquet
from sources.bank.part import BankDataError
from sources.bank.workbook import open_sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'
MEGABYTES = 700
"""Memory of the process that opens a bomb; a workbook of a few rows needs less than 200."""


def with_parts(path: Path, **parts: str | bytes) -> Path:
    """A small workbook with some of its files replaced, `sheet` and `strings` among them."""
    openpyxl.Workbook().save(path)
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml", "book": "xl/workbook.xml"}
    new = {names.get(name, name): content for name, content in parts.items()}
    with zipfile.ZipFile(path) as book:
        kept = {name: book.read(name) for name in book.namelist() if name not in new}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in (kept | new).items():
            book.writestr(name, content)
    return path


def long_sheet(path: Path) -> Path:
    return with_parts(path, sheet=SHEET.format("<row>" + " " * 60_000_000 + "</row>"))


def far_cell(path: Path) -> Path:
    """Two cells, the first and the last of a sheet: 17 billion cells with those between."""
    cell = '<row><c r="A1"><v>1</v></c></row><row  r = "1048576"><c s="1"\n r = \'XFD1048576\'><v>1</v></c></row>'
    return with_parts(path, sheet=SHEET.format(cell))


def shared_text(path: Path) -> Path:
    """One text of 32,767 characters in 100,000 cells: 3 GB."""
    rows = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>' for r in range(1, 100_001))
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 32_767}</t></si></sst>'
    return with_parts(path, sheet=SHEET.format(rows), strings=strings)


def lying_size(path: Path) -> Path:
    """A sheet of 60 MB whose directory says that it has 1,000 bytes."""
    long_sheet(path)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(content)
    return path


def many_entries(path: Path) -> Path:
    return with_parts(path, **{f"xl/{n}": "" for n in range(workbook_bounds.MOST_ENTRIES)})


def twice(path: Path) -> Path:
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path, "a") as book, pytest.warns(UserWarning, match="Duplicate name"):
        book.writestr("xl/worksheets/sheet1.xml", SHEET.format(""))
    return path


BOMBS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "long_sheet": (long_sheet, r"content packed at most 200 times; xl/worksheets/sheet1.xml packs 60,\d+,\d+ bytes"),
    "far_cell": (far_cell, r"a sheet of at most 50,000,000 cells; .*sheet1.xml has 1,048,576 rows of 16,384"),
    "shared_text": (shared_text, r"at most 1,000,000,000 characters in a sheet; .*sheet1.xml has 3,27\d,\d+,\d+"),
    "lying_size": (lying_size, r"a workbook; it is damaged"),
    "many_entries": (many_entries, r"at most 10,000 files in the workbook; it has 10,0"),
    "twice": (twice, r"every file in the workbook once; one name comes more than once"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_workbook_that_would_grow_beyond_bounds_is_refused(tmp_path: Path, name: str) -> None:
    made, match = BOMBS[name]
    with pytest.raises(BankDataError, match=rf"file a.xlsx: wanted .*{match}"):
        open_sheet(made(tmp_path / "a.xlsx"), None, None)


@pytest.mark.parametrize("name", ["long_sheet", "far_cell", "shared_text", "lying_size"])
def test_it_is_refused_before_memory_goes(tmp_path: Path, name: str) -> None:
    path = BOMBS[name][0](tmp_path / "a.xlsx")
    code = (
        "import resource, sys; from pathlib import Path; from sources.bank.workbook import open_sheet\n"
        f"resource.setrlimit(resource.RLIMIT_DATA, ({MEGABYTES}_000_000,) * 2)\n"
        "try: open_sheet(Path(sys.argv[1]), None, None)\n"
        "except Exception as error: print(type(error).__name__)"
    )
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout) == (0, "BankDataError\n"), done.stderr


def test_bounds_that_are_kept_change_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in range(200):
        book.active.append([f"text {row}", row, "the same text"])
    book.save(tmp_path / "a.xlsx")
    rows = [cells for _, cells in open_sheet(tmp_path / "a.xlsx", None, None).rows()]
    assert rows[199] == ["text 199", 199, "the same text"]


def test_shared_texts_are_counted_across_the_borders_of_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>{r % 3}</v></c></row>' for r in range(1, 301))
    strings = f'<sst xmlns="{MAIN}">' + "".join(f"<si><t>{'x' * n}</t></si>" for n in (10, 20, 30)) + "</sst>"
    path = with_parts(tmp_path / "a.xlsx", sheet=SHEET.format(rows), strings=strings)
    tags = len("<t></t>")
    monkeypatch.setattr(workbook_bounds, "MOST_SHARED", 100 * (60 + 3 * tags) - 1)
    for block in (601, 700, 1 << 20):
        monkeypatch.setattr(workbook_bounds, "BLOCK", block)
        with pytest.raises(BankDataError, match=r"sheet1.xml has 8,100"):
            open_sheet(path, None, None)
    monkeypatch.setattr(workbook_bounds, "MOST_SHARED", 100 * (60 + 3 * tags))
    open_sheet(path, None, None)


def test_entities_of_xml_that_multiply_are_refused(tmp_path: Path) -> None:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        text = book.read("xl/workbook.xml").decode()
    bomb = f"<!DOCTYPE x [{entities}]>" + text.replace("Sheet", "&i;Sheet")
    sheet = SHEET.format('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>')
    with pytest.raises(BankDataError, match=r"file a.xlsx"):
        open_sheet(with_parts(tmp_path / "a.xlsx", book=bomb, sheet=sheet), None, None)


def test_a_line_without_end_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)  # a hole: NUL bytes without a line break
    with pytest.raises(BankDataError, match=r"file a.csv, line 1: a line of more than 4,000,000 characters"):
        next(records(path, CsvForm("utf8", ",")))


def test_a_cell_of_100_megabytes_is_refused_and_its_line_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3," + "x" * 100_000_000 + "\n", encoding="utf8")
    with pytest.raises(BankDataError, match=r"file a.csv, line 3: a line of more than"):
        list(records(path, CsvForm("utf8", ",")))
    path.write_text("a,b\n1," + "x" * 200_000 + "\n", encoding="utf8")
    with pytest.raises(BankDataError, match=r"file a.csv, line 2: a field of more than 131,072 characters"):
        list(records(path, CsvForm("utf8", ",")))
    path.write_text('a,b\n1,"' + "x\n" * 200_000 + '"\n', encoding="utf8")
    with pytest.raises(BankDataError, match=r"file a.csv, line 2"):
        list(records(path, CsvForm("utf8", ",")))


def test_a_line_as_long_as_allowed_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "LONGEST_LINE", 5)
    path = tmp_path / "a.csv"
    path.write_bytes(b"abc\r\n1,2\r\n")
    assert [record.fields for record in records(path, CsvForm("utf8", ","))] == [["abc"], ["1", "2"]]
    path.write_bytes(b"abc\r\n1,23\r\n")
    with pytest.raises(BankDataError, match=r"file a.csv, line 2: a line of more than 5 characters"):
        list(records(path, CsvForm("utf8", ",")))


def test_a_nul_byte_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,\x002\n")
    with pytest.raises(BankDataError, match=r"file a.csv, line 2: wanted text; got a NUL byte"):
        list(records(tmp_path / "a.csv", CsvForm("utf8", ",")))


def test_a_billion_rows_in_a_small_parquet_file_are_refused(tmp_path: Path) -> None:
    rows = pa.table({"id": pa.DictionaryArray.from_arrays(np.zeros(20_000_000, dtype="int32"), ["x"])})
    pq.write_table(rows, tmp_path / "a.parquet", row_group_size=20_000_000)
    with pytest.raises(
        BankDataError, match=r"file a.parquet: wanted at most 2 rows per byte.*; got 20,000,000 rows in"
    ):
        open_parquet(tmp_path / "a.parquet")


def test_a_long_text_in_every_row_of_a_parquet_file_is_refused(tmp_path: Path) -> None:
    texts = pa.DictionaryArray.from_arrays(np.zeros(100_000, dtype="int32"), ["x" * 20_000])
    pq.write_table(pa.table({"id": texts}), tmp_path / "a.parquet", store_schema=False)
    part = open_parquet(tmp_path / "a.parquet")
    with pytest.raises(BankDataError, match=r"at most 1,000,000,000 bytes of text in 100,000 rows; got more"):
        next(part.chunks(["id"]))


def test_texts_of_a_parquet_file_come_as_they_were(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "id": pd.Series(["a", None, "b", "a"], dtype="str"),
            "kind": pd.Categorical(["x", "y", None, "x"]),
            "number": pd.Series([1, None, 3, 4], dtype="Int64"),
            "raw": [b"1", None, b"2", b"1"],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    (rows,) = open_parquet(tmp_path / "a.parquet").chunks(list(frame))
    assert rows.frame["id"].fillna("-").tolist() == ["a", "-", "b", "a"]
    assert rows.frame["kind"].fillna("-").tolist() == ["x", "y", "-", "x"]
    assert rows.frame["raw"].tolist() == [b"1", None, b"2", b"1"]
    assert rows.frame["number"].tolist()[0] == 1
