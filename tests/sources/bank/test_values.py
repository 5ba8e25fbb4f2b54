"""Single values: what is read, what is missing, what is bad, and what is told."""

import datetime as dt
import uuid
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.tables import TABLES
from sources.bank.days import days
from sources.bank.maps import ColumnMap
from sources.bank.reading import read
from sources.bank.values import converted

STATEMENTS, ENTERPRISES = TABLES["statements"], TABLES["enterprises"]
PROFIT = ColumnMap(STATEMENTS.column("profit"), "x")
SHARE = ColumnMap(STATEMENTS.column("rd_domestic_share"), "x", unit="percent")
DAY = ColumnMap(STATEMENTS.column("period_end"), "x")
ID = ColumnMap(STATEMENTS.column("enterprise_id"), "x")
CITY = ColumnMap(ENTERPRISES.column("city"), "x")


def of(spec: ColumnMap, *values: object) -> list[object]:
    """Values as read; "bad" for what could not be read, None for what is missing."""
    text = all(isinstance(v, str) for v in values)
    found = converted(pd.Series(list(values), dtype="str" if text else "object"), spec)
    return ["bad" if b else None if pd.isna(v) else v for v, b in zip(found.values, found.bad, strict=True)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(1,234.50)", -1234.5),
        ("（１，２３４）", -1234.0),
        ("-1,234", -1234.0),
        ("１２３．５", 123.5),
        (".5", 0.5),
        ("1e5", 100_000.0),
        ("1,23", "bad"),
        ("1.234,5", "bad"),
        ("1 234", "bad"),
        ("1,234-", "bad"),
        ("(-5)", "bad"),
        ("()", "bad"),
        ("¥100", "bad"),
        ("12%", "bad"),
        ("inf", "bad"),
        ("nan", "bad"),
        ("0x10", "bad"),
        (".", "bad"),
        ("#DIV/0!", "bad"),
        ("１２３万", "bad"),
    ],
)
def test_a_number_is_read_in_the_usual_forms_and_no_other(text, number):
    assert of(PROFIT, text) == [number]


def test_a_percent_is_read_with_and_without_its_sign():
    assert of(SHARE, "45%", "45 ％", "45", "45%%", "%") == [0.45, 0.45, 0.45, "bad", "bad"]


@pytest.mark.parametrize("value", ["-9999", "-9999.00", "-9,999", -9999, -9999.0, Decimal("-9999.0")])
def test_a_number_listed_as_missing_is_missing_however_it_is_written(value):
    spec = ColumnMap(PROFIT.ours, "x", unit="万元", missing=("", "-9999"))
    assert of(spec, value) == [None]
    typed = converted(pd.Series([-9999.0, 1.0]), spec)
    assert typed.values.isna().tolist() == [True, False]


def test_a_day_of_eight_zeros_listed_as_missing_leaves_real_zeros_alone():
    assert of(ColumnMap(PROFIT.ours, "x", missing=("", "00000000")), "0", "0.00") == [0.0, 0.0]


@pytest.mark.parametrize(
    "value",
    ["9999-12-31", "99991231", dt.date(9999, 12, 31), pd.Timestamp(9999, 12, 31), "9999年12月31日 00:00:00"],
)
def test_a_day_listed_as_missing_is_missing_however_it_is_written(value):
    spec = ColumnMap(DAY.ours, "x", missing=("", "99991231"))
    assert of(spec, value) == [None]
    assert of(DAY, value) == ["bad"]


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        ("month_end", "2023.1", None),
        ("month_end", "2023.10", "2023-10-31"),
        ("month_end", "2023.01", "2023-01-31"),
        ("month_end", "2023-1", "2023-01-31"),
        ("month_end", "20231", None),
        ("month_end", "202313", None),
        ("month_end", "2023年1月", "2023-01-31"),
        ("month_end", "2023-01-15", None),
        ("year_end", "2023-2024", None),
        ("year_end", "23", None),
        ("quarter_end", "2023Q5", None),
        ("%Y%m%d", "20230131 ", None),
        ("%Y%m%d", "20230131至今", None),
        ("%d/%m/%y", "31/01/66", None),
        ("%Y-%m-%d %H:%M:%S%z", "2023-01-30 16:00:00+0000", "2023-01-31"),
        (None, "2023.1.31", "2023-01-31"),
        (None, "2023.1", None),
        (None, "２０２３年１月３１日", "2023-01-31"),
        (None, "2023-02-29", None),
    ],
)
def test_what_is_not_exactly_one_day_is_not_read(form, text, day):
    found = days(pd.Series([text], dtype="str"), form, "Asia/Shanghai").iloc[0]
    assert found is pd.NaT if day is None else found == pd.Timestamp(day)


def test_a_cell_that_is_a_day_already_falls_into_the_period_that_the_format_names():
    month = ColumnMap(DAY.ours, "x", format="month_end")
    assert of(month, dt.date(2024, 2, 1), "202402") == [pd.Timestamp("2024-02-29")] * 2
    quarter = ColumnMap(DAY.ours, "x", format="quarter_end")
    typed = converted(pd.Series(pd.to_datetime(["2024-05-01", None])), quarter)
    assert typed.values.iloc[0] == pd.Timestamp("2024-06-30")
    assert typed.bad.tolist() == [False, False]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("\ufeff C1\u200b\u3000", "C1"),
        (b"C1 ", "C1"),
        (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (600100.0, "600100"),
        (Decimal("600100.0000000000"), "600100"),
        (Decimal("600100.5"), "bad"),
        (600100.5, "bad"),
        (1e15, "bad"),
        (b"\xff\xfe", "bad"),
        ([1], "bad"),
        (dt.date(2024, 1, 2), "bad"),
        ("9.14403E+17", "bad"),
        ("NULL", "bad"),
        ("合计", "bad"),
        ("Total", "bad"),
        ("x", "bad"),
        ('="0012"', "bad"),
        ("'0012", "bad"),
        ("#N/A", "bad"),
        ("客户\ufffd", "bad"),
        ("锟斤拷", "bad"),
    ],
)
def test_an_identifier_is_its_text_with_every_digit_or_bad(value, text):
    assert of(ID, value) == [text]


def test_a_word_for_no_value_in_a_plain_text_is_kept_and_an_error_value_is_bad():
    assert of(CITY, "无", "NULL", "#REF!") == ["无", "NULL", "bad"]


def test_an_identifier_kept_as_a_short_float_is_bad_where_digits_may_be_lost():
    found = converted(pd.Series([600100, 16_777_217], dtype="float32"), ID)
    assert found.bad.tolist() == [False, True]


def test_a_column_that_pandas_kept_as_its_index_is_read(tmp_path):
    pd.DataFrame({"cust": ["C1"], "city": ["x"]}).set_index("cust").to_parquet(tmp_path / "e.parquet")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("tables: {enterprises: {from: e.parquet, columns: {enterprise_id: cust}}}", encoding="utf8")
    assert read(mapping, str(tmp_path)).tables["enterprises"]["enterprise_id"].tolist() == ["C1"]


@settings(max_examples=60, deadline=None)
@given(st.dates(dt.date(1900, 3, 1), dt.date(2099, 12, 31)), st.sampled_from(["-", "/", "."]), st.booleans())
def test_every_day_comes_back_in_every_form(day, mark, padded):
    month, number = (f"{day.month:02d}", f"{day.day:02d}") if padded else (str(day.month), str(day.day))
    forms = (
        f"{day.year}{mark}{month}{mark}{number}",
        f"{day.year}年{month}月{number}日",
        f"{day:%Y%m%d}",
        f"{day} 23:59:59",
        f"{day}T00:00:00+08:00",
    )
    assert of(DAY, *forms) == [pd.Timestamp(day)] * len(forms)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(["int64", "uint64", "decimal", "string", "dictionary", "binary"]))
def test_identifiers_come_back_from_parquet(tmp_path, data, kind):
    whole = st.integers(0 if kind == "uint64" else -(2**63), 2**64 - 1 if kind == "uint64" else 2**63 - 1)
    text = st.from_regex(r"[0-9][0-9A-Z]{0,19}", fullmatch=True)
    numeric = kind in {"int64", "uint64", "decimal"}
    ids = data.draw(st.lists(st.none() | (whole if numeric else text), min_size=1, max_size=8))
    types = {"int64": pa.int64(), "uint64": pa.uint64(), "decimal": pa.decimal128(38, 10), "string": pa.string()}
    if kind == "binary":
        column = pa.array([None if i is None else i.encode() for i in ids], pa.binary())
    elif kind == "dictionary":
        column = pa.array(ids, pa.string()).dictionary_encode()
    else:
        column = pa.array([Decimal(i) if kind == "decimal" and i is not None else i for i in ids], types[kind])
    pq.write_table(pa.table({"cust": column}), tmp_path / "e.parquet")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("tables: {enterprises: {from: e.parquet, columns: {enterprise_id: cust}}}", encoding="utf8")
    table = read(mapping, str(tmp_path)).tables["enterprises"]
    assert table["enterprise_id"].tolist() == [str(i) for i in ids if i is not None]
