"""Files that went wrong with a bank, each a kind of fault: the right answer, or a sentence with file and line."""

import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.conform import conform
from schemas.tables import TABLES
from sources.bank.mapping import load_mapping
from sources.bank.maps import MappingError
from sources.bank.part import BankDataError
from sources.bank.reading import Reading, read

EXAMPLE = Path(__file__).parents[3] / "data/samples/bank_example"
APPLICATIONS = """
  applications:
    from: {name}
    columns: {{application_id: app, enterprise_id: cust, as_of: day, amount: amt, exposure: amt}}
"""
ENTERPRISES = """
tables:
  enterprises:
    from: "{name}"
    columns: {{enterprise_id: cust, founded_on: founded}}
"""
A_CSV = "app,cust,day,amt\nA1,C1,2024-01-10,1000000\n"


def given(folder: Path, mapping: str, **files: str | bytes) -> Path:
    """Folder with a mapping and files; `__` of a name stands for the point of its ending."""
    (folder / "mapping.yaml").write_text(mapping, encoding="utf8")
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf8"))
    return folder


def reading(folder: Path) -> Reading:
    return read(folder / "mapping.yaml", str(folder))


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example bank, to do damage to."""
    folder = tmp_path / "bank"
    shutil.copytree(EXAMPLE, folder)
    return folder


CUSTOMERS = """
delimiter: "{delimiter}"
tables:
  enterprises:
    from: {name}
    columns: {{enterprise_id: 客户号, province: 省, founded_on: 成立日期}}
"""


def test_01_a_quote_that_stays_open_stops_with_its_line_and_what_is_open(tmp_path):
    rows = 'C1,广东,2015-01-01,正常\nC2,广东,2015-01-01,"主营19寸屏\nC3,广东,2015-01-01,正常\n'
    given(tmp_path, CUSTOMERS.format(delimiter=",", name="客户.csv"), 客户__csv="客户号,省,成立日期,备注\n" + rows)
    with pytest.raises(BankDataError, match=r"file 客户.csv, line 3: a quotation mark is opened in field 4 and never"):
        reading(tmp_path)


def test_01c_marks_that_are_text_lose_no_row(tmp_path):
    rows = 'C1|广东|2015-01-01|正常\nC2|"广东"|2015-01-01|"甲"牌, 19"\nC3|广东|2015-01-01|正常\n'
    given(tmp_path, CUSTOMERS.format(delimiter="|", name="客户.txt"), 客户__txt="客户号|省|成立日期|备注\n" + rows)
    found = reading(tmp_path)
    assert found.tables["enterprises"]["enterprise_id"].tolist() == ["C1", "C2", "C3"]
    assert found.tables["enterprises"]["province"].tolist() == ["广东"] * 3
    assert found.rows_in("enterprises") == 3


def test_02c_a_copy_of_a_file_that_a_pattern_catches_is_told(example):
    shutil.copy(example / "财务报表_2021.csv", example / "财务报表_2021 - 副本.csv")
    found = reading(example)
    assert found.rows_in("statements") == 3 * 48
    assert [n for n in found.notes if "byte for byte" in n] == [
        "table statements: pattern 财务报表_*.csv takes 财务报表_2021.csv, which holds the same as "
        "财务报表_2021 - 副本.csv, byte for byte"
    ]
    assert any("财务报表_2021 - 副本.csv, which looks like a copy by its name" in n for n in found.notes)


def test_02c_two_files_of_one_period_stop_where_the_mapping_says_one_per_period(example):
    text = (example / "mapping.yaml").read_text(encoding="utf8")
    (example / "mapping.yaml").write_text(text.replace("_*.csv\n", "_*.csv\n    one_file_per: period_end\n"), "utf8")
    assert reading(example).rows_in("statements") == 2 * 48
    shutil.copy(example / "财务报表_2021.csv", example / "财务报表_二.csv")
    with pytest.raises(
        BankDataError, match=r"one file per period_end; 财务报表_2021.csv and 财务报表_二.csv both hold 2021"
    ):
        reading(example)


def test_05_a_key_that_stands_twice_stops_with_both_lines(tmp_path):
    mapping = ENTERPRISES.format(name="e.csv") + ENTERPRISES.format(name="f.csv").replace("\ntables:", "")
    given(tmp_path, mapping)
    with pytest.raises(MappingError, match=r"mapping.yaml: key enterprises stands twice, in line 3 and in line 7"):
        load_mapping(tmp_path / "mapping.yaml")


QUALIFICATIONS = """
tables:
  qualifications:
    from: q.csv
    defaults: {kind: hitech_enterprise}
    columns: {enterprise_id: cust, granted_on: granted, expires_on: valid, known_on: granted}
"""


def test_07_a_range_in_a_column_of_days_is_a_bad_value_and_its_row_is_kept_as_it_came(tmp_path):
    rows = "C1,2021-12-31,2024-12-31,a\nC2,2021-12-31,2021-12-31 至 2024-12-31,b\n"
    given(tmp_path, QUALIFICATIONS, q__csv="cust,granted,valid,note\n" + rows)
    found = reading(tmp_path)
    assert found.tables["qualifications"]["expires_on"].tolist() == [pd.Timestamp("2024-12-31")]
    reject = found.rejects["qualifications"].iloc[0]
    assert (reject["source"], reject["row"], reject["rule"]) == ("q.csv", 3, "expires_on_unreadable")
    assert (reject["enterprise_id"], reject["known_on"]) == ("C2", pd.Timestamp("2021-12-31"))
    assert reject["value"] == "2021-12-31 至 2024-12-31"
    assert reject["came"] == (
        '{"cust": "C2", "granted": "2021-12-31", "valid": "2021-12-31 至 2024-12-31", "note": "b"}'
    )


@pytest.mark.parametrize(
    "text",
    ["2021-12-31至2024-12-31", "2021-12-31 长期", "2021-12-31~", "2021-12-31 25:00", "2021-12-31T", "21-12-31",
     "2021-12", "2021-13-01", "2021.1231", "31/12/2021", "12月31日", "0001-01-01", "1900-01-01", "1899-12-30",
     "9999-12-31", "99991231", "00000000", "#N/A", "永久"],
)  # fmt: skip
def test_07_what_is_not_one_day_is_a_bad_value(tmp_path, text):
    given(tmp_path, QUALIFICATIONS, q__csv=f"cust,granted,valid\nC1,2021-12-31,{text}\n")
    assert [b.got for b in reading(tmp_path).bad] == [text]


def parquet(folder: Path, name: str, **columns: pa.Array) -> None:
    pq.write_table(pa.table(columns), folder / name)


def parquet_bank(folder: Path, ids: pa.Array, days: pa.Array) -> Reading:
    given(folder, ENTERPRISES.format(name="e.parquet") + APPLICATIONS.format(name="a.parquet"))
    parquet(folder, "e.parquet", cust=ids, founded=days)
    apps = pa.array([f"A{i}" for i in range(len(ids))])
    parquet(folder, "a.parquet", app=apps, cust=ids, day=days, amt=pa.array([1e6] * len(ids)))
    return reading(folder)


def test_08_identifiers_of_18_digits_stay_exact_beside_a_gap(tmp_path):
    ids = [530924057810571265, 530924057810571266, 530924057810571267, None]
    found = parquet_bank(tmp_path, pa.array(ids, pa.int64()), pa.array(["2024-01-10"] * 4))
    assert found.tables["applications"]["enterprise_id"].tolist() == [str(i) for i in ids[:3]]
    assert found.rejects["applications"]["rule"].tolist() == ["enterprise_id_required"]


def test_08_an_identifier_that_was_a_float_of_18_digits_is_a_bad_value(tmp_path):
    found = parquet_bank(tmp_path, pa.array([530924057810571265.0, 600100.0]), pa.array(["2024-01-10"] * 2))
    assert found.tables["enterprises"]["enterprise_id"].tolist() == ["600100"]
    assert found.bad[0].wanted == "an identifier with all its digits"


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", "2024-01-10"), ("UTC", "2024-01-09")])
def test_09_a_midnight_of_beijing_stored_as_utc_is_the_day_in_the_zone_of_the_bank(tmp_path, zone, day):
    moments = pa.array([pd.Timestamp("2024-01-09 16:00", tz="UTC")], pa.timestamp("us", tz="UTC"))
    parquet_bank(tmp_path, pa.array(["C1"]), moments)
    text = (tmp_path / "mapping.yaml").read_text(encoding="utf8")
    (tmp_path / "mapping.yaml").write_text(f"zone: {zone}\n{text}", encoding="utf8")
    assert reading(tmp_path).tables["applications"]["as_of"].tolist() == [pd.Timestamp(day)]


@pytest.mark.parametrize(
    "text",
    ["2024-01-09T16:00:00Z", "2024-01-09 16:00:00+00:00", "2024/1/9 16:00:00.000 +0000", "2024-01-10 00:00:00+08:00",
     "2024-01-10 00:30", "2024-01-10 3:30:00 PM"],
)  # fmt: skip
def test_09_a_text_with_an_offset_is_the_day_in_the_zone_of_the_bank(tmp_path, text):
    given(tmp_path, ENTERPRISES.format(name="e.csv"), e__csv=f"cust,founded\nC1,{text}\n")
    assert reading(tmp_path).tables["enterprises"]["founded_on"].tolist() == [pd.Timestamp("2024-01-10")]


def test_09_moments_without_a_zone_that_are_all_at_16_oclock_are_told(tmp_path):
    moments = pa.array([pd.Timestamp("2024-01-09 16:00"), pd.Timestamp("2024-02-09 16:00")], pa.timestamp("us"))
    found = parquet_bank(tmp_path, pa.array(["C1", "C2"]), moments)
    assert "every time of day is 16:00; is it midnight in Beijing, stored as UTC" in " ".join(found.notes)


def test_10_an_identifier_kept_as_a_decimal_is_its_whole_number(tmp_path):
    ids = pa.array([Decimal("600100"), Decimal("600101.5")], pa.decimal128(38, 10))
    found = parquet_bank(tmp_path, ids, pa.array(["2024-01-10"] * 2))
    assert found.tables["applications"]["enterprise_id"].tolist() == ["600100"]
    assert [b.got for b in found.bad if b.table == "applications"] == ["600101.5000000000"]


SBA = """
delimiter: ";"
tables:
  enterprises: {from: sba.csv, columns: {enterprise_id: id, province: state}}
  applications:
    from: sba.csv
    columns: {application_id: id, enterprise_id: id, as_of: {from: day, format: "%d-%b-%y"}, amount: amt, exposure: amt}
"""


def test_11_currency_marks_and_years_in_two_digits_are_bad_values(tmp_path):
    given(tmp_path, SBA, sba__csv='id;name;state;day;amt;\n1000014003;"SIR A""S SHOP";IN;01-jul-66;$60,000.00 ;\n')
    found = reading(tmp_path)
    assert [(b.column, b.got) for b in found.bad] == [
        ("as_of", "01-jul-66"),
        ("amount", "$60,000.00 "),
        ("exposure", "$60,000.00 "),
    ]
    assert "with the year in four digits" in found.bad[0].wanted
    assert (found.rows_in("applications"), found.rejected("applications")) == (1, 1)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2;B;SC;28-feb-97;291000", r"file sba.csv, line 3: wanted 6 fields, as in the header; got 5"),
        ('2;B;" INC.""";SC;28-feb-97;291000', r"line 3: wanted nothing under the column without a name .*got '291000'"),
        ("2;B;SC;28-feb-97;291000;;", r"line 3: wanted 6 fields, as in the header; got 7"),
    ],
)
def test_22_a_ragged_or_shifted_line_stops_with_file_and_line(tmp_path, row, message):
    given(tmp_path, SBA, sba__csv=f"id;name;state;day;amt;\n1;A;MA;28-feb-97;75000;\n{row}\n")
    with pytest.raises(BankDataError, match=message):
        reading(tmp_path)


FOUNDED = "cust,founded\nC1,0001-01-01\nC2,1900-01-01\nC3,1970-01-01\nC4,9999-12-31\nC5,2023-01-01\n"


def test_14_days_that_stand_for_no_day_are_bad_values_or_told(tmp_path):
    found = reading(given(tmp_path, ENTERPRISES.format(name="e.csv"), e__csv=FOUNDED))
    assert found.rejects["enterprises"]["enterprise_id"].tolist() == ["C1", "C2", "C4"]
    assert found.tables["enterprises"]["enterprise_id"].tolist() == ["C3", "C5"]
    assert "column founded: 1970-01-01 stands 1 times and is taken as it is" in " ".join(found.notes)


def test_14_days_that_stand_for_no_day_are_missing_where_the_mapping_says_so(tmp_path):
    declared = '{from: founded, missing: [0001-01-01, "19000101", 1970/1/1, 9999-12-31]}'
    mapping = ENTERPRISES.format(name="e.csv").replace("founded_on: founded", f"founded_on: {declared}")
    found = reading(given(tmp_path, mapping, e__csv=FOUNDED))
    assert found.tables["enterprises"]["founded_on"].isna().tolist() == [True, True, True, True, False]
    assert found.bad == ()
    assert found.notes == ()


@pytest.mark.parametrize("encoding", ["gb18030", "gbk"])
def test_16_utf8_taken_for_another_encoding_stops(tmp_path, encoding):
    mapping = f"encoding: {encoding}\n" + ENTERPRISES.format(name="e.csv")
    given(tmp_path, mapping, e__csv="cust,founded,备注\nC1,2015-01-01,广东浙江\n")
    with pytest.raises(BankDataError, match=rf"file e.csv, line 1: wanted text in {encoding}; got UTF-8"):
        reading(tmp_path)


def test_16_characters_that_were_read_wrongly_before_they_came_are_told(tmp_path):
    wrong = "浙江".encode().decode("gb18030")
    mapping = ENTERPRISES.format(name="e.csv").replace("founded_on: founded", "province: prov")
    found = reading(given(tmp_path, mapping, e__csv=f"cust,prov\nC1,广东\nC2,{wrong}\n"))
    assert [n for n in found.notes if "column prov" in n and "looks like UTF-8 that was once read as GBK" in n]


@pytest.mark.parametrize("name", ["客户[2024].csv", "[客户].csv", "客户(1).csv", "a b[!x].csv"])
def test_18_brackets_in_the_name_of_a_file_stand_for_themselves(tmp_path, name):
    given(tmp_path, ENTERPRISES.format(name=name))
    (tmp_path / name).write_text("cust,founded\nC1,2015-01-01\n", encoding="utf8")
    assert len(reading(tmp_path).tables["enterprises"]) == 1


@pytest.mark.parametrize("name", ["/etc/passwd", "../e.csv", "x/../../e.csv", "C:/e.csv", "..\\\\e.csv"])
def test_18_a_name_that_leads_out_of_the_folder_is_refused(tmp_path, name):
    given(tmp_path, ENTERPRISES.format(name=name))
    with pytest.raises(BankDataError, match=r"table enterprises: wanted file .*; a name must stay inside the folder"):
        reading(tmp_path)


@pytest.mark.parametrize(("name", "message"), [(".", r"it is no name of a file"), ("x", r"x is no file")])
def test_18_a_name_of_no_file_is_refused(tmp_path, name, message):
    (tmp_path / "x").mkdir()
    given(tmp_path, ENTERPRISES.format(name=name))
    with pytest.raises(BankDataError, match=message):
        reading(tmp_path)


def test_18_a_link_that_leads_out_of_the_folder_is_refused(tmp_path):
    folder = tmp_path / "bank"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("cust,founded\nC1,2015-01-01\n", encoding="utf8")
    (folder / "e.csv").symlink_to(tmp_path / "secret.csv")
    given(folder, ENTERPRISES.format(name="*.csv"))
    with pytest.raises(BankDataError, match=r"e.csv is a link that leads out of the folder"):
        reading(folder)


def test_19_a_month_in_the_year_9999_rejects_its_row_and_the_rest_conforms(example):
    path = example / "征信_授信余额.txt"
    text = path.read_text(encoding="gb18030").replace("|202209|", "|999912|", 1)
    path.write_text(text, encoding="gb18030")
    found = reading(example)
    assert found.rejects["borrowings"]["rule"].tolist() == ["reported_on_unreadable"]
    assert len(conform(found.tables["borrowings"], TABLES["borrowings"])) == found.rows_in("borrowings") - 1


@pytest.mark.parametrize("code", ["9.14403E+17", "9.14403101234567E+17"])
def test_20_a_credit_code_that_excel_made_a_number_is_a_bad_value(example, code):
    path = example / "客户基本信息表.csv"
    text = path.read_text(encoding="gbk")
    path.write_text(text.replace(text.split("\n")[1].split(",")[1], code), encoding="gbk")
    assert [b.got for b in reading(example).bad] == [code]
