"""The check as a stream finds what the check in memory finds: rows, rules, counts, fit rows, gap rows, sentences."""

import re
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.engine import engine
from schemas.checks import Checks
from schemas.conform import BadTableError
from schemas.tables import TABLES
from scoring.check import convert
from scoring.stream_check import stream_check
from tests.scoring.drawn_tables import drawn_table, write_tables
from tests.scoring.same_check import assert_same

DAY = pd.Timestamp("2022-06-30")
OTHERS = tuple(name for name in TABLES if name not in ("enterprises", "applications"))


@pytest.mark.parametrize("wild", [False, True])
@given(data=st.data())
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_checks_find_the_same_of_bad_tables(wild: bool, data: st.DataObject) -> None:
    names = ("enterprises", "applications", *data.draw(st.lists(st.sampled_from(OTHERS), max_size=2, unique=True)))
    tables = {name: data.draw(drawn_table(TABLES[name], wild), label=name) for name in names}
    day = data.draw(st.sampled_from([DAY, DAY, None]))
    with tempfile.TemporaryDirectory() as folder:
        write_tables(tables, Path(folder) / "tables")
        assert_same(Path(folder) / "tables", Path(folder) / "work", day)


BASE = {
    "application_id": ["1", "2", "3", "4", "5"],
    "enterprise_id": ["e"] * 5,
    "as_of": ["2021-01-01"] * 5,
    "amount": [1.0] * 5,
    "exposure": [1.0] * 5,
}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"amount": ["1", "2", "3", "x", "5"]},
            "column amount: wanted number, got str \\(Unable to parse string .x. at position 3",
        ),
        ({"as_of": ["2021-01-01"] * 4 + ["2021-13-01"]}, "column as_of: wanted date, got str"),
        ({"as_of": ["2021-01-01"] * 4 + ["x"], "amount": ["y"] + ["1"] * 4}, "column as_of: wanted date"),
        ({"term_months": [1.5] * 5, "revolving": ["yes"] * 4 + ["maybe"]}, "column revolving: wanted boolean, got str"),
        (
            {
                "amount": ["1", "2", "3", "x", "5"],
                "revolving": [True, None, True, True, True],
                "term_months": [1, 2, None, 4, 5],
            },
            "column amount: wanted number, got str",
        ),
        ({"exposure": None}, "wanted column exposure; the table has application_id, enterprise_id, as_of, amount"),
    ],
)
def test_values_nobody_can_read_are_refused_with_the_sentence_for_the_whole_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, list[object] | None], sentence: str
) -> None:
    monkeypatch.setattr(convert, "ROWS", 2)
    columns = {name: values for name, values in (BASE | wrong).items() if values is not None}
    tables = {"enterprises": pa.table({"enterprise_id": ["e"], "city": ["a"]}), "applications": pa.table(columns)}
    write_tables(tables, tmp_path / "tables")
    refused = assert_same(tmp_path / "tables", tmp_path / "work", DAY)
    assert re.search(sentence, str(refused))


def test_whole_numbers_with_a_gap_in_another_batch_are_read_as_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pandas reads them as floating numbers, and so an identifier as 1.0."""
    monkeypatch.setattr(convert, "ROWS", 2)
    columns = BASE | {"application_id": pa.array([1, 2, 3, 4, None]), "revolving": [True, False, True, True, None]}
    firms = pa.table({"enterprise_id": ["e"], "city": ["a"]})
    write_tables({"enterprises": firms, "applications": pa.table(columns)}, tmp_path / "tables")
    assert assert_same(tmp_path / "tables", tmp_path / "work", DAY) is None


def test_a_table_in_a_folder_of_part_files_is_read_as_one(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    write_tables({"enterprises": pa.table({"enterprise_id": ["e"], "city": ["a"]})}, tables)
    (tables / "applications.parquet").mkdir()
    for part in range(2):
        rows = pa.table(BASE).slice(part * 3, 3)
        pq.write_table(rows, tables / "applications.parquet" / f"part-{part}.parquet")
    assert assert_same(tables, tmp_path / "work", DAY) is None


def test_a_folder_without_what_is_needed_is_refused_with_the_same_sentence(tmp_path: Path) -> None:
    write_tables({"enterprises": pa.table({"enterprise_id": ["e"]})}, tmp_path / "tables")
    assert "wanted table applications as applications.parquet" in str(assert_same(tmp_path / "tables", tmp_path / "w"))
    assert "is not a folder" in str(assert_same(tmp_path / "nowhere", tmp_path / "w"))


@pytest.mark.parametrize("kept", [0.5, 0.0])
def test_a_file_that_is_cut_or_whose_pages_are_overwritten_is_a_bad_table(tmp_path: Path, kept: float) -> None:
    tables = tmp_path / "tables"
    firms = pa.table({"enterprise_id": [f"e{n}" for n in range(5000)], "city": ["a"] * 5000})
    write_tables({"enterprises": firms, "applications": pa.table(BASE)}, tables)
    path, content = tables / "enterprises.parquet", (tables / "enterprises.parquet").read_bytes()
    overwritten = content[:100] + b"\xff" * 4000 + content[4100:]
    path.write_bytes(content[: int(len(content) * kept)] if kept else overwritten)
    (tmp_path / "work").mkdir()
    with (
        engine("200MB", 1) as base,
        pytest.raises(BadTableError, match=r"cannot read .* as Parquet"),
    ):
        stream_check(base, tables, tmp_path / "work", tmp_path / "rejects", DAY, Checks())


def test_of_several_bad_tables_the_first_one_is_named(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    write_tables({"enterprises": pa.table({"enterprise_id": ["e"]}), "applications": pa.table(BASE)}, tables)
    (tmp_path / "work").mkdir()
    for bad in ("applications", "enterprises"):
        (tables / f"{bad}.parquet").write_bytes(b"PAR1 and no more")
        with (
            engine("200MB", 2) as base,
            pytest.raises(BadTableError, match=rf"cannot read .*{bad}\.parquet as Parquet"),
        ):
            stream_check(base, tables, tmp_path / "work", tmp_path / "rejects", DAY, Checks())
