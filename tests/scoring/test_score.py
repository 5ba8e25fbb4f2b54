from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from explanations.explained import explained
from models.errors import ModelError
from models.fitting.blend import alone
from models.fitting.booster import Shape, fit_booster
from models.fitting.calibration import line
from models.fitting.loans import loans
from models.fitting.rows import rows_at_risk
from models.fitting.stage_model import StageModel
from pipelines import manifest
from scoring.bundle import open_bundle
from scoring.score import open_models, scores
from tests.parameters import SMALL

PARAMS = replace(SMALL, num_iterations=20, early_stopping_rounds=10)


@pytest.fixture(scope="module")
def models(loan_book: pd.DataFrame) -> dict[str, StageModel]:
    rows = rows_at_risk(loans(loan_book, ["loan_amount", "staff_count"]), PARAMS)
    blend = alone("one", fit_booster(rows, Shape({}), PARAMS, 20))
    return {
        "startup": StageModel("startup", blend, 0.0, line(0.0, 1.0), (), {}),
        "growth": StageModel("growth", blend, 0.0, line(-1.0, 1.0), (), {}),
    }


def test_each_row_is_scored_by_the_model_of_its_stage(models: dict[str, StageModel], loan_book: pd.DataFrame) -> None:
    rows = loan_book[loan_book["stage"] != "mature"]
    found = scores(rows, models)
    growth = rows["stage"] == "growth"
    logit = np.log(found["pd"] / (1 - found["pd"]))
    assert (logit[growth] - found["score"][growth]).to_numpy() == pytest.approx(-1.0)
    assert (logit[~growth] - found["score"][~growth]).to_numpy() == pytest.approx(0.0, abs=1e-6)


def test_scores_are_those_of_lightgbm_and_the_same_bits_as_beside_the_contributions(
    models: dict[str, StageModel], loan_book: pd.DataFrame
) -> None:
    rows = loan_book[loan_book["stage"] != "mature"].copy()
    rows.loc[rows.index[::5], "staff_count"] = np.nan
    found = scores(rows, models)
    for known in explained(rows, models):
        own = known.scored
        plain = rows.iloc[own.rows]
        assert np.abs(own.score - own.model.score(plain)).max() < 1e-12
        assert np.abs(own.pd - own.model.probability(plain)).max() < 1e-8
        assert (found["score"].to_numpy()[own.rows] == own.score).all()
        assert (found["pd"].to_numpy()[own.rows] == own.pd).all()


def test_a_row_without_stage_gets_no_pd(models: dict[str, StageModel], loan_book: pd.DataFrame) -> None:
    rows = loan_book.head(3).assign(stage=pd.Series(["growth", None, "startup"], dtype="str"))
    assert scores(rows, models)["pd"].isna().tolist() == [False, True, False]


def test_an_unknown_stage_is_a_sentence(models: dict[str, StageModel], loan_book: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match="stage must be one of startup, growth; the table holds 'seed'"):
        scores(loan_book.head(3).assign(stage="seed"), models)


def test_a_folder_without_models_or_thresholds_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"wanted a folder with one model per stage \(startup, growth, mature\)"):
        open_models(tmp_path / "models")
    with pytest.raises(ModelError, match=r"manifest.json, which a finished run leaves; it is not there"):
        open_bundle(tmp_path)


@pytest.mark.parametrize("content", ["{}", "[1]"])
def test_a_part_of_a_run_that_cannot_be_read_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    parts = (
        "features/peers.parquet",
        "features/peer_quantiles.parquet",
        "acceptance/acceptance.json",
        "features/features.json",
        "evaluation/scores.parquet",
        "features/features.parquet",
        "features/not_applicable.parquet",
        "explanations/reasons.parquet",
        "valid/applications.parquet",
    )
    for name in parts:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}", encoding="utf8")
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "thresholds.json").write_text(content, encoding="utf8")
    monkeypatch.setattr("scoring.bundle.open_models", lambda folder: {})
    (tmp_path / "models").mkdir()
    manifest.main(tmp_path, tmp_path / "manifest")
    with pytest.raises(ModelError, match="wanted a run as `techcredit run` leaves it; a part cannot be read"):
        open_bundle(tmp_path)
