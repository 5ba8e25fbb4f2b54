"""Columns that tables lack are told; misspelt ones, and those that a feature of the models needs, are refused."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipelines.commands.columns import absent_columns, refuse_lost, told_absent
from pipelines.commands.data import validate_tables
from schemas.checks import checks
from schemas.conform import BadTableError, conform, write_table
from schemas.tables import TABLES
from tests.scoring.small_bank import asked, firms, staff


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Canonical tables of a small bank with all declared columns."""
    rows = {"enterprises": firms(5), "headcount": staff(5), "applications": asked(5)}
    for name, found in rows.items():
        write_table(conform(pd.DataFrame(found), TABLES[name]), name, tmp_path)
    return tmp_path


def fitted_with(*features: str) -> Any:
    """What a bundle tells of the features of its models."""
    return SimpleNamespace(models={"growth": SimpleNamespace(features=features)})


def rewritten(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    change(pd.read_parquet(path)).to_parquet(path, index=False)


def test_tables_with_all_columns_lack_none(tables: Path) -> None:
    assert absent_columns(tables) == refuse_lost(tables, fitted_with("rd_staff_share")) == {}
    assert told_absent({}) == []


def test_what_a_feature_of_the_models_needs_is_refused_and_other_columns_are_told(tables: Path) -> None:
    rewritten(tables / "headcount.parquet", lambda rows: rows.drop(columns=["rd_staff", "known_on"]))
    assert absent_columns(tables) == {"headcount": ["rd_staff"]}, "the day follows from the end of the period"
    assert refuse_lost(tables, fitted_with("staff_count")) == {"headcount": ["rd_staff"]}
    assert told_absent({"headcount": ["rd_staff"]}) == [
        "columns that did not come, so that nobody knows their values: headcount: rd_staff"
    ]
    for feature in ("rd_staff_share", "rd_staff_share_peer_rank"):
        with pytest.raises(BadTableError, match=r"has no headcount.rd_staff, so that the models lose rd_staff_share"):
            refuse_lost(tables, fitted_with(feature))
    rewritten(tables / "headcount.parquet", lambda rows: rows.assign(rd_staff=float("nan")))
    assert refuse_lost(tables, fitted_with("rd_staff_share")) == {}, "the bank says that it has none"


@pytest.mark.parametrize("got", ["RD_Staff", "rd_stff", "rdStaff", "\uff52\uff44_staff", " rd_staff "])
def test_a_misspelt_column_is_refused(got: str, tables: Path) -> None:
    rewritten(tables / "headcount.parquet", lambda rows: rows.rename(columns={"rd_staff": got}))
    sentence = rf"table headcount in .*: wanted column rd_staff; got {got}, which would not be read"
    for read in (
        lambda: refuse_lost(tables, fitted_with()),
        lambda: validate_tables(tables, None, None, checks()),
    ):
        with pytest.raises(BadTableError, match=sentence):
            read()


def test_a_column_of_the_bank_that_is_like_none_is_left_alone(tables: Path) -> None:
    rewritten(tables / "headcount.parquet", lambda rows: rows.drop(columns="rd_staff").assign(branch="B1"))
    assert absent_columns(tables) == {"headcount": ["rd_staff"]}


def test_keys_of_partitions_are_columns_and_a_file_that_cannot_be_read_is_left_to_the_check(tables: Path) -> None:
    place = tables / "headcount.parquet"
    rows = pd.read_parquet(place)
    place.unlink()
    (place / "rd_staff=1").mkdir(parents=True)
    rows.drop(columns="rd_staff").to_parquet(place / "rd_staff=1" / "one.parquet", index=False)
    (tables / "enterprises.parquet").write_bytes(b"no")
    assert absent_columns(tables) == {}
