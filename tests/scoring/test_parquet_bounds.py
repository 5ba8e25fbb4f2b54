"""Parquet files that are absurd, or say wrong things of themselves: refused with a sentence, or read all the same."""

import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.engine import engine, parquet
from schemas.checks import Checks
from schemas.conform import BadTableError
from scoring.check import bounds
from scoring.check.bounds import refuse_absurd, statistics_hold
from scoring.stream_check import StreamChecked, stream_check
from tests.scoring.drawn_tables import write_tables

DAY = pd.Timestamp("2024-06-30")


def applications(rows: int) -> pa.Table:
    ids = [f"a{n}" for n in range(rows)]
    return pa.table(
        {
            "application_id": ids,
            "enterprise_id": [f"e{n}" for n in range(rows)],
            "as_of": pa.array([pd.Timestamp("2023-01-01").to_pydatetime()] * rows, pa.timestamp("us")),
            "amount": [1.0] * rows,
            "exposure": [1.0] * rows,
        }
    )


def check(folder: Path, work: Path) -> StreamChecked:
    work.mkdir(exist_ok=True)
    with engine("200MB", 1) as base:
        return stream_check(base, folder, work, work / "rejects", DAY, Checks())


def holds(path: Path) -> bool:
    with engine("200MB", 1) as base:
        return statistics_hold(base, path, ["enterprise_id"])


def with_footer(path: Path, old: bytes, new: bytes) -> None:
    """Put `new` in the one place of `old` in the footer of a Parquet file; both have the same length."""
    content = path.read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    assert len(old) == len(new)
    assert content[start:].count(old) == 1
    path.write_bytes(content[:start] + content[start:].replace(old, new))


def test_a_few_bytes_that_tell_of_many_rows_are_refused_by_their_metadata(tmp_path: Path) -> None:
    path = tmp_path / "statements.parquet"
    pq.write_table(pa.table({"enterprise_id": pa.array(["e"] * 20_000_000).dictionary_encode()}), path)
    assert path.stat().st_size < 100_000
    with pytest.raises(BadTableError, match=r"at most 100 per byte of the file; .* tells of 20,000,000 rows in"):
        refuse_absurd(path, "statements")


def test_a_row_group_that_unpacks_beyond_all_measure_is_refused_by_its_metadata(tmp_path: Path) -> None:
    path = tmp_path / "enterprises.parquet"
    pq.write_table(pa.table({"enterprise_id": ["e"], "name": ["x" * 50_000_000]}), path, compression="zstd")
    assert path.stat().st_size < 100_000
    with pytest.raises(BadTableError, match=r"column name: wanted at most .* unpacks to 50,000,0\d\d bytes in 1 cells"):
        refuse_absurd(path, "enterprises")


def test_one_long_text_among_many_short_ones_is_refused_with_its_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "LONGEST_TEXT", 1000)
    firms = pa.table({"enterprise_id": ["e0", "e1"], "city": ["中" * 334, "b"]})
    write_tables({"enterprises": firms, "applications": applications(2)}, tmp_path / "tables")
    sentence = "table enterprises, column city: wanted texts of at most 1,000 bytes; one has 1,002 bytes"
    with pytest.raises(BadTableError, match=sentence):
        check(tmp_path / "tables", tmp_path / "work")


def test_rows_are_found_though_the_statistics_of_the_file_leave_them_out(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    firms = pa.table({"enterprise_id": ["e0", "e1"], "city": ["a", "b"]})
    write_tables({"enterprises": firms, "applications": applications(2)}, tables)
    path = tables / "enterprises.parquet"
    assert holds(path)
    content = path.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    path.write_bytes(content[:footer] + content[footer:].replace(b"e1", b"e0"))
    told = pq.read_metadata(path).row_group(0).column(0).statistics
    assert (told.min, told.max) == ("e0", "e0")
    assert pd.read_parquet(path)["enterprise_id"].tolist() == ["e0", "e1"]
    assert not holds(path)
    found = check(tables, tmp_path / "work")
    with engine("200MB", 1) as base:
        query = f"SELECT enterprise_id FROM {found.relations['enterprises']} WHERE enterprise_id >= 'e1'"
        assert base.rows(query) == [("e1",)]


def test_rows_are_found_though_an_old_writer_sorted_bytes_by_their_signs(tmp_path: Path) -> None:
    """parquet-mr before 1.8.2 (PARQUET-251): pyarrow believes no bound of it, the engine does."""
    tables = tmp_path / "tables"
    firms = pa.table({"enterprise_id": ["e0", "e1"], "city": ["a", "b"]})
    write_tables({"enterprises": firms, "applications": applications(2)}, tables)
    path = tables / "enterprises.parquet"
    content = path.read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    path.write_bytes(content[:start] + content[start:].replace(b"\x02e1", b"\x02e0"))
    created = pq.read_metadata(path).created_by.encode()
    with_footer(path, created, b"parquet-mr version 1.7.0 (build a)".ljust(len(created))[: len(created)])
    told = pq.read_metadata(path)
    assert told.created_by.startswith("parquet-mr version 1.7.0")
    assert told.row_group(0).column(0).statistics is None or not told.row_group(0).column(0).statistics.has_min_max
    condition = "WHERE enterprise_id >= 'e1'"
    with engine("200MB", 1) as base:
        assert (
            base.rows(f"SELECT enterprise_id FROM {parquet(path)} {condition}") == []
        )  # what is to be guarded against
    assert not holds(path)
    found = check(tables, tmp_path / "work")
    with engine("200MB", 1) as base:
        assert base.rows(f"SELECT enterprise_id FROM {found.relations['enterprises']} {condition}") == [("e1",)]


@pytest.mark.parametrize(("column", "highest"), [("enterprise_id", b"e1"), ("city", b"bb")])
def test_values_are_read_though_the_file_counts_all_of_them_as_missing(
    tmp_path: Path, column: str, highest: bytes
) -> None:
    tables = tmp_path / "tables"
    firms = pa.table({"enterprise_id": ["e0", "e1"], "city": ["aa", "bb"]})
    write_tables({"enterprises": firms, "applications": applications(2)}, tables)
    path = tables / "enterprises.parquet"
    assert holds(path)
    # field 3 of the statistics, a zigzag number: 0 becomes 2
    with_footer(path, b"\x36\x00\x28\x02" + highest, b"\x36\x04\x28\x02" + highest)
    place = firms.column_names.index(column)
    assert pq.read_metadata(path).row_group(0).column(place).statistics.null_count == 2
    with engine("200MB", 1) as base:
        assert base.rows(f"SELECT count({column}) FROM {parquet(path)}") == [(0,)]  # what is to be guarded against
    assert not holds(path)
    found = check(tables, tmp_path / "work")
    assert found.quality[0].kept == 2
    with engine("200MB", 1) as base:
        assert base.rows(f"SELECT count({column}) FROM {found.relations['enterprises']}") == [(2,)]


def test_a_file_that_tells_of_other_rows_than_its_row_groups_hold_is_refused(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    firms = pa.table({"enterprise_id": [f"e{n}" for n in range(61)]})
    write_tables({"enterprises": firms, "applications": applications(2)}, tables)
    path = tables / "enterprises.parquet"
    pq.write_table(firms, path)
    with_footer(path, b"\x16\x7a\x19", b"\x16\x50\x19")  # field 3 of the file, a zigzag number: 61 becomes 40
    assert pq.read_metadata(path).num_rows == 40
    with pytest.raises(BadTableError, match=r"wanted as many rows as its row groups hold, 61; .* tells of 40"):
        check(tables, tmp_path / "work")


def test_a_condition_on_the_enterprise_reaches_the_row_groups_of_the_file(tmp_path: Path) -> None:
    rejected = applications(100).set_column(3, "amount", [[1.0] * 99 + [-1.0]])
    write_tables(
        {"enterprises": pa.table({"enterprise_id": [f"e{n}" for n in range(100)]}), "applications": rejected},
        tmp_path / "tables",
    )
    found = check(tmp_path / "tables", tmp_path / "work")
    with engine("200MB", 1) as base:
        query = f"EXPLAIN SELECT count(amount) FROM {found.relations['applications']} WHERE enterprise_id >= 'e98'"
        plan = base.rows(query)[0][1]
    scan = plan[plan.index("Read Parquet") :]
    assert re.search(r"Filters:[\s│]+enterprise_id\s*>=\s*'?e98", scan)
