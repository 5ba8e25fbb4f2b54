"""A value that every row needs and that is missing: the dry run and the import reject the row alike, and say where."""

from pathlib import Path

import pytest

from sources.bank.imported import imported
from sources.bank.reading import read
from sources.bank.trial import dry_run

MAPPING = """
missing: ["-", 空]
tables:
  conduct:
    from: 不良.csv
    columns:
      enterprise_id: 客户号
      record_id: 编号
      kind: {from: 类型, values: {逾期: overdue, 其他: null}}
      happened_on: {from: 发生日, missing: ["99991231"]}
      amount: {from: 金额, unit: 元}
"""
HEADER = "客户号,编号,类型,发生日,金额\n"


def bank(folder: Path, row: str) -> Path:
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf8")
    (folder / "不良.csv").write_text(HEADER + "C1,1,逾期,2023-01-31,5\n" + row + "\n", encoding="utf8")
    return folder / "mapping.yaml"


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("-,2,逾期,2023-01-31,5", "enterprise_id_required"),
        ("C2,空,逾期,2023-01-31,5", "record_id_required"),
        ("C2, ,逾期,2023-01-31,5", "record_id_required"),
        ("C2,2,其他,2023-01-31,5", "kind_required"),
        ("C2,2,逾期,99991231,5", "happened_on_required"),
        ("null,2,逾期,2023-01-31,5", "enterprise_id_unreadable"),
        ("N/A,2,逾期,2023-01-31,5", "enterprise_id_unreadable"),
        ("--,2,逾期,2023-01-31,5", "enterprise_id_unreadable"),
        ("(空值),2,逾期,2023-01-31,5", "enterprise_id_unreadable"),
    ],
)
def test_a_row_without_what_it_needs_is_rejected_by_the_dry_run_and_by_the_import(tmp_path, row, rule):
    mapping = bank(tmp_path, row)
    tried, found = dry_run(mapping, str(tmp_path)), read(mapping, str(tmp_path))
    assert tried.accounts == found.accounts
    assert not tried.ready
    assert [(a.rows_in, a.kept, a.rejected) for a in found.accounts] == [(2, 1, 1)]
    assert found.rejects["conduct"][["row", "rule"]].to_numpy().tolist() == [[3, rule]]
    assert imported(found).quality[0].broken == {rule: 1}
    assert "line 3: wanted" in str(tried.bad[0])
    assert ("which every row needs" in str(tried.bad[0])) == rule.endswith("_required")


def test_a_missing_value_that_no_row_needs_is_missing(tmp_path):
    found = read(bank(tmp_path, "C2,2,逾期,2023-01-31,-"), str(tmp_path))
    assert found.tables["conduct"]["amount"].isna().tolist() == [False, True]


def test_a_missing_known_on_is_filled_by_the_lag_and_rejects_nothing(tmp_path):
    mapping = bank(tmp_path, "C2,2,逾期,2023-01-31,5")
    mapping.write_text(MAPPING + "      known_on: 获知日\n", encoding="utf8")
    text = HEADER.strip() + ",获知日\nC1,1,逾期,2023-01-31,5,-\n"
    (tmp_path / "不良.csv").write_text(text, encoding="utf8")
    assert read(mapping, str(tmp_path)).rejected("conduct") == 0


def test_a_guarantee_without_the_day_it_was_known_is_rejected(tmp_path):
    (tmp_path / "mapping.yaml").write_text(
        "tables: {guarantees: {from: g.csv, columns: {application_id: a, guarantor_kind: k, known_on: d}}}",
        encoding="utf8",
    )
    (tmp_path / "g.csv").write_text("a,k,d\nA1,owner,2024-01-01\nA1,insurance,\n", encoding="utf8")
    found = read(tmp_path / "mapping.yaml", str(tmp_path))
    assert found.rejects["guarantees"]["rule"].tolist() == ["known_on_required"]
