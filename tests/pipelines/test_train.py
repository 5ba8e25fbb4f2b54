from pathlib import Path

import pytest

from models.booster import Shape
from models.fit import fit_stage
from models.stage_model import ModelError, StageModel, open_model
from pipelines import pool, train


def fitted(run: Path) -> Path:
    pool.main("sba", run / "features", run / "split", run / "pool")
    train.main("sba", "growth", run / "features", run / "split", run / "pool", run / "models" / "growth")
    return run / "models" / "growth"


def test_a_model_that_keeps_the_documented_directions_is_written(small_run: Path) -> None:
    assert open_model(fitted(small_run)).stage == "growth"


def test_a_model_that_breaks_a_documented_direction_fails_the_stage(
    small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fit_unheeding(stage, development, calibration, pooled, shape, params, facts) -> StageModel:
        return fit_stage(stage, development, calibration, pooled, Shape({}), params, facts)

    monkeypatch.setattr(train, "fit_stage", fit_unheeding)
    monkeypatch.setattr(pool, "shape", lambda names, by_domain: Shape({}))
    with pytest.raises(ModelError, match=r"stage growth: wanted the risk to (rise|fall) with (leverage|quick_ratio)"):
        fitted(small_run)
    assert not (small_run / "models" / "growth").exists()
