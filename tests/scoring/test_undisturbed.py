"""A batch whose tables, folders or journal are not what they seem ends with a sentence, or gives what it should."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from schemas.conform import BadTableError
from scoring import parts, stream
from scoring.batch import score_folder
from scoring.bundle import Bundle
from tests.scoring.small_bank import DAY, asked, firms, small_bundle, staff, unchecked, write_bank


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return write_bank(tmp_path / "tables", enterprises=firms(4), headcount=staff(4), applications=asked(4))


@pytest.fixture
def bundle(loan_book: pd.DataFrame, tables: Path) -> Bundle:
    return small_bundle(loan_book, tables)


@pytest.mark.parametrize("name", ["as_of=2030-06-30", "row=3", "batch[1]"])
def test_scores_do_not_depend_on_the_names_of_folders(bundle: Bundle, tables: Path, tmp_path: Path, name: str) -> None:
    score_folder(bundle, tables, tmp_path / "plain" / "x.parquet", DAY)
    odd = tmp_path / name
    shutil.copytree(tables, odd / "tables")
    shutil.copytree(tables, tmp_path / "batch1" / "tables")  # what a pattern would read
    other = pd.read_parquet(tables / "headcount.parquet").assign(staff=999.0)
    other.to_parquet(tmp_path / "batch1" / "tables" / "headcount.parquet", index=False)
    score_folder(bundle, odd / "tables", odd / "out" / "x.parquet", DAY)
    plain, found = (pq.read_table(folder / "x.parquet") for folder in (tmp_path / "plain", odd / "out"))
    assert found.equals(plain)


def test_a_table_that_is_replaced_while_it_is_scored_leaves_no_part_for_the_next_run(
    bundle: Bundle, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    score_folder(bundle, tables, tmp_path / "plain.parquet", DAY)
    file, kept = tables / "headcount.parquet", tmp_path / "kept.parquet"
    shutil.copy2(file, kept)
    hashed = stream.inputs

    def replaced(folder: Path) -> Any:
        found = hashed(folder)
        pd.read_parquet(file).assign(staff=999.0).to_parquet(file, index=False)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(stream, "inputs", replaced)
        with pytest.raises(BadTableError, match="wanted tables that stay the same while they are scored"):
            score_folder(bundle, tables, tmp_path / "x.parquet", DAY)
    shutil.copy2(kept, file)
    counts = score_folder(bundle, tables, tmp_path / "x.parquet", DAY)
    assert counts.resumed == 0
    assert pq.read_table(tmp_path / "x.parquet").equals(pq.read_table(tmp_path / "plain.parquet"))


def test_a_table_that_arrives_after_the_tables_were_hashed_is_not_scored(
    bundle: Bundle, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, aside = tables / "headcount.parquet", tmp_path / "aside.parquet"
    file.rename(aside)
    hashed = stream.inputs

    def arrived(folder: Path) -> Any:
        found = hashed(folder)
        aside.rename(file)
        return found

    monkeypatch.setattr(stream, "inputs", arrived)
    with pytest.raises(BadTableError, match="wanted tables that stay the same while they are scored"):
        score_folder(bundle, tables, tmp_path / "x.parquet", DAY)


def test_counts_that_do_not_add_up_are_an_error_and_write_nothing(
    bundle: Bundle, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: Callable[..., Any] = parts.write_part
    monkeypatch.setattr(parts, "write_part", lambda *given: replace(part := written(*given), rows=part.rows - 1))
    with pytest.raises(RuntimeError, match="applications in 4 are not scored 3"):
        score_folder(bundle, tables, tmp_path / "x.parquet", DAY)
    assert not (tmp_path / "x.parquet").exists()


def test_days_in_nanoseconds_are_days(bundle: Bundle, tables: Path, tmp_path: Path) -> None:
    score_folder(bundle, tables, tmp_path / "plain.parquet", DAY)
    unchecked(tables)
    for name, days in (("applications", ["as_of"]), ("headcount", ["period_end", "known_on"])):
        frame = pd.read_parquet(tables / f"{name}.parquet").astype(dict.fromkeys(days, "datetime64[ns]"))
        frame.to_parquet(tables / f"{name}.parquet", index=False)
        assert str(pq.read_schema(tables / f"{name}.parquet").field(days[0]).type) == "timestamp[ns]"
    score_folder(bundle, tables, tmp_path / "x.parquet", DAY)
    assert pq.read_table(tmp_path / "x.parquet").equals(pq.read_table(tmp_path / "plain.parquet"))
