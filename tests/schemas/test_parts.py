"""A table as a folder of Parquet files is the one file of its rows; parts that are not alike are refused by name."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas import parts
from schemas.conform import BadTableError
from schemas.folder import read_tables
from schemas.parts import parts_of
from schemas.tables import TABLES

ROWS = pd.DataFrame(
    {
        "enterprise_id": [f"E{at}" for at in range(6)],
        "known_on": pd.to_datetime(["2024-01-01"] * 6).astype("datetime64[us]"),
        "head_count": [1.0, 2.0, None, 4.0, 5.0, 6.0],
    }
)


def whole(path: Path) -> pd.DataFrame:
    return parts.whole(path, TABLES["headcount"])


def gathered(path: Path, output: Path) -> Path:
    return parts.gathered(path, output, TABLES["headcount"])


def folder(path: Path, *parts: pd.DataFrame) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(parts):
        part.to_parquet(path / f"part-{number:05d}.parquet", index=False)
    return path


def test_parts_in_their_order_are_one_table(tmp_path: Path) -> None:
    made = folder(tmp_path / "headcount.parquet", ROWS[:2], ROWS[2:2], ROWS[2:])
    (made / "_SUCCESS").touch()
    (made / ".part-00000.parquet.crc").write_bytes(b"crc")
    assert [path.name for path in parts_of(made)] == [f"part-0000{number}.parquet" for number in range(3)]
    pd.testing.assert_frame_equal(whole(made), ROWS)
    pd.testing.assert_frame_equal(pd.read_parquet(gathered(made, tmp_path / "one.parquet")), ROWS)


def test_keys_of_partitions_are_columns(tmp_path: Path) -> None:
    made = tmp_path / "headcount.parquet"
    for code, rows in ROWS.assign(province=["11", "11", "31", "31", None, None]).groupby("province", dropna=False):
        key = "__HIVE_DEFAULT_PARTITION__" if pd.isna(code) else code
        folder(made / f"province={key}", rows.drop(columns="province"))
    found = whole(made)
    assert found["province"].tolist()[:4] == ["11", "11", "31", "31"]
    assert found["province"].isna().tolist() == [False] * 4 + [True] * 2
    folder(tmp_path / "other.parquet" / "month=2026-06" / "city=%E4%B8%8A%E6%B5%B7%3A1", ROWS)
    other = whole(tmp_path / "other.parquet")
    assert (other["month"].unique().tolist(), other["city"].unique().tolist()) == (["2026-06"], ["上海:1"])
    folder(made / "province=44", ROWS.assign(province="44"))
    with pytest.raises(BadTableError, match=r"province=44/part-00000\.parquet: wanted column province once"):
        whole(made)


def test_a_whole_column_without_a_value_and_whole_numbers_fit_into_the_others(tmp_path: Path) -> None:
    nothing = pa.table({"enterprise_id": ["E7"], "head_count": pa.nulls(1)})
    made = folder(tmp_path / "t.parquet", ROWS[["enterprise_id", "head_count"]])
    pq.write_table(nothing, made / "part-00001.parquet")
    pq.write_table(
        pa.table({"head_count": pa.array([7], pa.int64()), "enterprise_id": ["E8"]}), made / "part-2.parquet"
    )
    found = whole(made)
    assert found["enterprise_id"].tolist()[-2:] == ["E7", "E8"]
    assert found["head_count"].tolist()[-1] == 7
    assert pd.isna(found["head_count"].iloc[-2])


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (
            ROWS.rename(columns={"head_count": "heads"}),
            "wanted the columns of the first part, part-00000.parquet; it lacks",
        ),
        (ROWS.assign(more=1), "has column more beside them"),
        (ROWS.assign(head_count="many"), "wanted column head_count as double, as the parts before have it; got"),
    ],
)
def test_a_wrong_column_in_part_37_is_refused_with_its_name(tmp_path: Path, part: pd.DataFrame, said: str) -> None:
    made = folder(tmp_path / "headcount.parquet", *([ROWS] * 37), part, ROWS)
    for read in (whole, lambda path: gathered(path, tmp_path / "one.parquet"), lambda path: read_tables(path.parent)):
        with pytest.raises(BadTableError, match=r"part-00037\.parquet: ") as error:
            read(made)
        assert said in str(error.value)


def test_a_part_cut_short_and_a_folder_without_parts_are_refused(tmp_path: Path) -> None:
    made = folder(tmp_path / "headcount.parquet", ROWS, ROWS)
    content = (made / "part-00001.parquet").read_bytes()
    (made / "part-00001.parquet").write_bytes(content[: len(content) // 2])
    with pytest.raises(BadTableError, match=r"cannot read .*part-00001\.parquet as Parquet"):
        whole(made)
    for path in parts_of(made):
        path.unlink()
    with pytest.raises(BadTableError, match=r"wanted Parquet files in the folder .*headcount\.parquet; it has none"):
        whole(made)


def test_a_folder_of_another_name_is_not_passed_over(tmp_path: Path) -> None:
    folder(tmp_path / "headcount", ROWS)
    with pytest.raises(
        BadTableError, match=r"wanted table headcount as headcount\.parquet.*Call it headcount\.parquet"
    ):
        read_tables(tmp_path)


def test_links_are_followed_and_what_is_no_file_is_refused(tmp_path: Path) -> None:
    made = folder(tmp_path / "headcount.parquet", ROWS[:2])
    folder(tmp_path / "elsewhere", ROWS[2:])
    (made / "province=31").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(BadTableError, match="has column province beside them"):
        whole(made)
    (made / "province=31").rename(made / "more")
    assert len(whole(made)) == len(ROWS)
    (made / "again").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(BadTableError, match="leads to a folder that came before"):
        whole(made)
    (made / "again").unlink()
    (made / "part-9.parquet").symlink_to(tmp_path / "nowhere")
    with pytest.raises(BadTableError, match=r"wanted Parquet files in the folder .*; .*part-9\.parquet is none"):
        whole(made)


@pytest.mark.parametrize("name", ["_delta_log", ".hoodie", "_temporary"])
def test_files_that_are_not_all_rows_are_refused(tmp_path: Path, name: str) -> None:
    made = folder(tmp_path / "headcount.parquet", ROWS)
    (made / name).mkdir()
    with pytest.raises(BadTableError, match=rf"it holds {name}\. Write the table as plain Parquet files first"):
        whole(made)


def test_a_key_that_begins_with_a_line_is_read_and_one_that_comes_twice_or_is_no_text_is_refused(
    tmp_path: Path,
) -> None:
    first = folder(tmp_path / "a.parquet" / "_key=2", ROWS)
    assert whole(first.parent)["_key"].tolist() == ["2"] * 6
    twice = folder(tmp_path / "b.parquet" / "key=1" / "key=2", ROWS)
    with pytest.raises(BadTableError, match="wanted the key key once among the names of its folders"):
        whole(twice.parent.parent)
    other = folder(tmp_path / "c.parquet" / "key=%E9", ROWS)
    with pytest.raises(BadTableError, match="wanted the key key as text of UTF-8; got %E9"):
        whole(other.parent)


def test_an_identifier_that_is_whole_here_and_broken_there_is_refused(tmp_path: Path) -> None:
    numbers = [ROWS.assign(enterprise_id=[1, 2, 3, 4, 5, 6]), ROWS.assign(enterprise_id=[1.0, 2, 3, 4, 5, 6])]
    with pytest.raises(BadTableError, match=r"part-00001\.parquet: wanted column enterprise_id as int64"):
        whole(folder(tmp_path / "t.parquet", *numbers))


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    made = folder(tmp_path / "t.parquet", ROWS)
    pq.write_table(pa.table([["E1"], ["E2"]], names=["enterprise_id", "enterprise_id"]), made / "part-00001.parquet")
    with pytest.raises(
        BadTableError, match=r"part-00001\.parquet: wanted column enterprise_id once; it is there twice"
    ):
        whole(made)
