"""Bad tables of a bank, drawn by hypothesis: every kind of value in every kind of storage a Parquet file may have."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from schemas.declarations import Column, Table
from schemas.tables import TABLES

IDS = ("E1", "E2", "e1", "ｅ１", " E1 ", "00620", "620.0", "é", "Ｅ２", "\u3000", "", " \t", None)
LOANS = ("1", "2", "01", "１", "3\n", None)
CODES = ("91350100M000100Y43", "91350100M000100Y44", "91350100M000100Y43\n", "91350100m000100y43", "1", "", None)
TEXTS = ("a", "中", "\x85", "o'brien \\", None)
NUMBERS = (0.0, -0.0, 1.0, 2.0, 0.5, -1.0, 700.0, 1e13, 1e14, float("nan"), float("inf"), float("-inf"), None)
WHOLE = (0, 1, 2, -1, 700, 2**53 + 1, 10**13, 10**18, None)
DAYS = ("2020-01-31", "2020-03-31", "2021-06-30", "2021-12-31", "2022-01-01", "1970-01-01", "1900-01-01", None)
ODD_DAYS = ("2021-06-30 23:59", "1969-12-31 12:00", "2999-12-31", "9999-12-31", "0001-01-01")
FLAGS = (True, False, None)


def _texts(column: Column) -> tuple[str | None, ...]:
    if column.name in ("enterprise_id", "application_id"):
        return IDS if column.name == "enterprise_id" else LOANS
    if column.values is not None:
        return (*column.values[:3], "other", "", None)
    return CODES if column.name == "credit_code" else TEXTS


def _cells(draw: Any, values: tuple[Any, ...], rows: int) -> list[Any]:
    """Values of a column: mostly the first few, which are good, and few at a time, so that rows repeat."""
    few = st.sampled_from(values[:2])
    return [draw(st.one_of(few, few, st.sampled_from(values))) for _ in range(rows)]


def _strings(draw: Any, column: Column, rows: int) -> pa.Array:
    form = draw(st.sampled_from(["string"] * 8 + ["large", "dictionary", "whole", "null"]))
    if form == "whole":
        return pa.array(_cells(draw, (1, 2, 3, None), rows), pa.int64())
    if form == "null":
        return pa.nulls(rows)
    cells = pa.array(_cells(draw, _texts(column), rows), pa.string())
    return (
        cells.cast(pa.large_string()) if form == "large" else cells.dictionary_encode() if form != "string" else cells
    )


def _numbers(draw: Any, rows: int) -> pa.Array:
    form = draw(st.sampled_from(["double"] * 6 + ["float", "int64", "int8", "text", "decimal", "flag", "null"]))
    if form in ("int64", "int8"):
        return pa.array(_cells(draw, WHOLE if form == "int64" else (1, 2, -1, None), rows), getattr(pa, form)())
    if form == "text":
        return pa.array(_cells(draw, ("1", "2.5", "1e3", " 7 ", "", None, "x"), rows), pa.string())
    if form == "decimal":
        return pa.array(_cells(draw, (None, dt_decimal("1.10"), dt_decimal("-3.00")), rows), pa.decimal128(20, 2))
    if form == "flag":
        return pa.array(_cells(draw, FLAGS, rows), pa.bool_())
    if form == "null":
        return pa.nulls(rows)
    return pa.array(_cells(draw, NUMBERS, rows), pa.float64() if form == "double" else pa.float32(), from_pandas=False)


def dt_decimal(text: str) -> Any:
    """A decimal number."""
    return pa.scalar(text).cast(pa.decimal128(20, 2)).as_py()


def _days(draw: Any, rows: int) -> pa.Array:
    form = draw(st.sampled_from(["us"] * 6 + ["ms", "ns", "date32", "text", "utc", "wrong", "null"]))
    if form == "null":
        return pa.nulls(rows)
    if form in ("text", "wrong"):
        more = ("2021-6-30", "2021-02-30", "20210630", "", "2021-06-30T09:00") if form == "wrong" else ()
        return pa.array(_cells(draw, (*DAYS, *more), rows), pa.string())
    cells = _cells(draw, DAYS if form in ("date32", "ns") else (*DAYS, *ODD_DAYS), rows)
    days = [None if cell is None else dt.datetime.fromisoformat(cell) for cell in cells]
    if form == "date32":
        return pa.array([None if day is None else day.date() for day in days], pa.date32())
    return pa.array(days, pa.timestamp("us" if form == "utc" else form, "UTC" if form == "utc" else None))


def _flags(draw: Any, rows: int) -> pa.Array:
    form = draw(st.sampled_from(["bool"] * 4 + ["text", "whole", "null"]))
    if form == "text":
        return pa.array(_cells(draw, ("yes", "no", "Y", " true ", "", None), rows), pa.string())
    if form == "whole":
        return pa.array(_cells(draw, (1, 0, None), rows), pa.int64())
    return pa.nulls(rows) if form == "null" else pa.array(_cells(draw, FLAGS, rows), pa.bool_())


def _column(draw: Any, column: Column, rows: int) -> pa.Array:
    match column.dtype:
        case "string":
            return _strings(draw, column, rows)
        case "date":
            return _days(draw, rows)
        case "boolean":
            return _flags(draw, rows)
    return _numbers(draw, rows)


@st.composite
def drawn_table(draw: Any, table: Table, wild: bool) -> pa.Table:
    """A table whose rows may break any rule; with `wild` columns may be absent, or stored as something else."""
    rows = draw(st.integers(0 if wild else 1, 7))
    columns = {}
    for column in table.columns:
        needed = column.required or column.name in table.key
        if not needed and draw(st.booleans()):
            continue
        if wild and draw(st.integers(0, 9)) == 0:
            columns[column.name] = _column(draw, column, rows)
        else:
            columns[column.name] = _plain(draw, column, rows)
    drawn = pa.table(columns)
    again = draw(st.lists(st.integers(0, rows - 1), max_size=3)) if rows else []
    return pa.concat_tables([drawn, drawn.take(again)]) if again else drawn


def _plain(draw: Any, column: Column, rows: int) -> pa.Array:
    match column.dtype:
        case "string":
            return pa.array(_cells(draw, _texts(column), rows), pa.large_string())
        case "date":
            cells = _cells(draw, (*DAYS, *ODD_DAYS), rows)
            return pa.array([None if c is None else pd.Timestamp(c).to_pydatetime() for c in cells], pa.timestamp("us"))
        case "boolean":
            return pa.array(_cells(draw, FLAGS, rows), pa.bool_())
    return pa.array(_cells(draw, NUMBERS, rows), pa.float64(), from_pandas=False)


def write_tables(tables: dict[str, pa.Table], folder: Path) -> None:
    """Write these tables as `<name>.parquet` into `folder`, and no other."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        (folder / f"{name}.parquet").unlink(missing_ok=True)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=3)
