from pathlib import Path

import pandas as pd
import pytest

from models.errors import ModelError
from models.fitting.booster import Shape
from models.fitting.fit import fit_stage
from models.fitting.stage_model import StageModel, open_model
from pipelines import pool, train
from pipelines.files import read_json


def fitted(run: Path) -> Path:
    pool.main("sba", run / "features", run / "split", run / "pool")
    train.main("sba", "growth", run / "features", run / "split", run / "pool", run / "models" / "growth")
    return run / "models" / "growth"


def test_unused_features_are_printed_with_the_reason(small_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.read_parquet(small_run / "features" / "features.parquet").assign(cash_ratio=1.0)
    table.to_parquet(small_run / "features" / "features.parquet", index=False)
    fitted(small_run)
    unused = read_json(small_run / "pool" / "pool.json")["unused"]
    assert unused["constant"] == ["cash_ratio"]
    assert "patent_count" in unused["missing"] or "valid_invention_count" in unused["missing"]
    assert "1 features are unused, constant in all development loans: cash_ratio" in capsys.readouterr().out


def test_a_model_that_keeps_the_documented_directions_is_written(small_run: Path) -> None:
    assert open_model(fitted(small_run)).stage == "growth"


def test_a_model_that_breaks_a_documented_direction_fails_the_stage(
    small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fit_unheeding(stage, development, calibration, pooled, shape, params, facts, of_all) -> StageModel:
        return fit_stage(stage, development, calibration, pooled, Shape({}), params, facts, of_all)

    monkeypatch.setattr(train, "fit_stage", fit_unheeding)
    monkeypatch.setattr(pool, "shape", lambda names, by_domain: Shape({}))
    with pytest.raises(ModelError, match=r"stage growth: wanted the risk to (rise|fall) with (leverage|quick_ratio)"):
        fitted(small_run)
    assert not (small_run / "models" / "growth").exists()
