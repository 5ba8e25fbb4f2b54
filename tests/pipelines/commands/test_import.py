"""`techcredit import` and the dry run: every row accounted for, problems first, rejected rows beside the tables."""

from pathlib import Path

import pandas as pd
import pytest

from pipelines.commands.data import dry_run_tables, import_tables
from schemas.conform import BadTableError, read_tables
from sources.bank.rejects import REJECT_DTYPES, read_rejects

MAPPING = """
tables:
  conduct:
    from: 不良.csv
    columns: {enterprise_id: 客户号, record_id: 编号, kind: 类型, happened_on: 发生日, resolved_on: 解除日}
"""
HEADER = "客户号,编号,类型,发生日,解除日\n"
GOOD, BAD = "C1,1,overdue,2023-01-31,\n", "C2,2,逾期,2023-01-31,2023-02-30\n"


def bank(folder: Path, rows: str) -> tuple[Path, str, Path]:
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf8")
    (folder / "不良.csv").write_text(HEADER + rows, encoding="utf8")
    return folder / "mapping.yaml", str(folder), folder / "tables"


def test_an_import_writes_the_rows_it_read_and_the_others_whole_beside_them(tmp_path, capsys):
    mapping, location, output = bank(tmp_path, GOOD + BAD)
    import_tables(mapping, location, output)
    assert read_tables(output)["conduct"]["enterprise_id"].tolist() == ["C1"]
    rejects = pd.read_parquet(output / "rejects" / "conduct.parquet")
    assert rejects.dtypes.astype("str").to_dict() == dict(REJECT_DTYPES)
    assert rejects[["row", "rule", "value", "enterprise_id"]].to_numpy().tolist() == [
        [3, "kind_unreadable", "逾期", "C2"],
        [3, "resolved_on_unreadable", "2023-02-30", "C2"],
    ]
    assert rejects["known_on"].tolist() == [pd.Timestamp("2023-02-28")] * 2  # by the declared lag
    assert rejects["application_id"].isna().all()
    pd.testing.assert_frame_equal(read_rejects(output)["conduct"], rejects)
    said = capsys.readouterr().out
    assert "bad value: table conduct, column kind: 不良.csv, column 类型, line 3: wanted one of overdue" in said
    assert [cell.strip() for cell in said.split("│")[1:7]] == ["conduct", "不良.csv", "2", "1", "1", "0"]


def test_rejects_without_their_columns_are_an_error(tmp_path):
    (tmp_path / "rejects").mkdir()
    pd.DataFrame({"table": ["conduct"]}).to_parquet(tmp_path / "rejects" / "conduct.parquet")
    with pytest.raises(BadTableError, match="rejects of table conduct: wanted column source, row"):
        read_rejects(tmp_path)


def test_a_second_import_leaves_no_rejects_of_the_first(tmp_path):
    import_tables(*bank(tmp_path, GOOD + BAD))
    *_, output = bank(tmp_path, GOOD)
    import_tables(*bank(tmp_path, GOOD))
    assert not (output / "rejects" / "conduct.parquet").exists()


def test_a_table_that_lies_in_the_folder_from_before_is_told(tmp_path, capsys):
    mapping, location, output = bank(tmp_path, GOOD)
    output.mkdir()
    pd.DataFrame({"enterprise_id": ["C1"]}).to_parquet(output / "enterprises.parquet")
    import_tables(mapping, location, output)
    assert "enterprises.parquet was there before and is not of this import" in capsys.readouterr().out


def test_a_dry_run_prints_problems_first_then_rows_then_values(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("pipelines.commands.data.lost_features", lambda missing: ["rd_intensity"])
    monkeypatch.setenv("COLUMNS", "150")
    mapping, location, _ = bank(tmp_path, GOOD + BAD)
    (tmp_path / "贷款.csv").write_text("a\n", encoding="utf8")
    with pytest.raises(BadTableError, match="1 rows hold values that cannot be read"):
        dry_run_tables(mapping, location)
    said = capsys.readouterr().out
    places = [
        said.index(text) for text in ("bad value: ", "rows in", "minimum", "files that no mapping names: 贷款.csv")
    ]
    assert places[0] == 0
    assert places == sorted(places)
    assert "│ happened_on" in said
    assert "features lost: 1 of " in said
