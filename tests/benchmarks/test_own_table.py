"""What a table of one's own may hold, and what is refused with a sentence."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.accuracy import main
from benchmarks.accuracy_sets import SetError
from benchmarks.table_set import table_set
from tests.benchmarks.own_table import ROWS, table


def test_no_group_is_on_two_sides_of_a_fold(saved: Path) -> None:
    for fold in table_set(saved, "bad", None, "owner", None, None).folds:
        owners = [set(part.loans.enterprise) for part in (fold.development, fold.calibration, fold.tested)]
        assert not owners[0] & owners[1]
        assert not owners[0] & owners[2]
        assert not owners[1] & owners[2]


@pytest.mark.parametrize(("column", "first"), [("year", "2016"), ("day", "2016-01-01")])
def test_what_is_tested_comes_after_what_calibrates_and_that_after_what_teaches(
    saved: Path, column: str, first: str
) -> None:
    (fold,) = table_set(saved, "bad", None, None, column, first).folds
    days = [part.loans.as_of for part in (fold.development, fold.calibration, fold.tested)]
    assert days[0].max() < days[1].min()
    assert days[1].max() < days[2].min()
    assert sum(map(len, days)) == ROWS


def test_neither_label_nor_segment_group_and_time_are_learned_from(saved: Path) -> None:
    data = table_set(saved, "bad", "kind", "owner", "year", "2016")
    assert data.folds[0].tested.loans.features.shape[1] == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--label", "gone"], r"own.parquet: wanted column gone; it has size \[m2\], debt"),
        (["--label", "bad", "--segment", "stage"], "wanted column stage"),
        (["--label", "year"], "label year must be 0 or 1; got 20"),
        (["--label", "debt"], "label debt must be 0 or 1; got"),
        (
            ["--label", "bad", "--time", "year", "--test-from", "1990"],
            "wanted rows before year 1990 and from it on; got 1200",
        ),
        (
            ["--label", "bad", "--time", "year", "--test-from", "2050"],
            "wanted rows before year 2050 and from it on; got 0 of",
        ),
        (
            ["--label", "bad", "--time", "day", "--test-from", "soon"],
            "wanted day and test-from as numbers, or as ISO days both .* a zone; got test-from 'soon'",
        ),
        (
            ["--label", "bad", "--time", "year"],
            "--time and --test-from come together; got time year and test-from None",
        ),
        (["--label", "bad", "--segment", "debt"], "wanted a value of debt in every row; it is missing in 120"),
        ([], "--table wants --label"),
        (["--label", "bad", "--folds"], "--folds is about sources of params.yaml: wanted it without --table"),
        (["--label", "bad", "--scores", "none/scores.json"], "--scores to name a file in a folder that is there"),
    ],
)
def test_bad_input_is_a_sentence_and_exit_code_1(
    saved: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--table", str(saved), *options]) == 1
    with pytest.raises(SetError, match=message):
        raise SetError(capsys.readouterr().err)


def test_a_missing_file_and_a_file_of_another_kind_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(SetError, match=r"wanted a Parquet table at .*none.parquet; there is none"):
        table_set(tmp_path / "none.parquet", "bad", None, None, None, None)
    other = tmp_path / "other.parquet"
    other.write_text("a,b\n1,2\n", encoding="utf8")
    with pytest.raises(SetError, match=r"other.parquet: wanted a Parquet table whose columns have different names; it"):
        table_set(other, "bad", None, None, None, None)


def test_one_class_only_and_nothing_to_learn_from_are_sentences(tmp_path: Path) -> None:
    path = tmp_path / "own.parquet"
    table().assign(bad=0).to_parquet(path)
    with pytest.raises(SetError, match="wanted rows of both outcomes; label bad is 0 in all 1200 rows"):
        table_set(path, "bad", None, None, None, None)
    table()[["bad", "note"]].to_parquet(path)
    with pytest.raises(SetError, match="wanted a numeric column to learn from beside bad; got none"):
        table_set(path, "bad", None, None, None, None)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (lambda known: known.iloc[:0], "wanted rows; the table has none"),
        (lambda known: known.assign(debt=np.inf), "wanted finite numbers, .*; debt holds infinite ones"),
    ],
)
def test_a_table_that_no_model_can_take_is_refused_in_a_sentence(saved: Path, changed: Any, message: str) -> None:
    changed(table()).to_parquet(saved)
    with pytest.raises(SetError, match=message):
        table_set(saved, "bad", None, None, None, None)


def test_a_column_with_one_value_is_told_among_those_left_out(saved: Path) -> None:
    table().assign(flat=1.0).to_parquet(saved)
    found = table_set(saved, "bad", None, None, None, None)
    assert any("flat" in remark for remark in found.remarks)


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_last_year_of_many_rows_calibrates_as_a_whole(saved: Path, share: float) -> None:
    own = table()
    year = np.where(np.arange(ROWS) < share * ROWS, 2016, 2010 + np.arange(ROWS) % 6)
    own.assign(year=np.where(np.arange(ROWS) >= 1000, 2017, year)).to_parquet(saved)
    (fold,) = table_set(saved, "bad", None, None, "year", "2017").folds
    counts = [len(part.loans) for part in (fold.development, fold.calibration, fold.tested)]
    assert counts == [1000 - share * ROWS, share * ROWS, 200]


def test_whole_years_calibrate_as_near_to_a_fifth_as_they_go(saved: Path) -> None:
    year = np.repeat([2012, 2013, 2014, 2015, 2016], [600, 150, 40, 10, 400])
    table().assign(year=year).to_parquet(saved)
    (fold,) = table_set(saved, "bad", None, None, "year", "2016").folds
    # 10, 50 or 200 of 800 rows from 2015, 2014 or 2013 on: 25 % is nearest to 20 %
    assert len(fold.calibration.loans) == 200


def test_one_year_before_the_test_leaves_nothing_to_calibrate_on(saved: Path) -> None:
    table().assign(year=np.where(np.arange(ROWS) < 800, 2015, 2016)).to_parquet(saved)
    with pytest.raises(SetError, match=r"wanted at least two values of year before test-from, the last to .*; got 1"):
        table_set(saved, "bad", None, None, "year", "2016")


def zoned(own: pd.DataFrame) -> pd.Series:
    return own["day"].dt.tz_localize("Asia/Shanghai")


TIMES: dict[str, Any] = {
    "a zone": (zoned, "2016-01-01"),
    "a zone on both sides": (zoned, "2015-12-31T16:00:00Z"),
    "periods": (lambda own: own["day"].dt.to_period("M"), "2016-01"),
    "text": (lambda own: own["day"].astype("str"), "2016-01-01"),
    "days of Python": (lambda own: own["day"].dt.date, "2016-01-01"),
    "categories": (lambda own: own["day"].astype("category"), "2016-01-01"),
}


@pytest.mark.filterwarnings("ignore:Series.values:pandas.errors.Pandas4Warning")  # pyarrow, where it writes periods
@pytest.mark.parametrize("kind", TIMES)
def test_time_of_every_kind_gives_the_same_rows_to_test(saved: Path, kind: str) -> None:
    made, first = TIMES[kind]
    table().assign(day=made(table())).to_parquet(saved)
    (fold,) = table_set(saved, "bad", None, None, "day", first).folds
    assert len(fold.tested.loans) == (table()["day"] >= "2016-01-01").sum()
    assert fold.calibration.loans.as_of.max() < fold.tested.loans.as_of.min()


def test_a_day_with_a_zone_for_a_column_without_one_is_a_sentence(saved: Path) -> None:
    with pytest.raises(SetError, match="wanted day and test-from as numbers, or as ISO days both with or both without"):
        table_set(saved, "bad", None, None, "day", "2016-01-01T00:00:00Z")
    table().assign(year=table()["year"].astype("str").replace("2013", "soon")).to_parquet(saved)
    with pytest.raises(SetError, match="wanted year and test-from as numbers"):
        table_set(saved, "bad", None, None, "year", "2016")


def test_few_groups_are_dealt_to_the_folds_and_too_few_are_a_sentence(saved: Path) -> None:
    table().assign(owner=np.arange(ROWS) % 8).to_parquet(saved)
    tested = [set(fold.tested.loans.enterprise) for fold in table_set(saved, "bad", None, "owner", None, None).folds]
    assert sum(map(len, tested)) == 8
    assert all(tested)
    table().assign(owner=np.arange(ROWS) % 3).to_parquet(saved)
    with pytest.raises(SetError, match="wanted at least 5 groups, one per fold; got 3: 0, 1, 2"):
        table_set(saved, "bad", None, "owner", None, None)


def test_groups_of_which_one_holds_all_defaults_are_a_sentence(saved: Path) -> None:
    own = table().assign(owner=np.arange(ROWS) % 40)
    own.assign(bad=np.where(own["owner"] == 3, own["bad"], 0)).to_parquet(saved)
    with pytest.raises(SetError, match=r"wanted owner enough that models can be fitted .* rows of one outcome only"):
        table_set(saved, "bad", None, "owner", None, None)


def test_numbers_beyond_single_precision_are_a_sentence_and_smaller_ones_are_not(saved: Path) -> None:
    table().assign(debt=np.where(np.arange(ROWS) % 5 == 0, 1e308, 1.0)).to_parquet(saved)
    with pytest.raises(SetError, match=r"wanted numbers up to 3.4e\+38 in size; debt holds larger ones .*--ignore"):
        table_set(saved, "bad", None, None, None, None)
    assert table_set(saved, "bad", None, None, None, None, ["debt"]).folds


def test_ignored_columns_teach_nobody_and_are_told(saved: Path) -> None:
    found = table_set(saved, "bad", None, None, None, None, ["owner", "year"])
    assert found.folds[0].tested.loans.features.shape[1] == 2
    assert "left out, told to: owner, year" in found.remarks


@pytest.mark.parametrize(
    ("ignored", "message"),
    [("gone", "wanted column gone; it has"), ("bad", "wanted --ignore to name columns that serve for nothing else")],
)
def test_a_column_that_cannot_be_ignored_is_a_sentence(saved: Path, ignored: str, message: str) -> None:
    with pytest.raises(SetError, match=message):
        table_set(saved, "bad", None, None, None, None, [ignored])


def test_columns_that_look_like_an_id_are_told(saved: Path) -> None:
    own = table().assign(number=np.arange(ROWS) * 7 + 1000, bank_id=np.arange(ROWS) % 9, staff=np.arange(ROWS) % 200)
    own.to_parquet(saved)
    (told,) = (r for r in table_set(saved, "bad", None, None, None, None).remarks if "looks like an id" in r)
    assert told == "learned from though it looks like an id (--ignore leaves it out): number, bank_id"


def test_numbers_stored_as_text_are_numbers_and_mostly_numbers_are_told(saved: Path) -> None:
    own = table()
    text = own["debt"].map("{:.6f}".format).where(own["debt"].notna(), " ")
    own = own.assign(
        debt=text, sales=np.where(np.arange(ROWS) % 9 == 0, "n/a", "12"), stock=[Decimal(n) for n in range(ROWS)]
    )
    own.to_parquet(saved)
    found = table_set(saved, "bad", None, None, None, None)
    assert "stored as text, read as numbers: debt, stock" in found.remarks
    assert "left out though mostly numbers, for the sake of: sales ('n/a')" in found.remarks
    given = pd.concat([fold.tested.table for fold in found.folds]).set_index("row").sort_index()["x1"]
    np.testing.assert_allclose(given, table()["debt"], atol=1e-6)
    own.assign(debt="inf").to_parquet(saved)
    with pytest.raises(SetError, match="debt holds infinite ones"):
        table_set(saved, "bad", None, None, None, None)


def test_a_stage_named_as_all_of_them_together_is_a_sentence(saved: Path) -> None:
    table().assign(kind="total").to_parquet(saved)
    with pytest.raises(SetError, match=r"wanted another name for a stage than total, .*; kind has it"):
        table_set(saved, "bad", "kind", None, None, None)
