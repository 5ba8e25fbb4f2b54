"""The dry run and the doubts: what can be read and looks wrong is told, and no file goes unseen."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sources.bank.mapping import load_mapping
from sources.bank.maps import MappingError
from sources.bank.part import BankDataError
from sources.bank.reading import read
from sources.bank.spread import Spread
from sources.bank.trial import DryRun, dry_run

MAPPING = """
tables:
  statements:
    from: 报表_*.csv
    defaults: {period: annual}
    columns:
      enterprise_id: 客户号
      period_end: {from: 年度, format: year_end}
      revenue: {from: 收入, unit: 万元}
      rd_domestic_share: {from: 境内占比, unit: percent}
"""
HEADER = "客户号,年度,收入,境内占比\n"


def folder(path: Path, mapping: str = MAPPING, **files: str) -> Path:
    (path / "mapping.yaml").write_text(mapping, encoding="utf8")
    for name, rows in files.items():
        (path / f"{name}.csv").write_text(HEADER + rows, encoding="utf8")
    return path / "mapping.yaml"


def tried(path: Path, **files: str) -> DryRun:
    return dry_run(folder(path, **files), str(path))


def test_values_are_shown_as_they_are_after_conversion(tmp_path):
    found = tried(tmp_path, 报表_1="C1,2022,1,50\nC2,2022,3,\nC3,2023,x,70\n", 报表_2="C4,2024,5,90\n")
    revenue, share = found.spreads[("statements", "revenue")], found.spreads[("statements", "rd_domestic_share")]
    assert (revenue.kind, revenue.read, revenue.missing, revenue.bad) == ("number, CNY", 3, 0, 1)
    assert [revenue.shown(v) for v in (revenue.low, revenue.middle, revenue.high)] == ["10,000", "30,000", "50,000"]
    assert (share.read, share.missing, share.bad) == (3, 1, 0)
    day = found.spreads[("statements", "period_end")]
    assert [day.shown(v) for v in (day.low, day.middle, day.high)] == ["2022-12-31", "2023-07-01", "2024-12-31"]
    assert not found.ready


def test_files_that_nothing_takes_are_listed(tmp_path):
    (tmp_path / "旧").mkdir()
    (tmp_path / "旧" / "x.csv").write_text("a", encoding="utf8")
    (tmp_path / "说明.docx").write_text("a", encoding="utf8")
    assert tried(tmp_path, 报表_1="C1,2022,1,50\n", 贷款="").not_named == ("旧/x.csv", "说明.docx", "贷款.csv")


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        (
            "C1,2022,99999999.99,50\n",
            "column 收入: 99999999.99 stands 1 times and is taken as it is; if it means no value",
        ),
        ("C1,2022,-9999,50\nC2,2022,-9999,60\n", "column 收入: -9999 stands 2 times"),
        ("C1,2022,1,0.5\nC2,2022,1,0.9\n", "column 境内占比: no value is above 1, in a unit of percent"),
        ("", "table statements: 报表_1.csv has a header and no row"),
    ],
)
def test_what_looks_wrong_is_told_by_the_dry_run_and_by_the_import(tmp_path, rows, note):
    found = tried(tmp_path, 报表_1=rows)
    assert [n for n in found.notes if note in n]
    assert found.ready
    assert list(read(tmp_path / "mapping.yaml", str(tmp_path)).notes) == list(found.notes)


def test_files_of_one_pattern_in_two_units_are_told(tmp_path):
    found = tried(tmp_path, 报表_1="C1,2022,150,50\n", 报表_2="C1,2023,1600000,50\n")
    assert [n for n in found.notes if "median 1.5e+06 in 报表_1.csv and 1.6e+10 in 报表_2.csv; are both in the" in n]


def test_a_file_that_two_entries_of_one_table_take_is_told(tmp_path):
    entry = MAPPING.split("statements:\n")[1]
    twice = MAPPING.split("    from")[0] + "".join(
        "    - " + entry.replace("\n    ", "\n      ").strip() + "\n" for _ in range(2)
    )
    found = dry_run(folder(tmp_path, twice, 报表_1="C1,2022,1,50\n"), str(tmp_path))
    assert "table statements: two entries of the mapping take file 报表_1.csv" in found.notes


def test_a_stop_in_one_file_does_not_hide_the_other_tables(tmp_path):
    mapping = MAPPING + "  enterprises: {from: 客户.csv, columns: {enterprise_id: 客户号}}\n"
    (tmp_path / "客户.csv").write_text("客户号\nC1\n", encoding="utf8")
    found = dry_run(folder(tmp_path, mapping, 报表_1='C1,2022,"1,50\n'), str(tmp_path))
    assert [s for s in found.stops if "报表_1.csv, line 2: a quotation mark" in s]
    assert [(a.table, a.rows_in) for a in found.accounts if a.table == "enterprises"] == [("enterprises", 1)]


def test_blank_lines_are_counted_and_are_no_rows(tmp_path):
    folder(tmp_path, 报表_1="\nC1,2022,1,50\n,,,\n\nC2,2022,1,x\n,,,\n")
    found = read(tmp_path / "mapping.yaml", str(tmp_path))
    account = found.accounts[0]
    assert (account.rows_in, account.kept, account.rejected, account.blank) == (2, 1, 1, 4)
    assert account.bad[0].row == 6


def test_names_of_columns_lose_characters_without_ink(tmp_path):
    folder(tmp_path)
    text = "\ufeff客户号 ,\u200b年度\u3000,收\u200b入,\u00a0境内占比\nC1,2022,1,50\n"
    (tmp_path / "报表_1.csv").write_text(text, encoding="utf8")
    assert read(tmp_path / "mapping.yaml", str(tmp_path)).kept("statements") == 1


def test_a_header_below_a_title_is_read_by_its_line(tmp_path):
    mapping = folder(tmp_path, MAPPING.replace("_*.csv", "_1.csv\n    header: 3"))
    (tmp_path / "报表_1.csv").write_text("2022 年报\n单位：万元,,\n" + HEADER + "C1,2022,x,50\n", encoding="utf8")
    assert [b.row for b in read(mapping, str(tmp_path)).bad] == [4]
    mapping.write_text(MAPPING.replace("_*.csv", "_1.csv\n    header: 9"), encoding="utf8")
    with pytest.raises(BankDataError, match=r"报表_1.csv: wanted a header in line 9; the file ends before it"):
        read(mapping, str(tmp_path))


def test_a_damaged_parquet_file_is_an_error_that_names_it(tmp_path):
    mapping = folder(tmp_path, "tables: {enterprises: {from: e.parquet, columns: {enterprise_id: cust}}}")
    pq.write_table(pa.table({"cust": [str(i) * 20 for i in range(5000)]}), tmp_path / "e.parquet")
    content = bytearray((tmp_path / "e.parquet").read_bytes())
    content[4:400] = bytes(396)
    (tmp_path / "e.parquet").write_bytes(bytes(content))
    with pytest.raises(BankDataError, match=r"file e.parquet, row 1 or later: wanted Parquet"):
        read(mapping, str(tmp_path))


def test_a_spread_of_many_values_keeps_a_sample_for_its_median(monkeypatch):
    monkeypatch.setattr("sources.bank.spread.SAMPLE", 100)
    spread = Spread("number")
    for start in range(0, 10_000, 70):
        spread.add(pd.Series(range(start, min(start + 70, 10_000)), dtype="float64"), 0)
    assert len(spread._sample) <= 100
    assert (spread.read, spread.low, spread.high) == (10_000, 0.0, 9999.0)
    assert spread.middle == pytest.approx(5000, rel=0.05)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("period: annual", "known_on: 2024-13-01", r"defaults: known_on must be a day like .*; got '2024-13-01'"),
        ("period: annual", "profit: 12万", r"defaults: profit must be a number; got '12万'"),
        ("period: annual", "consolidated: maybe", r"the keys are|consolidated must be one of"),
        ("tables:", "zone: Asia/Peking\ntables:", r"zone must be a time zone like Asia/Shanghai; got 'Asia/Peking'"),
        ("tables:", "quotes: 1\ntables:", r"quotes must be true or false; got '1'"),
        ("tables:", "delimiter: '\"'\ntables:", r"delimiter must be one character; got"),
        (
            "tables:",
            "missing: [NULL]\ntables:",
            r"missing must be a list of texts, with null, yes, no, on and off in quot",
        ),
        ("from: 报表_*.csv", "from: null", r"from must be a name .*; got None"),
        ("from: 报表_*.csv", "from: a.csv\n    header: 0", r"header must be the number of a line, 1 or more; got '0'"),
        (
            "from: 报表_*.csv",
            "from: a.csv\n    one_file_per: year",
            r"one_file_per must be one of its columns, .*'year'",
        ),
        ("format: year_end", 'format: "%Y%m"', r"format must hold year, month and day, or be one of year_end"),
        ("format: year_end", "values: {null: 2023-12-31}", r"with yes, no, on, off and null in quotes"),
        ("format: year_end", "values: {A: 2023-13-31}", r"values: period_end must be a day like .* got '2023-13-31'"),
    ],
)
def test_a_mapping_that_cannot_mean_what_it_says_is_an_error(tmp_path, before, after, message):
    with pytest.raises(MappingError, match=message):
        load_mapping(folder(tmp_path, MAPPING.replace(before, after)))


def test_texts_of_a_mapping_stay_as_they_stand(tmp_path):
    mapping = folder(tmp_path, "missing: [00000000, 1_000, 010, 1.10, 2024-01-31]\n" + MAPPING)
    assert load_mapping(mapping).tables[0].columns[0].missing == ("", "00000000", "1_000", "010", "1.10", "2024-01-31")
