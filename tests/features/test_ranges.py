"""Ranges of enterprises, work ahead in a thread, and tables in any order."""

import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.as_of import quantities, quantities_of
from features.clustering import clustered
from features.engine import engine, relations_of
from features.gap_rows import checked_relations
from features.queries import QUERIES
from features.ranges import Range, ahead, ranges
from features.table import FeatureParams, Source, feature_tables
from schemas.tables import TABLES
from tests.features.drawn import drawn_tables, saved

PARAMS = FeatureParams("default", "statistical_2017", "2024-12-31", "512MB")


def several(tables: dict[str, pd.DataFrame], enterprises: int) -> dict[str, pd.DataFrame]:
    """The same tables with about four applications per enterprise."""
    owner = np.random.default_rng(1).integers(0, enterprises, len(tables["applications"])).astype(str)
    return tables | {"applications": tables["applications"].assign(enterprise_id=pd.Series(owner, dtype="str"))}


@pytest.mark.parametrize("size", [1, 3, 10, 1000])
def test_every_application_lies_in_one_range_and_no_enterprise_in_two(tmp_path: Path, size: int) -> None:
    tables = several(drawn_tables(31, 40), 9)
    folder = saved(tables, tmp_path / "tables")
    with engine() as base:
        relations = relations_of(folder, tuple(TABLES))
        found = ranges(base, relations, size)
        assert sum(one.applications for one in found) == 40
        assert all(one.applications for one in found)
        parts = [quantities_of(base, relations, one, QUERIES) for one in found]
    assert [len(part) for part in parts] == [one.applications for one in found]
    assert sorted(pd.concat(parts)["application_id"]) == sorted(tables["applications"]["application_id"])
    owners = [set(part["enterprise_id"]) for part in parts]
    assert len(set.union(*owners)) == sum(len(owner) for owner in owners)


def test_a_range_that_holds_another_number_of_applications_is_an_error(tmp_path: Path) -> None:
    folder = saved(drawn_tables(32, 5), tmp_path / "tables")
    with engine() as base, pytest.raises(ValueError, match=r"wanted 6 applications where TRUE; got 5"):
        quantities_of(base, relations_of(folder, tuple(TABLES)), Range("TRUE", 6), QUERIES)


def test_without_applications_there_is_one_empty_range(tmp_path: Path) -> None:
    tables = drawn_tables(33, 5)
    folder = saved(tables | {"applications": tables["applications"][:0]}, tmp_path / "tables")
    (frame,) = quantities(folder, QUERIES)
    assert len(frame) == 0


def test_relations_may_be_queries_and_a_finished_range_may_be_skipped(tmp_path: Path) -> None:
    folder = saved(several(drawn_tables(34, 40), 9), tmp_path / "tables")
    whole = pd.concat(feature_tables(folder, PARAMS), ignore_index=True)
    with engine() as base:
        files = checked_relations(folder)
        relations = {name: f"(SELECT * FROM {file} WHERE TRUE)" for name, file in files.items()}
        wanted = ranges(base, relations, 10)
        assert len(wanted) > 2
        rest = pd.concat(Source(base, relations, PARAMS).tables(wanted[1:]), ignore_index=True)
    expected = whole[whole["application_id"].isin(rest["application_id"])]
    assert len(rest) == 40 - wanted[0].applications
    by = "application_id"
    pd.testing.assert_frame_equal(
        rest.sort_values(by, ignore_index=True), expected.sort_values(by, ignore_index=True), check_exact=True
    )


def test_results_come_in_order_and_at_most_two_are_there_at_a_time() -> None:
    made: list[int] = []
    taken: list[int] = []
    for one in ahead(lambda within: made.append(within.applications) or within.applications, numbered(6)):
        taken.append(one)
        assert len(made) - len(taken) <= 1
    assert taken == list(range(6))


def numbered(count: int) -> list[Range]:
    return [Range("TRUE", number) for number in range(count)]


def test_the_next_result_is_made_while_the_caller_works() -> None:
    begun = [threading.Event() for _ in range(3)]

    def work(within: Range) -> int:
        begun[within.applications].set()
        return within.applications

    for one in ahead(work, numbered(3)):
        assert one == 2 or begun[one + 1].wait(10)


def test_an_error_of_the_thread_reaches_the_caller_in_its_place() -> None:
    def work(within: Range) -> int:
        if within.applications == 2:
            message = "range 2 cannot be read"
            raise OSError(message)
        return within.applications

    results = ahead(work, numbered(5))
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(OSError, match="range 2 cannot be read"):
        next(results)


@pytest.fixture
def in_row_groups(tmp_path: Path) -> tuple[Path, Path]:
    """The same tables in row groups of 20 rows, in the order of enterprises and scattered."""
    tables = several(drawn_tables(35, 120), 30)
    ordered = {
        name: frame.sort_values("enterprise_id") if "enterprise_id" in frame else frame
        for name, frame in tables.items()
    }
    scattered = {name: frame.sample(frac=1, random_state=2) for name, frame in tables.items()}
    for label, frames in (("ordered", ordered), ("scattered", scattered)):
        saved(frames, tmp_path / label)
        for name, frame in frames.items():
            table = pa.Table.from_pandas(frame, preserve_index=False)
            pq.write_table(table, tmp_path / label / f"{name}.parquet", row_group_size=20)
    return tmp_path / "ordered", tmp_path / "scattered"


def test_scattered_tables_are_sorted_and_ordered_ones_are_read_where_they_lie(
    in_row_groups: tuple[Path, Path], tmp_path: Path
) -> None:
    names = tuple(TABLES)
    for folder, sorted_too in zip(in_row_groups, (False, True), strict=True):
        work = tmp_path / f"work-{folder.name}"
        work.mkdir()
        with engine() as base:
            relations = clustered(base, relations_of(folder, names), work)
            copies = {path.name.removesuffix(".sorted.parquet") for path in work.glob("*.parquet")}
            for name in copies:
                owner = base.frame(f"SELECT enterprise_id FROM {relations[name]}")["enterprise_id"]
                assert owner.is_monotonic_increasing
                assert len(owner) == len(pd.read_parquet(folder / f"{name}.parquet"))
        assert {"guarantees", "outcomes"} <= copies
        assert copies == ({*names} if sorted_too else {"guarantees", "outcomes"})


def test_tables_in_any_order_give_the_same_quantities(in_row_groups: tuple[Path, Path]) -> None:
    first, second = (
        pd.concat(quantities(folder, QUERIES, bucket=25)).sort_values("application_id", ignore_index=True)
        for folder in in_row_groups
    )
    assert first["covered"].max() > 0
    pd.testing.assert_frame_equal(first, second, check_exact=True)
