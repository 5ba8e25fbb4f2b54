import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks import learning_cells, learning_curve, learning_models, learning_sets
from benchmarks.accuracy_sets import SetError
from benchmarks.learning_cells import Kept
from benchmarks.learning_comparison import cells_beside, draws_beside, holm, overall, refusals, slopes
from benchmarks.learning_curve import main
from benchmarks.learning_figures import GROUPS, figures, outcomes
from benchmarks.learning_sets import simulated_set
from benchmarks.learning_settings import SimulatedSetting, read_settings
from benchmarks.learning_truth import Truth, drawn, fresh
from features.catalogue import CATALOGUE
from models.errors import ModelError
from tests.parameters import SMALL

SETTING = SimulatedSetting("small", 7, 0.2, 8, "smooth", "none", "alike", 1.5)
MOVING = replace(SETTING, name="moving", drift="strong")


def line(model: str, draw: int = 0, **figures: Any) -> dict[str, Any]:
    known = {"set": "a", "rows": 200, "draw": draw, "model": model, "version": "v", "refused": None, "seconds": 1.0}
    usual = {"auc": 0.7, "log_loss": 0.2, "slope": 1.0, "defaults": 90, "calibration_defaults": 20, "cpu_seconds": 1.0}
    return {**known, **usual, **figures}


def test_the_settings_cover_what_they_are_meant_to_cover() -> None:
    settings, rows_tested = read_settings()
    assert len(settings) == 12
    assert rows_tested >= 20_000
    assert len({setting.seed for setting in settings.values()}) == 12
    for field, words in (("truth", "smooth rough"), ("drift", "none strong"), ("stages", "alike different")):
        counts = [sum(getattr(setting, field) == word for setting in settings.values()) for word in words.split()]
        assert counts == [6, 6]
    rates, widths = ({getattr(s, field) for s in settings.values()} for field in ("base_rate", "features"))
    assert (min(rates), max(rates)) == (0.01, 0.2)
    assert (min(widths), max(widths)) == (10, 160)


def test_a_word_that_is_no_choice_is_refused() -> None:
    with pytest.raises(SetError, match="small: drift must be one of none, strong; got some"):
        replace(SETTING, drift="some")


@pytest.mark.parametrize("setting", [SETTING, replace(MOVING, truth="rough", stages="different")])
def test_rows_have_the_base_rate_and_a_smaller_draw_is_the_beginning_of_a_larger_one(setting: SimulatedSetting) -> None:
    large = drawn(setting, 20_000, 0)
    assert large["pd_true"].mean() == pytest.approx(setting.base_rate, abs=0.01)
    assert large["defaulted"].mean() == pytest.approx(large["pd_true"].mean(), abs=0.01)
    pd.testing.assert_frame_equal(drawn(setting, 300, 0), large.head(300))
    assert not drawn(setting, 300, 1)["defaulted"].equals(large["defaulted"].head(300))
    logit = np.log(large["pd_true"] / (1 - large["pd_true"]))
    assert logit.std() == pytest.approx(setting.spread, rel=0.05)


def test_effects_differ_between_stages_only_where_they_are_meant_to() -> None:
    wide = replace(SETTING, features=72)
    startup, growth, mature = Truth(wide).weights
    assert (startup == growth).all()
    assert (growth == mature).all()
    startup, growth, mature = Truth(replace(wide, stages="different")).weights
    for first, second in ((startup, growth), (growth, mature), (startup, mature)):
        # half of the variance of an effect is common
        assert 0.0 < np.corrcoef(first, second)[0, 1] < 0.9


def test_tested_enterprises_are_new_and_under_drift_come_later() -> None:
    assert not set(fresh(SETTING, 500)["enterprise"]) & set(drawn(SETTING, 500, 0)["enterprise"])
    assert fresh(MOVING, 500)["time"].min() >= drawn(MOVING, 500, 0)["time"].max()
    assert fresh(SETTING, 500)["time"].max() <= 1


def test_no_enterprise_is_on_two_sides_and_under_drift_the_latest_rows_calibrate() -> None:
    still, moving = simulated_set(SETTING, 100).cell(400, 0), simulated_set(MOVING, 100).cell(400, 0)
    assert still is not None
    assert moving is not None
    (fold,) = still.data.folds
    assert not set(fold.development.loans.enterprise) & set(fold.calibration.loans.enterprise)
    assert len(fold.development.loans) + len(fold.calibration.loans) == 400
    (fold,) = moving.data.folds
    assert fold.development.loans.as_of.max() <= fold.calibration.loans.as_of.min()
    assert len(fold.calibration.loans) == 80


def test_figures_of_true_pds_are_the_expected_ones_of_many_draws() -> None:
    cell = simulated_set(SETTING, 4000).cell(200, 0)
    assert cell is not None
    assert cell.true is not None
    found = figures(outcomes(cell), cell.true, drawn=False)
    p = cell.true
    assert found["log_loss"] == pytest.approx(-(p * np.log(p) + (1 - p) * np.log(1 - p)).mean())
    assert found["slope"] == pytest.approx(1.0, abs=1e-6)
    half = figures(outcomes(cell), 1 / (1 + np.sqrt((1 - p) / p)), drawn=False)
    assert half["slope"] == pytest.approx(2.0, abs=1e-6)
    assert half["auc"] == pytest.approx(found["auc"])


def test_drawn_outcomes_come_with_the_figures_without_each_group() -> None:
    known = simulated_set(SETTING, 3000).cell(200, 0)
    assert known is not None
    cell = replace(known, true=None)
    y = cell.data.folds[0].tested.loans.defaulted
    found = figures(outcomes(cell), np.linspace(0.1, 0.4, len(y)), drawn=True)
    assert len(found["auc_without"]) == len(found["log_loss_without"]) == GROUPS
    # the groups are of nearly one size, so the mean without each is near the figure of all
    assert np.mean(found["log_loss_without"]) == pytest.approx(found["log_loss"], abs=1e-3)


def test_the_jackknife_gives_the_standard_error_of_a_mean() -> None:
    draw = np.random.default_rng(1)
    each = draw.normal(size=(GROUPS, 50))
    without = (each.sum() - each.sum(axis=1)) / (each.size - 50)
    lines = [line("ours", auc=0.7, auc_without=(0.7 + without).tolist(), log_loss_without=[0.2] * GROUPS)]
    lines += [line("it", auc=0.7, auc_without=[0.7] * GROUPS, log_loss_without=[0.2] * GROUPS)]
    found = draws_beside(pd.DataFrame(lines), "it").iloc[0]
    assert found["auc_gap_error"] == pytest.approx(each.mean(axis=1).std(ddof=1) / np.sqrt(GROUPS))
    assert found["loss_excess_error"] == 0


def test_a_cell_is_lost_only_beyond_the_margin_and_beyond_chance() -> None:
    def cell(name: str, gaps: list[float]) -> list[dict[str, Any]]:
        lines = [line("ours", draw, set=name, auc=0.7 + gap) for draw, gap in enumerate(gaps)]
        return lines + [line("it", draw, set=name) for draw in range(len(gaps))]

    lines = cell("small but sure", [-0.003, -0.0031, -0.0029]) + cell("large but noise", [-0.09, 0.06, -0.02])
    lines += cell("lost", [-0.02, -0.0201, -0.0199]) + cell("won", [0.02, 0.03, 0.01])
    table = cells_beside(draws_beside(pd.DataFrame(lines), "it")).set_index("set")
    assert table["auc_gap_beyond"].to_dict() == {
        "small but sure": False,
        "large but noise": True,
        "lost": True,
        "won": False,
    }
    assert table.index[table["auc_gap_lost"]].tolist() == ["lost"]
    # t = -.02 / (.0001 / sqrt 3) with two degrees of freedom, one of four cells
    assert table.loc["lost", "auc_gap_p"] == pytest.approx(
        0.5 * (1 - 1 / np.sqrt(1 + 2 / (0.02 / 0.0001) ** 2 / 3)), rel=0.01
    )
    assert table["loss_excess_beyond"].sum() == 0


def test_log_loss_is_compared_as_a_share_and_its_margin_is_one_per_cent() -> None:
    lines = [line("ours", draw, log_loss=0.2 * (1.02 + 0.0001 * draw)) for draw in range(3)]
    lines += [line("it", draw) for draw in range(3)]
    table = cells_beside(draws_beside(pd.DataFrame(lines), "it"))
    assert table.loc[0, "loss_excess"] == pytest.approx(0.0201)
    assert table.loc[0, "loss_excess_lost"]
    assert overall(table)["loss_excess_lost"] == 1


def test_one_draw_of_known_truth_tests_nothing_and_is_not_counted_by_holm() -> None:
    table = cells_beside(draws_beside(pd.DataFrame([line("ours", auc=0.6), line("it")]), "it"))
    assert np.isnan(table.loc[0, "auc_gap_p"])
    assert table.loc[0, "auc_gap_beyond"]
    assert not table.loc[0, "auc_gap_lost"]


def test_one_draw_of_a_source_tests_nothing_however_sure_its_tested_loans_are() -> None:
    """What another draw of the rows would have given is the larger part of the error; one draw does not tell it."""
    groups = {"auc_without": [0.6] * 20, "log_loss_without": [0.3 + 0.0001 * at for at in range(20)]}
    theirs = {"auc_without": [0.7] * 20, "log_loss_without": [0.2 + 0.0001 * at for at in range(20)]}
    lines = [line("ours", auc=0.6, log_loss=0.3, **groups), line("it", auc=0.7, log_loss=0.2, **theirs)]
    table = cells_beside(draws_beside(pd.DataFrame(lines), "it"))
    assert table.loc[0, "loss_excess_beyond"]
    assert np.isnan(table.loc[0, "loss_excess_p"])
    assert not table.loc[0, "loss_excess_lost"]


def test_holm_multiplies_by_how_many_are_left() -> None:
    assert holm([0.01, np.nan, 0.04, 0.03, 0.005]) == pytest.approx([0.03, np.nan, 0.06, 0.06, 0.02], nan_ok=True)
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]


def test_means_over_cells_are_tested_over_sets() -> None:
    lines = [line("ours", set=name, rows=rows, auc=0.71) for name in "ab" for rows in (200, 500)]
    lines += [line("it", set=name, rows=rows, auc=0.7 if name == "a" else 0.69) for name in "ab" for rows in (200, 500)]
    found = overall(cells_beside(draws_beside(pd.DataFrame(lines), "it")))
    assert found["cells"] == 4
    assert found["auc_gap"] == pytest.approx(0.015)
    # two sets, .01 and .02: t = .015 / .005 with one degree of freedom
    assert found["auc_gap_p"] == pytest.approx(2 * (0.5 - np.arctan(3) / np.pi))
    assert overall(pd.DataFrame())["cells"] == 0


def test_slopes_count_from_a_hundred_defaults_on() -> None:
    few = line("ours", set="few", slope=0.3, defaults=80, calibration_defaults=19)
    bent = line("ours", set="bent", slope=0.7, defaults=80, calibration_defaults=20)
    found = slopes(pd.DataFrame([few, bent, line("ours", set="good")])).set_index("set")
    assert found["within"].to_dict() == {"bent": False, "good": True}


def test_refusals_are_listed_apart_with_their_sentence() -> None:
    empty = dict.fromkeys(("auc", "log_loss", "slope"))
    lines = pd.DataFrame([line("ours", 0, **empty | {"refused": "too few"}), line("ours", 1), line("it", 0)])
    (found,) = refusals(lines).to_dict("records")
    assert (found["model"], found["refused"], found["draws"], found["sentence"]) == ("ours", 1, 2, "too few")
    assert draws_beside(lines, "it").empty


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two settings of few rows, small parameters, no source."""
    monkeypatch.setattr(learning_sets, "read_settings", lambda: ({"small": SETTING, "moving": MOVING}, 500))
    monkeypatch.setattr(learning_sets, "table_params", lambda: SMALL)
    monkeypatch.setattr(learning_sets, "_finished", lambda source: False)


QUICK = ["--sizes", "900", "--draws", "2", "--challengers", "ridge logistic"]


@pytest.mark.usefixtures("small")
def test_a_run_prints_its_tables_and_a_last_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(QUICK) == 0
    printed = capsys.readouterr()
    *shown, last = printed.out.splitlines()
    content = json.loads(last)
    assert {row["set"] for row in content["cells"]["ridge logistic"]} == {"small", "moving"}
    assert content["overall"]["ridge logistic"]["cells"] == 2
    assert "wanted data/sba/features/features.parquet and data/sba/split/split.parquet" in printed.err
    assert any("sba" in sentence for sentence in content["absent"])
    assert any(row.startswith("ridge logistic") for row in shown)


@pytest.mark.usefixtures("small")
def test_cells_of_a_file_are_not_measured_again_unless_the_code_is_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fitted = tmp_path / "cells.jsonl", []
    plain = learning_models.pds
    monkeypatch.setattr(learning_cells, "pds", lambda model, data: fitted.append(model) or plain(model, data))
    begun = [*QUICK, "--settings", "small", "--resume", str(path)]
    assert main(begun) == 0
    first = capsys.readouterr().out.splitlines()[:3]
    assert fitted == ["ours", "ridge logistic"] * 2
    with path.open("a", encoding="utf8") as file:
        file.write('{"set": "small", "ro')  # stopped while it wrote
    assert main(begun) == 0
    assert capsys.readouterr().out.splitlines()[:3] == first
    assert len(fitted) == 4
    monkeypatch.setattr(learning_models, "CODE_OF_OURS", ("models/validation",))
    assert main(begun) == 0
    assert fitted[4:] == ["ours", "ours"]


@pytest.mark.usefixtures("small")
def test_other_parameters_are_those_ours_is_fitted_with_and_the_lines_are_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = tmp_path / "cells.jsonl", []
    plain = learning_models.pds
    monkeypatch.setattr(
        learning_cells,
        "pds",
        lambda model, data: seen.append((model, data.params.prior_defaults)) or plain(model, data),
    )
    begun = ["--sizes", "900", "--draws", "1", "--challengers", "ridge logistic", "--settings", "small"]
    begun += ["--resume", str(path)]
    assert main(begun) == 0
    assert main([*begun, "--params", "prior_defaults=7", "members=[linear]"]) == 0
    assert seen == [("ours", SMALL.prior_defaults), ("ridge logistic", SMALL.prior_defaults), ("ours", 7)]
    versions = [row["version"] for row in map(json.loads, path.read_text().splitlines()) if row["model"] == "ours"]
    assert len(set(versions)) == 2


def test_a_file_of_other_lines_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"a": 1}\n', encoding="utf8")
    with pytest.raises(
        SetError, match="wanted a line of JSON with set, rows, draw, model, version; got another in line 1"
    ):
        Kept(path)


@pytest.mark.usefixtures("small")
def test_ours_refuses_few_defaults_with_the_sentence_of_the_product(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sizes", "100", "--draws", "1", "--settings", "small", "--challengers", "ridge logistic"]) == 0
    shown = capsys.readouterr().out
    assert "ours: small, 100 rows, 1 of 1 draws: wanted at least 30 defaults among the development loans" in shown


@pytest.mark.usefixtures("small")
def test_where_ours_refuses_no_challenger_is_fitted_nor_looked_for_again(tmp_path: Path) -> None:
    kept = tmp_path / "cells.jsonl"
    asked = ["--sizes", "100", "--draws", "1", "--settings", "small", "--challengers", "ridge logistic"]
    for _ in range(2):
        assert main([*asked, "--resume", str(kept)]) == 0
        (only,) = [json.loads(row) for row in kept.read_text(encoding="utf8").splitlines()]
        assert only["model"] == "ours"
        assert only["refused"].startswith("wanted at least 30 defaults")


def test_a_challenger_whose_library_wants_more_defaults_is_refused_with_its_words() -> None:
    cell = simulated_set(SETTING, 500).cell(300, 0)
    assert cell is not None
    (fold,) = cell.data.folds
    one = np.zeros(len(fold.development.loans))
    one[0] = 1.0
    part = replace(fold.development, loans=replace(fold.development.loans, defaulted=one))
    with pytest.raises(ModelError, match="could not be fitted: The least populated class"):
        learning_models.pds("HistGradientBoosting", replace(cell.data, folds=[replace(fold, development=part)]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--settings", "gone"], r"wanted names of settings or sources \(small, moving, simulated, .*\); got gone"),
        (["--settings", "sba"], "wanted data/sba/features/features.parquet and .* of a run of sba; they are not there"),
        (["--challengers", "gone"], "--challengers wanted names among plain LightGBM, .*; got gone"),
        (["--params", "gone=1"], "--params wanted KEY=VALUE with keys among num_leaves, .*; got gone=1"),
        (["--params", "prior_defaults"], "--params wanted KEY=VALUE with keys among num_leaves, .*; got prior_def"),
        (["--draws", "0"], "--sizes and --draws want whole numbers of at least 1; got .* and 0"),
    ],
)
@pytest.mark.usefixtures("small")
def test_bad_options_are_a_sentence(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    installed = [] if "--challengers" in options else ["--challengers", "ridge logistic"]
    assert main([*options, *installed]) == 1
    with pytest.raises(SetError, match=message):
        raise SetError(capsys.readouterr().err)


@pytest.mark.usefixtures("small")
def test_a_challenger_that_is_not_installed_is_told_before_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.accuracy_models.find_spec", lambda module: None)
    assert main(["--challengers", "CatBoost"]) == 1
    assert "pip install 'techcredit[catboost]'" in capsys.readouterr().err


def test_few_defaults_of_a_stage_leave_a_challenger_the_curve_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    known = simulated_set(SETTING, 500).cell(3000, 0)
    assert known is not None
    monkeypatch.setattr(learning_models, "OWN_CURVE", 10**6)
    common = learning_models.pds("ridge logistic", known.data)
    monkeypatch.setattr(learning_models, "OWN_CURVE", 1)
    own = learning_models.pds("ridge logistic", known.data)
    stage = known.data.folds[0].tested.table["stage"].to_numpy()
    ratio = (np.log(own / (1 - own)) - np.log(common / (1 - common))).round(6)
    assert len({name for name in np.unique(stage) if np.abs(ratio[stage == name]).max() > 0}) == 3
    assert np.corrcoef(own, common)[0, 1] > 0.9


def test_a_challenger_without_a_score_or_without_outcomes_is_refused() -> None:
    cell = simulated_set(SETTING, 500).cell(300, 0)
    assert cell is not None
    (fold,) = cell.data.folds
    for model, changed, message in (
        (
            "scorecard per stage",
            np.where(fold.development.table["stage"] == "mature", 0.0, fold.development.loans.defaulted),
            "has no score for a stage with fewer defaults than folds",
        ),
        (
            "ridge logistic",
            np.zeros(len(fold.development.loans)),
            r"wanted development loans with and without default; got outcomes \[0",
        ),
    ):
        part = replace(fold.development, loans=replace(fold.development.loans, defaulted=changed))
        with pytest.raises(ModelError, match=message):
            learning_models.pds(model, replace(cell.data, folds=[replace(fold, development=part)]))


def source_folder(folder: Path, rows: int) -> None:
    (folder / "data" / "sba" / "features").mkdir(parents=True)
    (folder / "data" / "sba" / "split").mkdir(parents=True)
    draw = np.random.default_rng(5)
    x = draw.normal(size=rows)
    ids = [f"a{number:05}" for number in range(rows)]
    features = pd.DataFrame({f.name: np.nan for f in CATALOGUE}, index=range(rows))
    features = features.assign(loan_amount=x, staff_count=draw.normal(size=rows), application_id=ids)
    features = features.assign(
        enterprise_id=[f"e{n // 2}" for n in range(rows)], as_of=pd.Timestamp("2001-01-01"), stage="growth"
    )
    missing = pd.Series(np.nan, index=range(rows), dtype="str")
    features = features.assign(province=missing, industry=missing)
    part = np.repeat(
        ["development", "calibration", "out_of_time"], [rows // 2, rows // 4, rows - rows // 2 - rows // 4]
    )
    split = pd.DataFrame({"application_id": ids, "part": part, "used_in_fitting": part == "development"})
    bad = (draw.random(rows) < 1 / (1 + np.exp(1 - 2 * x))).astype(float)
    split = split.assign(defaulted=bad, weight=1.0, observed_months=120.0, default_month=np.where(bad > 0, 1.0, np.nan))
    features.to_parquet(folder / "data" / "sba" / "features" / "features.parquet")
    split.to_parquet(folder / "data" / "sba" / "split" / "split.parquet")


def test_a_source_gives_rows_of_development_and_calibration_and_is_tested_out_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path.cwd()
    source_folder(tmp_path, 2000)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text((root / "params.yaml").read_text(encoding="utf8"), encoding="utf8")
    curve = learning_sets.source_curve_set("sba")
    cell, other = curve.cell(500, 0), curve.cell(500, 1)
    assert cell is not None
    assert other is not None
    (fold,) = cell.data.folds
    sizes = [len(part.loans) for part in (fold.development, fold.calibration, fold.tested)]
    assert sizes == [400, 100, 500]
    assert list(fold.development.table["application_id"]) != list(
        other.data.folds[0].development.table["application_id"]
    )
    # enterprises of two loans are drawn whole
    assert fold.development.table.groupby("enterprise_id").size().value_counts()[2] == 200
    assert curve.cell(5000, 0) is None
    assert main(["--sizes", "500", "5000", "--draws", "1", "--settings", "sba", "--challengers", "ridge logistic"]) == 0
    assert "not measured: sba at 5,000 rows has fewer rows than that" in capsys.readouterr().out


def test_what_is_compared_without_names_are_challengers() -> None:
    assert set(learning_curve.REACHED_FOR) <= set(learning_curve.CHALLENGERS)
