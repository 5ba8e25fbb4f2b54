"""A bank's own folder or database by a mapping: units, dates, codes, encodings, errors, and the dry run."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.bank.mapping import load_mapping
from sources.bank.maps import MappingError
from sources.bank.part import BankDataError
from sources.bank.reading import read
from sources.bank.trial import dry_run

STATEMENTS = """
encoding: gbk
tables:
  statements:
    from: 报表.csv
    defaults: {period: annual}
    columns:
      enterprise_id: 客户号
      period_end: 期末
      revenue: {from: "营业收入(万元)", unit: 万元}
      rd_domestic_share: {from: 境内研发占比, unit: percent}
"""
HEADER = "客户号,期末,营业收入(万元),境内研发占比"


def bank(folder: Path, *rows: str, mapping: str = STATEMENTS, encoding: str = "gbk", header: str = HEADER) -> Path:
    """Folder with one file; gives the path of the mapping."""
    (folder / "报表.csv").write_bytes("\n".join((header, *rows)).encode(encoding))
    path = folder / "mapping.yaml"
    path.write_text(mapping, encoding="utf8")
    return path


def one(folder: Path, *rows: str) -> pd.DataFrame:
    return read(bank(folder, *rows), str(folder)).tables["statements"]


def test_gbk_money_in_ten_thousands_and_percent_are_read_in_our_units(tmp_path):
    row = one(tmp_path, '0012,20231231,"1,234.56",57').iloc[0]
    assert row["enterprise_id"] == "0012"
    assert row["period_end"] == pd.Timestamp("2023-12-31")
    assert row["revenue"] == 12_345_600.0
    assert row["rd_domestic_share"] == 0.57
    assert row["period"] == "annual"


@pytest.mark.parametrize(
    "text", ["2024-01-31", "2024/1/31", "20240131", "2024年1月31日", "2024.01.31", "2024-1-31 15:30:00"]
)
def test_a_day_is_read_in_every_usual_form(tmp_path, text):
    assert one(tmp_path, f"1,{text},1,1")["period_end"].iloc[0] == pd.Timestamp("2024-01-31")


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        ("year_end", "2023年度", "2023-12-31"),
        ("year_end", "2023", "2023-12-31"),
        ("quarter_end", "2023Q1", "2023-03-31"),
        ("quarter_end", "2023年第2季度", "2023-06-30"),
        ("month_end", "202402", "2024-02-29"),
        ("month_end", "2024年2月", "2024-02-29"),
        ('"%d/%m/%Y"', "05/02/2024", "2024-02-05"),
    ],
)
def test_a_period_is_read_as_its_last_day(tmp_path, form, text, day):
    mapping = STATEMENTS.replace("period_end: 期末", f"period_end: {{from: 期末, format: {form}}}")
    table = read(bank(tmp_path, f"1,{text},1,1", mapping=mapping), str(tmp_path)).tables["statements"]
    assert table["period_end"].iloc[0] == pd.Timestamp(day)


def test_only_the_words_for_missing_are_missing(tmp_path):
    mapping = STATEMENTS.replace("encoding: gbk", 'encoding: gbk\nmissing: ["-"]')
    mapping = mapping.replace("period_end: 期末", 'period_end: {from: 期末, missing: ["99991231"]}')
    path = bank(tmp_path, "1,20231231,-,", "NA,20231231,0,1", "2,99991231,1,1", mapping=mapping)
    found = read(path, str(tmp_path))
    table = found.tables["statements"]
    assert found.rejects["statements"][["row", "rule", "value"]].to_numpy().tolist() == [
        [4, "period_end_required", "99991231"]
    ]
    assert table.isna().sum().to_dict() == {
        "enterprise_id": 0,
        "period_end": 0,
        "revenue": 1,
        "rd_domestic_share": 1,
        "period": 0,
    }
    assert table["enterprise_id"].tolist() == ["1", "NA"]
    assert table["revenue"].iloc[1] == 0.0


def test_a_percent_sign_and_full_width_digits_are_read(tmp_path):
    row = one(tmp_path, "1,20231231,１２３．５,45%").iloc[0]
    assert row["revenue"] == 1_235_000.0
    assert row["rd_domestic_share"] == 0.45


def test_utf8_with_a_byte_order_mark_and_another_delimiter_are_read(tmp_path):
    mapping = STATEMENTS.replace("encoding: gbk", 'encoding: utf8\ndelimiter: "\\t"')
    path = bank(tmp_path, "1\t20231231\t1\t2", mapping=mapping, header=HEADER.replace(",", "\t"), encoding="utf-8-sig")
    assert read(path, str(tmp_path)).tables["statements"]["revenue"].tolist() == [10_000.0]


def test_a_file_without_rows_gives_an_empty_table(tmp_path):
    table = one(tmp_path)
    assert len(table) == 0
    assert table["revenue"].dtype == "float64"


def test_parquet_keeps_numbers_and_days(tmp_path):
    frame = pd.DataFrame(
        {
            "客户号": [1001.0, 1002.0],
            "期末": pd.to_datetime(["2023-12-31 08:00", "2023-12-31 23:00"]).tz_localize("Asia/Shanghai"),
            "营业收入(万元)": [1.5, None],
            "境内研发占比": [100, 50],
        }
    )
    frame.to_parquet(tmp_path / "报表.parquet")
    path = bank(tmp_path, mapping=STATEMENTS.replace("报表.csv", "报表.parquet"))
    table = read(path, str(tmp_path)).tables["statements"]
    assert table["enterprise_id"].tolist() == ["1001", "1002"]
    assert table["period_end"].iloc[0] == pd.Timestamp("2023-12-31")
    assert table["revenue"].iloc[0] == 15_000.0
    assert table["rd_domestic_share"].tolist() == [1.0, 0.5]


def test_many_rows_are_read_chunk_by_chunk_and_counted_on(tmp_path, monkeypatch):
    monkeypatch.setattr("sources.bank.part.ROWS_A_CHUNK", 3)
    rows = [f"{i},20231231,{i},1" for i in range(1, 9)]
    assert one(tmp_path, *rows)["revenue"].tolist() == [i * 10_000.0 for i in range(1, 9)]
    found = read(bank(tmp_path, *rows[:6], "7,20231231,y,1", "8,20231231,x,1"), str(tmp_path))
    assert [str(b) for b in found.bad] == [
        "table statements, column revenue: 报表.csv, column 营业收入(万元), line 8: wanted a number in 万元; got 'y' "
        "(and 1 more like it)"
    ]
    assert (found.rows_in("statements"), found.kept("statements"), found.rejected("statements")) == (8, 6, 2)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "1,20231231,12.3亿,1",
            r"column revenue: 报表.csv, column 营业收入\(万元\), line 2: wanted a number in 万元; got '12.3亿'",
        ),
        ("1,20231231,inf,1", r"wanted a number in 万元; got 'inf'"),
        ('1,20231231,"1,5",1', r"wanted a number in 万元; got '1,5'"),
        ("1,20231231,5%,1", r"wanted a number in 万元; got '5%'"),
        ("1,20230231,1,1", r"column 期末, line 2: wanted a day like 2024-01-31, .* got '20230231'"),
        ("1,45291,1,1", r"wanted a day like .* got '45291'"),
    ],
)
def test_a_bad_value_is_told_with_file_column_and_line_and_its_row_is_rejected(tmp_path, row, message):
    found = read(bank(tmp_path, row, "2,20231231,1,1"), str(tmp_path))
    assert re.search(message, str(found.bad[0]))
    assert found.tables["statements"]["enterprise_id"].tolist() == ["2"]
    assert len(found.rejects["statements"]) == 1


def test_a_row_with_too_few_fields_is_an_error_that_names_the_line(tmp_path):
    with pytest.raises(BankDataError, match=r"file 报表.csv, line 3: wanted 4 fields, as in the header; got 3"):
        one(tmp_path, "1,20231231,1,1", "1,20231231,1")


def test_undecodable_bytes_are_an_error_that_names_the_line(tmp_path):
    path = bank(tmp_path, "1,20231231,1,1")
    with (tmp_path / "报表.csv").open("ab") as file:
        file.write(b"\n2,20231231,\xff\xff,1\n")
    with pytest.raises(BankDataError, match=r"file 报表.csv, line 3: wanted text in gbk; got bytes that are not"):
        read(path, str(tmp_path))


def test_a_missing_file_is_an_error_that_names_what_is_there(tmp_path):
    path = bank(tmp_path, mapping=STATEMENTS.replace("报表.csv", "报表2.csv"))
    with pytest.raises(
        BankDataError, match=r"table statements: wanted file 报表2.csv in .*; the folder holds mapping.yaml, 报表.csv"
    ):
        read(path, str(tmp_path))


def test_a_missing_column_is_an_error_that_names_the_columns_that_are_there(tmp_path):
    path = bank(tmp_path, "1,20231231,1", header="客户号,期末,营业收入(元)")
    wanted = r"wanted column 营业收入\(万元\) \(for revenue\), 境内研发占比 \(for rd_domestic_share\)"
    message = wanted + r"; it has 客户号, 期末, 营业收入\(元\) \(read as gbk with delimiter ','\)"
    with pytest.raises(BankDataError, match=message):
        read(path, str(tmp_path))


def test_a_column_that_comes_twice_is_an_error(tmp_path):
    path = bank(tmp_path, "1,20231231,1,1,2", header=HEADER + ",期末")
    with pytest.raises(BankDataError, match="wanted every column once; 期末 comes more than once"):
        read(path, str(tmp_path))
    assert not dry_run(path, str(tmp_path)).ready


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(BankDataError, match=r"wanted a folder, or a database URL with ://; .*nowhere is neither"):
        read(bank(tmp_path), str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("报表.xlsx", b"PK", r"file 报表.xlsx: wanted a workbook"),
        ("报表.html", b"<html>", r"wanted a name that ends in one of .csv, .txt, .dat, .parquet, .xlsx, .* got .html"),
        ("报表.txt", b"", r"file 报表.txt: wanted a table; the file is empty"),
        ("报表.parquet", b"not parquet", r"file 报表.parquet: wanted a Parquet file"),
    ],
)
def test_a_file_of_another_kind_is_an_error(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BankDataError, match=message):
        read(bank(tmp_path, mapping=STATEMENTS.replace("报表.csv", name)), str(tmp_path))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("unit: 万元", "unit: 万", r"column revenue: unit must be one of 元, CNY, 千元, 万元, .*; got '万'"),
        ("unit: 万元", "unit: percent", r"unit must be one of 元, .*; got 'percent'"),
        ("enterprise_id: 客户号", "enterprise_id: {from: 客户号, unit: 元}", r"the column has no unit; got '元'"),
        ("revenue: {", "turnover: {", r"mapping of table statements, columns: the keys are .*revenue.*; got: turnover"),
        (
            "  statements:",
            "  reports:",
            r"mapping file mapping.yaml, tables: the keys are .*statements.*; got: reports",
        ),
        ("encoding: gbk", "encoding: big5", r"encoding must be one of utf8, gbk, gb18030; got 'big5'"),
        ("encoding: gbk", "delimiter: '||'", r"delimiter must be one character; got '\|\|'"),
        ("encoding: gbk", "missing: x", r"missing must be a list of texts; got 'x'"),
        ("period: annual", "period: yearly", r"defaults: period must be one of annual, quarterly; got 'yearly'"),
        ("from: 报表.csv", "file: 报表.csv", r"mapping of table statements: wanted .*from.*; not there: from"),
        (
            "period_end: 期末",
            "period_end: {from: 期末, format: yyyymmdd}",
            r"format is for dates, like %Y%m%d, or one of year_end",
        ),
        ("tables:", "tables: [", r"mapping file mapping.yaml: wanted YAML in UTF-8"),
        (STATEMENTS, "tables: {}", r"wanted at least one of enterprises, .* under tables; got none"),
        (STATEMENTS, "just text", r"wanted keys with values; got 'just text'"),
    ],
)
def test_a_mistake_in_the_mapping_is_an_error_that_names_the_place(tmp_path, before, after, message):
    path = bank(tmp_path, mapping=STATEMENTS.replace(before, after))
    with pytest.raises(MappingError, match=message):
        load_mapping(path)


def test_a_mapping_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(MappingError, match="wanted a mapping file; there is none at"):
        load_mapping(tmp_path / "mapping.yaml")


CODES = """
encoding: gbk
tables:
  enterprises:
    from: 客户.csv
    columns:
      enterprise_id: 客户号
      ownership: {from: 所有制, values: {民营: private, 1: state, 其他: null}}
      listing: 板块
      franchise: 连锁
"""


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,个体,star,是", r"column ownership: .* wanted one of 民营, 1, 其他 \(as listed under values\); got '个体'"),
        (
            "1,民营,主板,是",
            r"column listing: .* wanted one of unlisted, .* \(or a code listed under values\); got '主板'",
        ),
        ("1,民营,star,也许", r"column franchise: .* wanted one of true, 1, yes, y, 是, .*; got '也许'"),
    ],
)
def test_a_code_that_is_not_listed_is_a_bad_value(tmp_path, row, message):
    (tmp_path / "客户.csv").write_text(f"客户号,所有制,板块,连锁\n{row}\n", encoding="gbk")
    assert re.search(message, str(read(bank(tmp_path, mapping=CODES), str(tmp_path)).bad[0]))


def test_codes_are_translated_and_a_code_may_mean_missing(tmp_path):
    rows = "1,民营,star,是\n2,1,neeq,否\n3,其他,,\n"
    (tmp_path / "客户.csv").write_text(f"客户号,所有制,板块,连锁\n{rows}", encoding="gbk")
    table = read(bank(tmp_path, mapping=CODES), str(tmp_path)).tables["enterprises"]
    assert table["ownership"].fillna("").tolist() == ["private", "state", ""]
    assert table["franchise"].tolist()[:2] == [True, False]
    assert table["franchise"].isna().tolist() == [False, False, True]


def test_codes_must_be_our_codes_and_yes_must_stand_in_quotes(tmp_path):
    with pytest.raises(MappingError, match=r"ownership must be one of private, state, .*; got 'privat'"):
        load_mapping(bank(tmp_path, mapping=CODES.replace("民营: private", "民营: privat")))
    with pytest.raises(MappingError, match="with yes, no, on, off and null in quotes"):
        load_mapping(bank(tmp_path, mapping=CODES.replace("民营: private", "yes: private")))


def test_a_dry_run_names_everything_at_once(tmp_path):
    mapping = (
        STATEMENTS.replace("      period_end: 期末\n", "")
        + "      profit: 净利润\n"
        + "  patents:\n    from: 专利.csv\n    columns: {enterprise_id: 客户号}\n"
    )
    path = bank(tmp_path, "1,20231231,x,1", "2,20231231,y,1", "3,20231231,3,z", mapping=mapping)
    found = dry_run(path, str(tmp_path))
    assert not found.ready
    assert ("statements", "period_end") in found.missing
    assert ("statements", "profit") in found.missing
    assert ("conduct", "amount") in found.missing
    assert ("statements", "revenue") not in found.missing
    assert found.unused == (("报表.csv", "期末"),)
    assert [(b.theirs, b.row, b.got, b.count) for b in found.bad] == [
        ("营业收入(万元)", 2, "x", 2),
        ("境内研发占比", 4, "z", 1),
    ]
    assert str(found.bad[0]).endswith("got 'x' (and 1 more like it)")
    assert any("wanted column 净利润 (for profit)" in sentence for sentence in found.stops)
    assert any("wanted file 专利.csv" in sentence for sentence in found.stops)
    assert "table statements: wanted column period_end, which every row needs; nothing fills it" in found.stops
    assert [(a.table, a.source, a.rows_in, a.kept, a.rejected) for a in found.accounts] == [
        ("statements", "报表.csv", 3, 0, 3)
    ]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=20))
def test_any_amount_in_ten_thousands_comes_back_in_yuan_however_it_is_written(tmp_path, cents):
    """One cent of 万元 is 100 yuan, with or without thousands separators."""
    rows = [f'{i},20231231,"{c / 100:,.2f}",1' for i, c in enumerate(cents)]
    rows += [f"{i + len(cents)},20231231,{c / 100:.2f},1" for i, c in enumerate(cents)]
    expected = [c * 100.0 for c in cents] * 2
    assert one(tmp_path, *rows)["revenue"].tolist() == pytest.approx(expected, rel=1e-12)
