import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks import rolling
from benchmarks.accuracy import compared_figures, main
from benchmarks.accuracy_models import Compared
from benchmarks.accuracy_sets import SetError
from benchmarks.table_set import table_set
from features.catalogue import CATALOGUE
from models.challengers.pds import plain, pooled_only

ROWS = 1200
FAST = {"plain LightGBM": plain, "pooled only": pooled_only}


def table(rows: int = ROWS) -> pd.DataFrame:
    draw = np.random.default_rng(3)
    x = draw.normal(size=(rows, 2))
    return pd.DataFrame(
        {
            "size [m2]": x[:, 0],
            "debt": np.where(np.arange(rows) % 10 == 0, np.nan, x[:, 1]),
            "note": "text",
            "kind": draw.choice(["north", "south"], rows),
            "owner": draw.integers(0, rows // 3, rows),
            "year": draw.integers(2010, 2020, rows),
            "day": pd.Timestamp("2010-01-01") + pd.to_timedelta(draw.integers(0, 3000, rows), unit="D"),
            "bad": (draw.random(rows) < 1 / (1 + np.exp(2 - 1.5 * x[:, 0]))).astype(int),
        }
    )


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "own.parquet"
    table().to_parquet(path)
    return path


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.accuracy_models.CHALLENGERS", FAST)


def printed(capsys: pytest.CaptureFixture[str]) -> tuple[str, dict[str, Any]]:
    """The table, and the content of the last line."""
    *lines, last = capsys.readouterr().out.splitlines()
    return "\n".join(lines), json.loads(last)


def test_a_table_of_numbers_is_compared_with_every_challenger(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--table", str(saved), "--label", "bad", "--time", "year", "--test-from", "2017", "--quick"]) == 0
    shown, content = printed(capsys)
    rows = {row["model"]: row for row in content["sets"]["table"]["rows"]}
    assert set(rows) == {
        "ours",
        "plain LightGBM",
        "scorecard",
        "HistGradientBoosting",
        "ridge logistic",
        *(["CatBoost"] if find_spec("catboost") else []),
    }
    assert all(row["auc"] > 0.7 for row in rows.values())
    assert all(row["ece_low"] <= row["ece"] <= row["ece_high"] for row in rows.values())
    assert all(row["cox_slope_low"] < row["cox_slope"] < row["cox_slope_high"] for row in rows.values())
    assert isinstance(content["sets"]["table"]["goals"][0]["calibration_met"], bool)
    assert rows["ours"]["loans"] == (table()["year"] >= 2017).sum()
    assert "left out, not numeric or the same in all rows: note, kind, day" in shown
    assert re.search(r"ECE 0\.\d{4} to 0\.\d{4} of \w+.*(met|MISSED)", shown)
    assert "wall time" in shown
    assert "peak memory" in shown
    assert content["wall_seconds"] > 0


@pytest.mark.usefixtures("few")
def test_segments_are_stages_and_folds_test_every_row_once(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--table", str(saved), "--label", "bad", "--segment", "kind", "--group", "owner"]) == 0
    rows = printed(capsys)[1]["sets"]["table"]["rows"]
    loans = {row["stage"]: row["loans"] for row in rows}
    assert loans == {**table()["kind"].value_counts().to_dict(), "total": ROWS}


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
    with pytest.raises(SetError, match=r"other.parquet: wanted a Parquet table; it cannot be read as one"):
        table_set(other, "bad", None, None, None, None)


def test_one_class_only_and_nothing_to_learn_from_are_sentences(tmp_path: Path) -> None:
    path = tmp_path / "own.parquet"
    table().assign(bad=0).to_parquet(path)
    with pytest.raises(SetError, match="wanted rows of both outcomes; label bad is 0 in all 1200 rows"):
        table_set(path, "bad", None, None, None, None)
    table()[["bad", "note"]].to_parquet(path)
    with pytest.raises(SetError, match="wanted a numeric column to learn from beside bad; got none"):
        table_set(path, "bad", None, None, None, None)


@pytest.mark.usefixtures("few")
def test_a_segment_that_never_defaults_before_the_test_is_named(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = table()
    own["bad"] = own["bad"].mask((own["kind"] == "north") & (own["year"] < 2017), 0)
    own.to_parquet(saved)
    options = ["--label", "bad", "--segment", "kind", "--time", "year", "--test-from", "2017"]
    assert main(["--table", str(saved), *options]) == 1
    assert "stage north: wanted calibration loans with and without default; got 0" in capsys.readouterr().err


def test_a_source_without_feature_table_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path.cwd()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text((root / "params.yaml").read_text(encoding="utf8"), encoding="utf8")
    assert main(["--source", "sba"]) == 1
    assert "wanted a feature table at data/sba/features/features.parquet; there is none" in capsys.readouterr().err
    assert main([]) == 1
    assert "wanted the feature table of a source under data; there is none" in capsys.readouterr().err


def compared(**pds: list[float]) -> Compared:
    """Four loans of one stage, the last two defaulted."""
    loans = pd.DataFrame(
        {"application_id": list("abcd"), "stage": "all", "defaulted": [0.0, 0.0, 1.0, 1.0], "weight": 1.0}
    )
    return Compared(loans, pd.DataFrame(pds), {})


def test_excess_log_loss_is_zero_for_the_best_pd_and_its_divergence_for_another() -> None:
    truth = pd.DataFrame({"application_id": list("abcd"), "pd_attainable": [0.1, 0.3, 0.2, 0.4]})
    table = compared_figures(compared(ours=[0.1, 0.3, 0.2, 0.4], challenger=[0.2, 0.3, 0.2, 0.4]), truth).set_index(
        "model"
    )
    assert table.loc["ours", "excess_log_loss"] == pytest.approx(0.0)
    expected = (0.1 * np.log(0.1 / 0.2) + 0.9 * np.log(0.9 / 0.8)) / 4
    assert table.loc["challenger", "excess_log_loss"] == pytest.approx(expected)


def sba_folder(folder: Path, loans: int = 4000) -> Path:
    """Loans of 2000 to 2006 with one feature that tells; half of the defaults come after the year 2006."""
    draw = np.random.default_rng(5)
    x = draw.normal(size=loans)
    as_of = pd.Timestamp("2000-01-01") + pd.to_timedelta(np.sort(draw.integers(0, 2556, loans)), unit="D")
    bad = draw.random(loans) < 1 / (1 + np.exp(1 - 2 * x))
    day = pd.Series(as_of + pd.to_timedelta(draw.integers(30, 2000, loans), unit="D")).where(bad)
    ids = [f"a{number}" for number in range(loans)]
    table = pd.DataFrame({f.name: np.nan for f in CATALOGUE}, index=range(loans))
    table = table.assign(loan_amount=x, application_id=ids, enterprise_id=ids, as_of=as_of, stage="growth")
    outcomes = pd.DataFrame(
        {
            "application_id": ids,
            "defaulted": bad,
            "defaulted_on": day,
            "window_ends_on": pd.Timestamp("2014-12-31"),
            "weight": 1.0,
        }
    )
    (folder / "features").mkdir(parents=True)
    (folder / "valid").mkdir()
    table.to_parquet(folder / "features" / "features.parquet")
    outcomes.to_parquet(folder / "valid" / "outcomes.parquet")
    return folder


def test_the_rolling_study_ranks_by_a_feature_that_tells_and_shows_every_way(tmp_path: Path) -> None:
    study = rolling.rolling_study(sba_folder(tmp_path), {2005: 2006})
    assert list(study["way"]) == list(rolling.WAYS)
    assert (study["auc_48"] > 0.75).all()
    shown = rolling.rolling_text(study)
    assert "2005-01-01  2005-2006" in shown
    assert shown.splitlines()[-1].startswith("mean")


def test_a_default_after_the_day_built_is_not_known(tmp_path: Path) -> None:
    table = rolling._loans(sba_folder(tmp_path))
    built_on = pd.Timestamp("2005-01-01")
    past = table[table["as_of"] < built_on]
    known = rolling._as_known(past, built_on, ["loan_amount"])
    assert np.isnan(known.default_month[(past["defaulted_on"] >= built_on).to_numpy()]).all()
    assert (known.default_month[(past["defaulted_on"] < built_on).to_numpy()] <= 60).all()
    assert known.observed_months.max() <= 60.1


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
