"""Rows that a stated rule leaves out are counted by rule; rows that look like totals are told where no rule is."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sources.bank.imported import imported
from sources.bank.mapping import load_mapping
from sources.bank.maps import MappingError
from sources.bank.part import BankDataError
from sources.bank.reading import Reading, read
from sources.bank.trial import dry_run

MAPPING = """
tables:
  enterprises:
    from: {name}
    leave_out: {rules}
    columns: {{enterprise_id: 客户号, province: 省, registered_capital: {{from: 资本, unit: 元}}}}
"""
HEADER = "客户号,省,资本\n"
RULES = '[{column: 客户号, is: [合计, 小计, 客户号]}, {column: 省, matches: ".+小计"}, {line: "#.*"}]'


def bank(folder: Path, text: str, rules: str = RULES, name: str = "客户.csv") -> Path:
    (folder / "mapping.yaml").write_text(MAPPING.format(name=name, rules=rules), encoding="utf8")
    if name.endswith(".csv"):
        (folder / name).write_text(text, encoding="utf8")
    return folder / "mapping.yaml"


def reading(folder: Path, text: str, rules: str = RULES) -> Reading:
    return read(bank(folder, text, rules), str(folder))


ROWS = "C1,广东,5\n小计,,5\n客户号,省,资本\nC2,江苏,7\nC2,江苏,7\nC3,江苏,x\n,江苏小计,14\n# 导出人：张三\n合计,,19\n"


def test_rows_in_are_those_left_out_by_rule_kept_rejected_and_identical(tmp_path):
    found = reading(tmp_path, "# 客户清单\n" + HEADER + ROWS)
    account = found.accounts[0]
    by_rule = {"客户号 is 合计 or 小计 or 客户号": 3, "省 matches .+小计": 1, "line matches #.*": 1}
    assert account.left_out == by_rule
    assert (account.rows_in, account.kept, account.rejected) == (9, 3, 1)
    quality = imported(found).quality[0]
    assert quality.rows == 9 == quality.kept + quality.rejected + quality.duplicates + sum(quality.left_out.values())
    assert (quality.kept, quality.rejected, quality.duplicates) == (2, 1, 1)
    assert "+ left out by the mapping 5 (客户.csv: 客户号 is 合计 or 小计 or 客户号 3" in quality.line()
    assert found.bad[0].row == 8  # of the file, lines that are left out included


def test_the_dry_run_counts_what_the_import_leaves_out(tmp_path, monkeypatch):
    monkeypatch.setattr("sources.bank.part.ROWS_A_CHUNK", 2)
    mapping = bank(tmp_path, HEADER + ROWS)
    assert dry_run(mapping, str(tmp_path)).accounts == read(mapping, str(tmp_path)).accounts
    assert sum(read(mapping, str(tmp_path)).accounts[0].left_out.values()) == 5


def test_a_rule_that_meets_no_row_is_listed_with_none(tmp_path):
    found = reading(tmp_path, HEADER + "C1,广东,5\n", "[{column: 客户号, is: 总计}]")
    assert found.accounts[0].left_out == {"客户号 is 总计": 0}


def test_an_empty_text_stands_for_a_missing_value(tmp_path):
    found = reading(tmp_path, HEADER + "C1,广东,5\n ,广东,5\n", '[{column: 客户号, is: ""}]')
    assert found.accounts[0].left_out == {"客户号 is empty": 1}
    assert found.rejected("enterprises") == 0


@pytest.mark.parametrize("name", ["客户.xlsx", "客户.parquet"])
def test_rows_of_workbooks_and_parquet_files_are_left_out_by_column(tmp_path, name):
    mapping = bank(tmp_path, "", "[{column: 备注, is: [合计]}]", name)
    rows = pd.DataFrame({"客户号": ["1", None], "省": ["广东", None], "资本": [5, 5], "备注": [None, "合计"]})
    if name.endswith("xlsx"):
        book = openpyxl.Workbook()
        book.active.append(list(rows.columns))
        for row in rows.astype("object").where(rows.notna(), None).to_numpy().tolist():
            book.active.append(row)
        book.save(tmp_path / name)
    else:
        rows.to_parquet(tmp_path / name)
    account = read(mapping, str(tmp_path)).accounts[0]
    assert (account.rows_in, account.kept, account.rejected, sum(account.left_out.values())) == (2, 1, 0, 1)
    mapping.write_text(MAPPING.format(name=name, rules='[{line: "#.*"}]'), encoding="utf8")
    with pytest.raises(BankDataError, match="leave_out, line is for text files"):
        read(mapping, str(tmp_path))


def test_a_rule_for_a_column_that_is_not_there_stops(tmp_path):
    with pytest.raises(BankDataError, match=r"wanted column 编号 \(for leave_out\); it has 客户号, 省, 资本"):
        reading(tmp_path, HEADER + "C1,广东,5\n", "[{column: 编号, is: 合计}]")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("合计", "leave_out must be a list of rules"),
        ("[{column: 客户号}]", "rule 1: wanted column with is, column with matches, or line"),
        ("[{column: 客户号, is: a, matches: b}]", "rule 1: wanted column with is, column with matches, or line"),
        ("[{line: a}, {column: 客户号, is: [null]}]", "rule 2: is must be a text or a list of texts"),
        ("[{column: 客户号, matches: '('}]", "rule 1: wanted a regular expression"),
        ("[{line: '.*'}]", "the pattern must not match an empty text"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(tmp_path, rules, message):
    with pytest.raises(MappingError, match=message):
        load_mapping(bank(tmp_path, "", rules))


@pytest.mark.parametrize("word", ["合计", "总计：", "小 计", "本页小计", "合计（元）", "共 56 条", "Total"])
def test_a_total_line_is_pointed_at_where_no_rule_leaves_it_out(tmp_path, word):
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "tables: {enterprises: {from: 客户.csv, columns: {enterprise_id: 客户号, registered_capital: 资本}}}",
        encoding="utf8",
    )
    (tmp_path / "客户.csv").write_text(f"序号,客户号,资本\n1,C1,5\n{word},C9,5\n", encoding="utf8")
    for notes in (dry_run(mapping, str(tmp_path)).notes, read(mapping, str(tmp_path)).notes):
        assert [n for n in notes if f"column 序号, line 3: '{word}' looks like a total line, no row; leave it out" in n]
    (tmp_path / "客户.csv").write_text("序号,客户号,资本\n1,总计有限公司,5\n2,C2,5\n", encoding="utf8")
    assert not [n for n in read(mapping, str(tmp_path)).notes if "total line" in n]


def test_a_short_line_is_told_what_can_be_done(tmp_path):
    with pytest.raises(BankDataError, match=r"line 3: wanted 3 fields, as in the header; got 1 .*leave_out, line"):
        reading(tmp_path, HEADER + "C1,广东,5\n制表人：张三\n", "[]")
