"""A comparison that says nothing is refused, and what a reader has to know of a table is told."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.accuracy import main
from benchmarks.accuracy_sets import SetError
from benchmarks.table_set import table_set
from tests.benchmarks.test_accuracy import table


def saved(tmp_path: Path, rows: pd.DataFrame) -> Path:
    path = tmp_path / "own.parquet"
    rows.to_parquet(path, index=False)
    return path


def a_few(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(bad=(np.arange(len(rows)) < 25).astype(int))


def good_last_year(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["year"] != 2014].assign(bad=rows["bad"].where(rows["year"] != 2015, 0))


def good_test(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(bad=rows["bad"].where(rows["year"] < 2016, 0))


def new_stage(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(kind=rows["kind"].where(rows["year"] < 2016, "new"))


@pytest.mark.parametrize(
    ("changed", "options", "message"),
    [
        (a_few, (None, None), r"at least 30 defaults .* got 1\d among 7\d\d rows in fold 0, 25 in the table"),
        (good_last_year, ("year", "2016"), r"both outcomes among those that calibrate; got 0 defaults among \d+"),
        (good_test, ("year", "2016"), "both outcomes among those that are tested; got 0 defaults"),
        (new_stage, ("year", "2016"), "stages that are learned from too; got 'new' among the tested rows alone"),
    ],
)
def test_a_table_on_which_nothing_can_be_told_is_refused(
    tmp_path: Path,
    changed: Callable[[pd.DataFrame], pd.DataFrame],
    options: tuple[str | None, str | None],
    message: str,
) -> None:
    with pytest.raises(SetError, match=message):
        table_set(saved(tmp_path, changed(table())), "bad", "kind", None, *options)


def test_a_copy_of_the_label_rows_twice_and_shared_groups_are_told(tmp_path: Path) -> None:
    rows = table()
    plain = table_set(saved(tmp_path, rows), "bad", "kind", "owner", None, None)
    assert not any("orders the label" in said or "more than once" in said or "owner" in said for said in plain.remarks)
    rows = pd.concat([rows.assign(after=-rows["bad"]), rows.assign(after=-rows["bad"])[:100]])
    told = table_set(saved(tmp_path, rows), "bad", "kind", "owner", "year", "2016").remarks
    assert any(said.startswith("alone orders the label") and said.endswith("leaves it out): after") for said in told)
    assert any(said.startswith("200 of 1300 rows are there more than once") for said in told)
    (shared,) = (said for said in told if said.endswith("of groups (owner) that are learned from too"))
    assert 0 < int(shared.split()[0]) <= int(shared.split()[2])


def test_options_of_a_table_without_one_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--source", "sba", "--label", "bad"]) == 1
    assert "--label is about a table of your own: wanted --table FILE with it" in capsys.readouterr().err
