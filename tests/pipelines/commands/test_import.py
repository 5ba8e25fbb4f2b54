"""`techcredit import` and the dry run: every row accounted for, problems first, rejected rows beside the tables."""

import html
import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines.commands.data import dry_run_tables, import_tables, show_dictionary
from reports.texts import TextError
from schemas.account import TooManyRejectedError, accounts
from schemas.conform import BadTableError
from schemas.folder import read_tables
from schemas.tables import TABLES
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
    assert [cell.strip() for cell in said.split("│")[1:8]] == ["conduct", "不良.csv", "2", "1", "1", "0", "0"]


def test_rejects_without_their_columns_are_an_error(tmp_path):
    (tmp_path / "rejects").mkdir()
    pd.DataFrame({"table": ["conduct"]}).to_parquet(tmp_path / "rejects" / "conduct.parquet")
    with pytest.raises(BadTableError, match="rejects of table conduct: wanted column source, row"):
        read_rejects(tmp_path)


def test_a_second_import_leaves_no_rejects_of_the_first(tmp_path):
    import_tables(*bank(tmp_path, GOOD + BAD))
    *_, output = bank(tmp_path, GOOD)
    import_tables(*bank(tmp_path, GOOD), overwrite=True)
    assert not (output / "rejects" / "conduct.parquet").exists()


def test_a_second_import_of_a_table_into_a_folder_is_refused_and_leaves_it_as_it_was(tmp_path):
    mapping, location, output = bank(tmp_path, GOOD)
    import_tables(mapping, location, output)
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    bank(tmp_path, BAD)
    with pytest.raises(BadTableError, match="it holds conduct already; give another --output, or --overwrite"):
        import_tables(mapping, location, output)
    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == before


def test_a_second_import_of_other_tables_keeps_the_account_of_the_first(tmp_path):
    mapping, location, output = bank(tmp_path, GOOD + BAD + BAD.replace("C2", "C3"))
    with pytest.raises(TooManyRejectedError, match="table conduct: 2 of 3 rows were rejected"):
        import_tables(mapping, location, output)
    mapping.write_text("tables: {enterprises: {from: 客户.csv, columns: {enterprise_id: 客户号}}}", encoding="utf8")
    (tmp_path / "客户.csv").write_text("客户号\nC1\n", encoding="utf8")
    import_tables(mapping, location, output)
    found = json.loads((output / "summary.json").read_text(encoding="utf8"))
    assert {name: account["rows"] for name, account in found["tables"].items()} == {"conduct": 3, "enterprises": 1}
    assert found["exceeded"][0].startswith("table conduct: 2 of 3 rows were rejected")


def test_what_is_left_out_stands_in_the_account_and_in_the_summary(tmp_path, capsys):
    mapping, location, output = bank(tmp_path, GOOD + "合计,,,,\n")
    mapping.write_text(MAPPING + "    leave_out: [{column: 客户号, is: 合计}]\n", encoding="utf8")
    import_tables(mapping, location, output)
    said = capsys.readouterr().out
    assert "left out: table conduct: 不良.csv: 客户号 is 合计: 1 rows" in said
    assert "rows in 2 = kept 1 + rejected 0 + identical duplicates 0 + left out by the mapping 1 (" in said
    found = json.loads((output / "summary.json").read_text(encoding="utf8"))
    assert found["tables"]["conduct"]["left_out"] == {"不良.csv: 客户号 is 合计": 1}
    assert accounts(found) in said


@pytest.mark.parametrize("width", ["40", "80"])
def test_no_value_of_a_table_is_cut_where_the_screen_is_narrow(tmp_path, capsys, monkeypatch, width):
    monkeypatch.setattr("pipelines.commands.data.lost_features", lambda missing: [])
    monkeypatch.setenv("COLUMNS", width)
    name = "不良记录_" + "很长的文件名" * 12 + "[2024].csv"
    mapping, location, _ = bank(tmp_path, GOOD)
    (tmp_path / "不良.csv").rename(tmp_path / name)
    mapping.write_text(
        MAPPING.replace("不良.csv", f'"{name}"').replace("resolved_on: 解除日", "amount: 解除日"), "utf8"
    )
    rows = GOOD.strip() + "1234567890123\nC2,2,overdue,2023-01-31,234567890123\n"
    (tmp_path / name).write_text(HEADER + rows, encoding="utf8")
    dry_run_tables(mapping, location)
    said = capsys.readouterr().out
    assert "…" not in said
    assert f"│ {name} │" in said
    assert "│ 234,567,890,123 │ 734,567,890,123 │ 1,234,567,890,123 │" in said
    assert "note: table conduct, column amount (解除日): no unit is named, so 元 is assumed; minimum 234,567" in said


def test_the_data_dictionary_names_every_column_in_both_languages_from_declarations_alone(tmp_path, capsys):
    for language, known in (("en", "known_on must be given: the day the bank had it"), ("zh", "known_on 必须给出")):
        show_dictionary(language, None)
        said = capsys.readouterr().out
        assert known in said
        for table in TABLES.values():
            assert f"({table.name})" in said
            assert all(f"│ {column.name} " in said for column in table.columns)
    show_dictionary("en", tmp_path / "new" / "dictionary.html")
    page = html.unescape((tmp_path / "new" / "dictionary.html").read_text(encoding="utf8"))
    assert all(table.meaning.zh in page and table.meaning.en in page for table in TABLES.values())
    with pytest.raises(TextError, match="language must be one of en, zh; got 'fr'"):
        show_dictionary("fr", None)


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
