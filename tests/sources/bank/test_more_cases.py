"""Further odd values of exports, each a kind: the right answer or a bad value, never another value without a word."""

import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from schemas.tables import TABLES
from sources.bank.maps import ColumnMap
from sources.bank.part import BankDataError
from sources.bank.reading import read
from sources.bank.trial import dry_run
from sources.bank.values import converted

APPLICATIONS, PATENTS = TABLES["applications"], TABLES["patents"]


def of(table, name: str, value: object, **keys: object) -> object:
    """Value of ours, "bad", or None where it is missing."""
    dtype = "str" if isinstance(value, str) else "object"
    found = converted(pd.Series([value], dtype=dtype), ColumnMap(table.column(name), "theirs", **keys))
    if found.bad.iloc[0]:
        return "bad"
    return None if pd.isna(found.values.iloc[0]) else found.values.iloc[0]


@pytest.mark.parametrize(
    "text", ["-", "--", "—", "/", "\\", "#", "*", "?", "（空）", "(NULL)", "N.A.", "暂无", "undefined"]
)
def test_marks_and_words_for_no_value_are_no_identifiers(text):
    assert of(APPLICATIONS, "enterprise_id", text) == "bad"


@pytest.mark.parametrize(
    "text", ["本页小计", "合 计", "合计（元）", "共10条", "Sub total:", "C\u00a01", "C\u200b1", "C\n1", "C\u30001"]
)
def test_feet_of_lists_and_characters_nobody_sees_are_no_identifiers(text):
    assert of(APPLICATIONS, "enterprise_id", text) == "bad"


@pytest.mark.parametrize("text", ["9.13E17", "9.13e17", "9,13E+17", "9.13E+17", "1234.0", "’00123"])
def test_identifiers_that_a_program_turned_into_numbers_or_marked_are_bad(text):
    assert of(APPLICATIONS, "enterprise_id", text) == "bad"


@pytest.mark.parametrize(
    "text", ["00123", "12E3", "京A-01", "（2024）授字第001号", "总计有限公司", "C 1", "C1\u200b", "NA", "Ｃ１"]
)
def test_other_texts_name_something(text):
    assert of(APPLICATIONS, "enterprise_id", text) == text.strip("\u200b")


def test_the_check_digit_of_a_patent_number_is_kept():
    assert of(PATENTS, "patent_id", "201510123456.0") == "201510123456.0"


@pytest.mark.parametrize("text", ["2024/3-5", "2024年3-5", "2024.3-5", "2024-3/5", "2024年3/5"])
def test_a_span_of_months_is_no_day(text):
    assert of(APPLICATIONS, "as_of", text) == "bad"


@pytest.mark.parametrize("text", ["−1,234.5", "－1,234.5", "-1,234.5", "（1,234.5）"])
def test_every_minus_of_accounts_is_a_minus(text):
    assert of(TABLES["statements"], "profit", text, unit="万元") == -12_345_000.0


@pytest.mark.parametrize("text", ["–1", "—1", "1-", "1 234", "12,34", "1.234,56", "45%", "0x10", "1_0", "￥1", "1元"])
def test_a_number_that_may_be_read_in_two_ways_is_bad(text):
    assert of(TABLES["statements"], "profit", text, unit="元") == "bad"


def bank(folder: Path, amount: str) -> Path:
    path = folder / "mapping.yaml"
    columns = (
        f"{{application_id: 号, enterprise_id: 户, as_of: 日, amount: {amount}, exposure: {{from: 额, unit: 元}}}}"
    )
    path.write_text(f"tables: {{applications: {{from: a.xlsx, columns: {columns}}}}}", encoding="utf8")
    book = openpyxl.Workbook()
    for row in (["号", "户", "日", "额"], ["A1", 123, "2024-01-10", 100], ["A2", 124, "2024-01-10", 300]):
        book.active.append(row)
    book.save(folder / "a.xlsx")
    return path


def test_identifiers_stored_as_numbers_in_a_workbook_are_told(tmp_path):
    notes = read(bank(tmp_path, "额"), str(tmp_path)).notes
    assert [n for n in notes if "column 户: identifiers are stored as numbers; zeros in front of them" in n]
    assert not [n for n in notes if "column 号" in n]


def test_money_without_a_unit_is_told_once_with_what_it_looks_like(tmp_path):
    told = [n for n in dry_run(bank(tmp_path, "额"), str(tmp_path)).notes if "no unit is named" in n]
    assumed = "table applications, column amount (额): no unit is named, so 元 is assumed"
    assert told == [f"{assumed}; minimum 100, median 200, maximum 300"]
    named = dry_run(bank(tmp_path, "{from: 额, unit: 万元}"), str(tmp_path)).notes
    assert not [n for n in named if "no unit is named" in n]


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_a_file_with_another_delimiter_than_its_mapping_names_is_refused_with_the_one_it_seems_to_have(
    tmp_path, delimiter
):
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("tables: {enterprises: {from: a.csv, columns: {enterprise_id: 户}}}", encoding="utf8")
    (tmp_path / "a.csv").write_text(f"户{delimiter}省\nC1{delimiter}广东\n", encoding="utf8")
    with pytest.raises(BankDataError, match="is the delimiter " + re.escape(repr(delimiter))):
        read(mapping, str(tmp_path))
