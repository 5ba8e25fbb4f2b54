"""`techcredit export`: every format is written by the command and gives the PDs of the run; what it refuses."""

import shutil
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from typer.testing import CliRunner

from features.version import version
from models.challengers.points import card_text
from models.errors import ModelError
from models.exchange.card import card_model
from models.exchange.plain import PlainModel
from models.fitting.calibration import Curve
from models.fitting.stage_model import StageModel, open_model
from models.fitting.steps import StepFunction, Steps
from pipelines.cli import app
from pipelines.commands import exchange
from pipelines.commands.exchange import FORMATS, export_model, probe_of
from pipelines.commands.exchange_engines import run_pmml, run_sql
from pipelines.manifest import main
from tests.models.exchange.whole import write_model
from tests.scoring.test_manifest import FILES, TOLD


@pytest.fixture(scope="module")
def run(loan_book: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed run that has a model of the stage growth."""
    folder = tmp_path_factory.mktemp("run")
    for name in (*FILES, *TOLD):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"other")
    shutil.rmtree(folder / "models" / "growth")
    write_model(folder / "models" / "growth", loan_book, version())
    main(folder, folder / "manifest")
    return folder


def exported(run: Path, wanted: str, output: Path) -> str:
    arguments = ["export", "--model", run, "--stage", "growth", "--format", wanted, "--output", output]
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_the_command_writes_sql_that_gives_the_pds(run: Path, tmp_path: Path) -> None:
    said = exported(run, "sql", tmp_path / "new" / "growth.sql")
    model = open_model(run / "models" / "growth")
    assert f"stage model, {model.version}, stage growth; largest difference of a PD 0\n" in said
    rows = probe_of(exchange.plain(model))
    found = run_sql((tmp_path / "new" / "growth.sql").read_text(encoding="utf8"), rows)
    assert (found["pd"].to_numpy() == model.probability(rows)).all()


def test_the_command_writes_onnx_that_runtime_opens_from_the_file(run: Path, tmp_path: Path) -> None:
    exported(run, "onnx", tmp_path / "growth.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "growth.onnx", providers=["CPUExecutionProvider"])
    texts = {"stage": "growth", "province": "A", "industry_division": "65"}
    given = {"features": np.full((1, 2), np.nan), **{name: np.array([text]) for name, text in texts.items()}}
    nothing_known = pd.DataFrame({"loan_amount": [np.nan], "staff_count": np.nan, "province": "A", "industry": "65"})
    expected = open_model(run / "models" / "growth").probability(nothing_known)[0]
    assert session.run(["pd"], given)[0][0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.skipif(shutil.which("java") is None, reason="a PMML engine needs Java")
def test_the_command_writes_pmml_that_gives_the_pds(run: Path, tmp_path: Path) -> None:
    assert "largest difference of a PD" in exported(run, "pmml", tmp_path / "growth.pmml")
    model = open_model(run / "models" / "growth")
    told = exchange.plain(model)
    rows = probe_of(told).iloc[:20]
    found = run_pmml((tmp_path / "growth.pmml").read_text(encoding="utf8"), told, rows)
    assert np.abs(found["pd"] - model.probability(rows)).max() < 1e-12


def test_the_command_writes_a_folder_that_opens_as_the_same_model(run: Path, tmp_path: Path) -> None:
    exported(run, "lightgbm", tmp_path / "growth")
    assert open_model(tmp_path / "growth").version == open_model(run / "models" / "growth").version


def test_pmml_without_an_engine_is_written_and_that_is_said(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "find_spec", lambda name: None)
    said = exported(run, "pmml", tmp_path / "growth.pmml")
    assert "the PMML was not run here: that wants Java and pip install 'techcredit[exchange]'" in said
    assert "largest difference" not in said


def test_onnx_without_an_engine_is_not_written(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelError, match=r"ONNX wants the package onnxruntime; .* 'techcredit\[exchange\]'"):
        export_model(run, "growth", "onnx", tmp_path / "growth.onnx")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_says_something_else_leaves_no_file(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def off_by_one(query: str, rows: pd.DataFrame) -> pd.DataFrame:
        found = run_sql(query, rows)
        return found.assign(logit=found["logit"] + 1e-9)

    monkeypatch.setattr(exchange, "run_sql", off_by_one)
    with pytest.raises(ModelError, match=r"Nothing was written"):
        export_model(run, "growth", "sql", tmp_path / "growth.sql")
    assert list(tmp_path.iterdir()) == []


def test_a_half_written_folder_is_taken_away(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(model: StageModel, told: PlainModel, path: Path) -> None:
        path.mkdir()
        (path / "model.json").write_text("half", encoding="utf8")
        message = "no room"
        raise OSError(message)

    monkeypatch.setattr(exchange, "FORMATS", {**FORMATS, "lightgbm": broken})
    with pytest.raises(OSError, match="no room"):
        export_model(run, "growth", "lightgbm", tmp_path / "growth")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("stage", "wanted", "message"),
    [
        ("adult", "sql", r"stage must be one of startup, growth, mature; got 'adult'"),
        ("growth", "excel", r"format must be one of sql, pmml, onnx, lightgbm.*; got 'excel'"),
    ],
)
def test_an_unknown_stage_or_format_is_refused(
    stage: str, wanted: str, message: str, run: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=message):
        export_model(run, stage, wanted, tmp_path / "out")


def test_an_output_that_exists_is_not_overwritten(run: Path, tmp_path: Path) -> None:
    (tmp_path / "growth.sql").write_text("mine", encoding="utf8")
    with pytest.raises(ModelError, match=r"wanted an output that is not there yet; .*growth.sql is"):
        export_model(run, "growth", "sql", tmp_path / "growth.sql")
    assert (tmp_path / "growth.sql").read_text(encoding="utf8") == "mine"


def test_an_output_in_the_folder_of_the_run_is_refused(run: Path) -> None:
    with pytest.raises(ModelError, match=r"wanted an output out of the folder of the run; .*growth.sql lies in"):
        export_model(run, "growth", "sql", run / "models" / "growth.sql")


def test_what_a_killed_export_left_does_not_get_into_the_next_one(run: Path, tmp_path: Path) -> None:
    left = tmp_path / ".growth.unfinished"
    left.mkdir()
    (left / "other.txt").write_text("of another model", encoding="utf8")
    exported(run, "lightgbm", tmp_path / "growth")
    assert not (tmp_path / "growth" / "other.txt").exists()
    assert not left.exists()


def test_a_run_that_was_changed_is_not_exported(run: Path, tmp_path: Path) -> None:
    changed = tmp_path / "run"
    shutil.copytree(run, changed)
    (changed / "models" / "growth" / "steps.json").write_text("{}", encoding="utf8")
    with pytest.raises(ModelError, match=r"steps.json was changed after the run"):
        export_model(changed, "growth", "sql", tmp_path / "growth.sql")


@pytest.fixture
def studied(run: Path, tmp_path: Path) -> Path:
    """The run with a scorecard of two bins, and its PDs as they were measured."""
    folder = tmp_path / "studied"
    shutil.copytree(run, folder)
    steps = Steps(("staff_count", "loan_amount"), {"staff_count": StepFunction((0.5,), (-1.0, 1.0), 0.25, 0.0)}, -2.0)
    curve = Curve((0.0, 1.0), (0.5, 1.4))
    (folder / "challengers").mkdir()
    text = card_text(steps, {"growth": curve, "mature": curve}, version())
    (folder / "challengers" / "scorecard.json").write_text(text, encoding="utf8")
    table = pd.DataFrame({"application_id": ["a", "b"], "stage": "growth", "staff_count": [0.0, np.nan]})
    table.to_parquet(folder / "features" / "features.parquet")
    pds = card_model(steps, curve, "growth", version(), "").probability(table)
    table[["application_id"]].assign(scorecard=pds).to_parquet(folder / "challengers" / "pds.parquet")
    return folder


def test_the_scorecard_of_a_study_is_exported_with_its_points(studied: Path, tmp_path: Path) -> None:
    said = exported(studied, "scorecard-sql", tmp_path / "card.sql")
    assert "scorecard challenger of all stages, not the model that decides" in said
    query = (tmp_path / "card.sql").read_text(encoding="utf8")
    # -2 + 1, times 0.9, plus 0.5: log-odds -0.4, and 600 - 20 / ln 2 * (-0.4 + ln 50) points
    rows = pd.DataFrame({"application_id": ["x"], "stage": ["growth"], "staff_count": [3.0]})
    found = run_sql(query, rows).iloc[0]
    assert (found["logit"], found["points"]) == (pytest.approx(-0.4), pytest.approx(498.66438))
    assert "--   staff_count: above 0.5, -25.9685" in query


@pytest.mark.skipif(shutil.which("java") is None, reason="a PMML engine needs Java")
def test_the_scorecard_is_written_as_a_scorecard_of_pmml(studied: Path, tmp_path: Path) -> None:
    assert "largest difference of a PD" in exported(studied, "scorecard-pmml", tmp_path / "card.pmml")
    assert '<Characteristic name="staff_count_bins">' in (tmp_path / "card.pmml").read_text(encoding="utf8")


def test_a_scorecard_that_is_not_there_or_not_the_measured_one_is_refused(
    run: Path, studied: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=r"wanted .*scorecard.json, which `techcredit study` leaves"):
        export_model(run, "growth", "scorecard-sql", tmp_path / "card.sql")
    with pytest.raises(ModelError, match=r"wanted a scorecard of catalogue version \w+ and stage startup"):
        export_model(studied, "startup", "scorecard-sql", tmp_path / "card.sql")
    path = studied / "challengers" / "scorecard.json"
    path.write_text(path.read_text(encoding="utf8").replace("-2.0", "-2.5"), encoding="utf8")
    with pytest.raises(ModelError, match=r"wanted the scorecard whose PDs the run measured; it gives others"):
        export_model(studied, "growth", "scorecard-sql", tmp_path / "card.sql")


@pytest.mark.pipeline
def test_the_sql_of_a_finished_run_gives_the_pds_of_its_applications(simulated_run: Path, tmp_path: Path) -> None:
    run = simulated_run / "data" / "simulated"
    table = pd.read_parquet(run / "features" / "features.parquet")
    scores = pd.read_parquet(run / "evaluation" / "scores.parquet").set_index("application_id")["pd"]
    export_model(run, "startup", "sql", tmp_path / "startup.sql")
    known = table[(table["stage"] == "startup") & table["application_id"].isin(scores.index)]
    found = run_sql((tmp_path / "startup.sql").read_text(encoding="utf8"), known)
    assert len(found) > 1000
    # A sum in another order may differ in its last bit, and the bit may turn the eighth digit of a rounded PD.
    assert (found["pd"] / scores.loc[found.index] - 1).abs().max() < 1.1e-7
    assert (found["pd"] == scores.loc[found.index]).mean() > 0.999
