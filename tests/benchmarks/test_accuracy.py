import json
import re
from dataclasses import replace
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from benchmarks import accuracy_models, rolling
from benchmarks.accuracy import compared_figures, main, without_pd
from benchmarks.accuracy_models import PACKAGES, Compared
from benchmarks.accuracy_sets import SetError
from benchmarks.table_set import table_set
from features.catalogue import CATALOGUE
from models.challengers.pds import CHALLENGERS, challenger_pds, plain, pooled_only
from models.challengers.setting import Setting
from models.fitting import folds
from models.fitting.fit import fit_stage, pooled_line
from models.fitting.loans import Loans

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


@pytest.mark.usefixtures("few")
def test_a_segment_that_never_defaults_before_the_test_has_the_level_of_all(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = table()
    own["bad"] = own["bad"].mask((own["kind"] == "north") & (own["year"] < 2017), 0)
    own.to_parquet(saved)
    options = ["--label", "bad", "--segment", "kind", "--time", "year", "--test-from", "2017"]
    assert main(["--table", str(saved), *options]) == 0
    rows = json.loads(capsys.readouterr().out.splitlines()[-1])["sets"]["table"]["rows"]
    ours = {row["stage"]: row for row in rows if row["model"] == "ours"}
    assert ours["north"]["loans"] > 0
    assert 0 < ours["north"]["log_loss"] < 1


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


def test_models_without_a_pd_of_a_stage_are_named() -> None:
    known = [0.1, 0.2, 0.3, 0.4]
    found = compared(ours=known, other=[0.1, float("nan"), 0.3, float("nan")])
    parted = replace(found, loans=found.loans.assign(stage=["growth", "startup", "growth", "startup"]))
    assert without_pd(parted) == ["no PD of stage startup, so no total either (-): other"]
    assert without_pd(compared(ours=known)) == []


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
    table = rolling.loans_with_outcomes(sba_folder(tmp_path))
    built_on = pd.Timestamp("2005-01-01")
    past = table[table["as_of"] < built_on]
    known = rolling.as_known(past, built_on, ["loan_amount"])
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


def test_large_numbers_are_compared_by_every_challenger(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table().assign(debt=np.where(np.arange(ROWS) % 5 == 0, 3e38, table()["debt"])).to_parquet(saved)
    assert main(["--table", str(saved), "--label", "bad", "--time", "year", "--test-from", "2017"]) == 0
    rows = printed(capsys)[1]["sets"]["table"]["rows"]
    assert all(row["auc"] > 0.6 for row in rows)


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


def test_challengers_that_repeat_others_in_one_stage_are_not_run(
    saved: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("plain LightGBM", "pooled only", "independent only", "scorecard per stage")
    monkeypatch.setattr("benchmarks.accuracy_models.CHALLENGERS", {name: CHALLENGERS[name] for name in names})
    options = ["--table", str(saved), "--label", "bad", "--time", "year", "--test-from", "2017"]
    assert main(options) == 0
    shown, content = printed(capsys)
    found = content["sets"]["table"]
    assert {row["model"] for row in found["rows"]} == {"ours", "plain LightGBM"}
    assert found["goals"][0]["best_by_auc"] == "plain LightGBM"
    assert "they would repeat ours or the scorecard: pooled only, independent only, scorecard per stage" in shown
    assert main([*options, "--segment", "kind"]) == 0
    assert {row["model"] for row in printed(capsys)[1]["sets"]["table"]["rows"]} == {"ours", *names}


def test_a_challenger_that_is_not_installed_is_told_and_left_out(
    saved: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.accuracy_models.CHALLENGERS", {**FAST, "CatBoost": CHALLENGERS["CatBoost"]})
    monkeypatch.setattr("benchmarks.accuracy_models.find_spec", lambda module: None)
    assert main(["--table", str(saved), "--label", "bad", "--time", "year", "--test-from", "2017"]) == 0
    shown, content = printed(capsys)
    assert "not run: the CatBoost challenger wants the package catboost; install it with" in shown
    assert "CatBoost" not in {row["model"] for row in content["sets"]["table"]["rows"]}


def test_every_package_named_is_that_of_a_challenger() -> None:
    assert set(PACKAGES) <= set(CHALLENGERS)


def test_each_model_is_fitted_once_a_fold(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("pooled only", "independent only")
    monkeypatch.setattr("benchmarks.accuracy_models.CHALLENGERS", {name: CHALLENGERS[name] for name in names})
    fitted: list[str] = []
    plain = folds.fit_with_folds
    for module in ("benchmarks.accuracy_models", "models.fitting.fit", "models.challengers.pds"):
        monkeypatch.setattr(
            f"{module}.fit_with_folds", lambda *given: (fitted.append(digest(given[0])), plain(*given))[1]
        )
    data = table_set(saved, "bad", "kind", None, "year", "2017")
    few = replace(data, params=replace(data.params, minimum_defaults=20))
    found = accuracy_models.compared(few)
    # all stages, then each of the two
    assert len(fitted) == len(set(fitted)) == 3
    fold = few.folds[0]
    stages = [
        part.table["stage"].to_numpy(dtype="object") for part in (fold.development, fold.calibration, fold.tested)
    ]
    setting = Setting(fold.development.loans, stages[0], few.shape, few.params)
    alone = challenger_pds(
        CHALLENGERS["independent only"],
        setting,
        fold.calibration.loans,
        stages[1],
        fold.tested.loans.features,
        stages[2],
    )
    np.testing.assert_allclose(found.pds["independent only"], alone, rtol=1e-6)


def test_ours_of_one_stage_is_fitted_once_and_is_what_the_pipeline_gives(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = table_set(saved, "bad", None, None, "year", "2017")
    (fold,) = data.folds
    pooled = folds.fit_with_folds(fold.development.loans, data.shape, data.params, "pooled model")
    assert fold.development.loans.defaulted.sum() >= data.params.minimum_defaults
    facts = accuracy_models.FACTS
    of_all = pooled_line(pooled.booster, fold.calibration.loans, data.params)
    whole = fit_stage("all", fold.development, fold.calibration, pooled, data.shape, data.params, facts, of_all)
    assert whole.facts["own_members"] is not None
    monkeypatch.setattr("models.fitting.fit.fit_with_folds", None)
    found = accuracy_models.our_pds(fold, pooled, data)
    np.testing.assert_allclose(found, whole.probability(fold.tested.table), rtol=1e-6)


def digest(given: Loans) -> str:
    return str(pd.util.hash_pandas_object(given.features).sum())


def test_the_names_of_long_stages_keep_the_columns_in_line(
    saved: Path, capsys: pytest.CaptureFixture[str], few: None
) -> None:
    long = "enterprises of the north\nwith more than three hundred people and a laboratory of their own"
    table().assign(kind=table()["kind"].replace("north", long)).to_parquet(saved)
    assert (
        main(["--table", str(saved), "--label", "bad", "--segment", "kind", "--time", "year", "--test-from", "2017"])
        == 0
    )
    lines = printed(capsys)[0].splitlines()
    heads = [line.index("AUC") for line in lines if "log-loss" in line and "ECE" in line and "excess" not in line]
    rows = [line for line in lines if line.startswith("  plain LightGBM")]
    assert len({line.index("AUC") for line in lines if " loans, " in line}) == 1
    assert {len(row.split("[")[0]) for row in rows} == {len(rows[0].split("[")[0])}
    assert heads[0] == next(line.index("AUC") for line in lines if long.split("\n")[0] in line)
    goals = [line for line in lines if line.startswith("  ") and "(s.e. " in line]
    assert len({line.index("AUC") for line in goals}) == 1


def test_scores_of_every_tested_row_are_written_for_paired_tests(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], few: None
) -> None:
    path = tmp_path / "scores.json"
    path.write_text("of an earlier run", encoding="utf8")
    assert main(["--table", str(saved), "--label", "bad", "--group", "owner", "--scores", str(path)]) == 0
    (scores,) = json.loads(path.read_text(encoding="utf8")).values()
    assert sorted(scores["row"]) == list(range(ROWS))
    assert scores["defaulted"] == [float(table()["bad"][row]) for row in scores["row"]]
    assert set(scores["pds"]) == {"ours", "plain LightGBM"}
    assert sorted(set(scores["fold"])) == [0, 1, 2, 3, 4]
    rows = {row["model"]: row for row in printed(capsys)[1]["sets"]["table"]["rows"]}
    assert roc_auc_score(scores["defaulted"], scores["pds"]["ours"]) == pytest.approx(rows["ours"]["auc"])
