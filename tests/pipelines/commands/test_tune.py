import re
from pathlib import Path

import mlflow
import pandas as pd
import pytest
import yaml

from models.errors import ModelError
from models.fitting.params import TrainParams
from pipelines import tracking
from pipelines.commands.study import SPACE, marks, open_study, search
from pipelines.commands.tune import tune_source
from pipelines.params import ParamsError, section


def trials_logged() -> list[mlflow.entities.Run]:
    client = tracking.open_store(Path())
    found = client.get_experiment_by_name("techcredit-sba")
    return client.search_runs([found.experiment_id], "tags.tuning = 'trial'")


def test_a_search_is_logged_resumed_and_bound_to_its_data(small_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("params.yaml").read_bytes()
    tune_source("sba", "growth", 2, 300)
    told = capsys.readouterr().out
    assert re.match(r"# trial \d of 2: log-loss 0\.\d+ on later development loans; trial 0 had 0\.\d+\n", told)
    best = yaml.safe_load(told)
    assert set(best) == set(SPACE)
    assert best["max_depth"] <= 6
    assert Path("params.yaml").read_bytes() == before

    tune_source("sba", "growth", 1, 300)
    assert " of 3: log-loss " in capsys.readouterr().out
    runs = trials_logged()
    assert len(runs) == 3
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert len({run.data.tags["mlflow.parentRunId"] for run in runs}) == 1
    assert {float(run.data.params["learning_rate"]) for run in runs} >= {0.1}
    assert len({run.data.params["learning_rate"] for run in runs}) == 3

    path = small_run / "features" / "features.parquet"
    pd.read_parquet(path).iloc[::-1].to_parquet(path, index=False)
    with pytest.raises(ModelError, match=r"study growth: wanted data \w+ \w+; it is of \w+ \w+. Move the file"):
        tune_source("sba", "growth", 1, 300)


@pytest.fixture
def params(small_run: Path) -> TrainParams:
    return section("train", TrainParams, "sba")


def losses(path: Path, params: TrainParams, trials: int, seconds: float = 300) -> list[float]:
    heard: list[float] = []
    search(
        open_study(path, "x", {}, params),
        params,
        lambda tried: (tried.learning_rate - 0.05) ** 2,
        lambda number, parameters, loss: heard.append(loss),
        trials,
        seconds,
    )
    return heard


def test_a_search_is_seeded_and_a_resumed_one_does_not_repeat_itself(params: TrainParams, tmp_path: Path) -> None:
    first = losses(tmp_path / "a.db", params, 3)
    assert losses(tmp_path / "b.db", params, 3) == first
    assert first[0] == pytest.approx((0.1 - 0.05) ** 2)
    assert not set(losses(tmp_path / "a.db", params, 3)) & set(first)


def test_no_trial_begins_after_the_seconds(params: TrainParams, tmp_path: Path) -> None:
    assert len(losses(tmp_path / "a.db", params, 50, seconds=0.001)) <= 1


def test_a_trial_left_behind_by_a_stopped_search_ends_as_failed(params: TrainParams, tmp_path: Path) -> None:
    stopped = open_study(tmp_path / "a.db", "x", {}, params).ask()
    states = {trial.number: trial.state.name for trial in open_study(tmp_path / "a.db", "x", {}, params).trials}
    assert states[stopped.number] == "FAIL"


def test_a_study_of_other_fixed_parameters_is_refused(params: TrainParams, tmp_path: Path) -> None:
    open_study(tmp_path / "a.db", "x", marks(params, "d"), params)
    other = {**marks(params, "d"), "fixed": "periods 9"}
    with pytest.raises(ModelError, match="wanted fixed periods 9; it is of"):
        open_study(tmp_path / "a.db", "x", other, params)


def test_an_unknown_stage_or_source_is_named(small_run: Path) -> None:
    with pytest.raises(ModelError, match="stage must be one of startup, growth, mature; got 'old'"):
        tune_source("sba", "old", 1, 1)
    with pytest.raises(ParamsError, match=r"source must be one of .*us_firms; got 'nowhere'"):
        tune_source("nowhere", None, 1, 1)
