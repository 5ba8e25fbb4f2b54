"""Every challenger is fitted on the same rows and compared on the same tested ones."""

import json
import re
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from benchmarks import accuracy_models
from benchmarks.accuracy import compared_figures, main, without_pd
from benchmarks.accuracy_models import PACKAGES, Compared
from benchmarks.table_set import table_set
from models.challengers.pds import CHALLENGERS, challenger_pds
from models.challengers.setting import Setting
from models.fitting import folds
from models.fitting.fit import fit_stage, pooled_line
from models.fitting.loans import Loans
from tests.benchmarks.own_table import FAST, ROWS, printed, table


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


def test_large_numbers_are_compared_by_every_challenger(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table().assign(debt=np.where(np.arange(ROWS) % 5 == 0, 3e38, table()["debt"])).to_parquet(saved)
    assert main(["--table", str(saved), "--label", "bad", "--time", "year", "--test-from", "2017"]) == 0
    rows = printed(capsys)[1]["sets"]["table"]["rows"]
    assert all(row["auc"] > 0.6 for row in rows)


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
