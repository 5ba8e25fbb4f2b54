"""A stage of ten development defaults in a simulated portfolio: refused nothing, bounded and told where asked for."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml

from models.errors import ModelError
from models.fitting.params import TrainParams
from pipelines import evaluate, explain, pool, threshold, train
from pipelines.commands.score import bounded as bounded_stages
from pipelines.files import read_json
from pipelines.params import section
from policy.segments import STAGES
from scoring.score import open_models

FEW, SOURCE = 10, "simulated"


def _left(finished: Path, folder: Path, stages: tuple[str, ...], defaults: int) -> None:
    """A copy of the run up to the step `split`, with so many development defaults in each of the stages."""
    for name in ("features", "split", "acceptance", "params.yaml"):
        (shutil.copytree if (finished / name).is_dir() else shutil.copy)(finished / name, folder / name)
    path = folder / "split" / "split.parquet"
    split = pd.read_parquet(path)
    stage = pd.read_parquet(folder / "features" / "features.parquet").set_index("application_id")["stage"]
    of = split["application_id"].map(stage)
    for name in stages:
        bad = split.index[(of == name) & (split["part"] == "development") & (split["defaulted"] == 1)]
        split.loc[bad[defaults:], "part"] = None
        split.loc[bad[defaults:], "used_in_fitting"] = False
    split.to_parquet(path, index=False)


def _asked(folder: Path, **values: object) -> None:
    params = yaml.safe_load((folder / "params.yaml").read_text(encoding="utf8"))
    params["train"][SOURCE] |= values
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf8")


def _fitted(stages: tuple[str, ...] = STAGES) -> None:
    features, parts, pooled, models = map(Path, ("features", "split", "pool", "models"))
    pool.main(SOURCE, features, parts, pooled)
    for stage in stages:
        train.main(SOURCE, stage, features, parts, pooled, models / stage)


@pytest.fixture(scope="module")
def bounded(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run with ten development defaults in startup and the fallback asked for, from `pool` to `threshold`."""
    folder = tmp_path_factory.mktemp("bounded")
    _left(finished, folder, ("startup",), FEW)
    # So few that growth, with 28 development defaults, is fitted as ever; mature has 9.
    _asked(folder, fallback="upper_bounds", fallback_defaults=20, pooled_defaults=20)
    with pytest.MonkeyPatch.context() as there:
        there.chdir(folder)
        _fitted()
        features, scores = Path("features"), Path("evaluation") / "scores.parquet"
        evaluate.main(SOURCE, features, Path("split"), Path("models"), Path("evaluation"))
        explain.main(features, scores, Path("models"), Path("explanations"))
        unlabelled = Path("evaluation") / "unlabelled.parquet"
        threshold.main(SOURCE, features, scores, unlabelled, Path("acceptance"), Path("thresholds"))
    return folder


def test_only_stages_of_few_defaults_have_the_fallback_and_their_models_say_so(bounded: Path) -> None:
    models = open_models(bounded / "models")
    assert {stage: "fallback" in model.facts for stage, model in models.items()} == {
        "startup": True,
        "growth": False,
        "mature": True,
    }
    told = models["startup"].facts["fallback"]
    assert models["startup"].facts["development"]["defaults"] == FEW
    counted = [models["startup"].facts[part] for part in ("development", "calibration")]
    assert sum(c["defaults"] for c in told["classes"]) == sum(part["defaults"] for part in counted)
    assert sum(c["loans"] for c in told["classes"]) == sum(p["loans"] - p["open-window"] for p in counted)
    assert (np.diff([c["pd"] for c in told["classes"]]) >= 0).all()


def test_a_batch_names_the_stages_whose_pds_are_upper_bounds(bounded: Path) -> None:
    models = SimpleNamespace(models=open_models(bounded / "models"))
    known = models.models["mature"].facts["development"]["defaults"]
    assert bounded_stages(models) == {"startup": FEW, "mature": known}  # type: ignore[arg-type]


def test_its_pds_lie_above_the_default_rates_and_rise_with_the_score(bounded: Path) -> None:
    model = open_models(bounded / "models")["startup"]
    features = pd.read_parquet(bounded / "features" / "features.parquet")
    mine = features[features["stage"] == "startup"]
    score, pds = model.score(mine), model.probability(mine)
    assert (np.diff(pds[np.argsort(score, kind="stable")]) >= 0).all()
    scored = pd.read_parquet(bounded / "evaluation" / "scores.parquet")
    known = scored[(scored["stage"] == "startup") & scored["part"].isin(["development", "calibration"])]
    assert known["pd"].mean() > known["defaulted"].mean()


def test_its_contributions_add_up_to_its_log_odds(bounded: Path) -> None:
    found = pd.read_parquet(bounded / "explanations" / "contributions.parquet").set_index("application_id")
    scored = pd.read_parquet(bounded / "evaluation" / "scores.parquet").set_index("application_id")
    mine = found[scored["stage"].reindex(found.index) == "startup"]
    parts = mine.drop(columns="logit").select_dtypes("number").sum(axis=1)
    assert len(mine) > 0
    assert parts.to_numpy() == pytest.approx(mine["logit"].to_numpy(), abs=1e-6)


def test_certificates_are_tested_on_outcomes_as_ever(bounded: Path) -> None:
    found = read_json(bounded / "thresholds" / "thresholds.json")["certificates"]
    for certificate in found.values():
        assert not certificate["certified"] or certificate["upper_bound"] <= certificate["tested"]
    decided = pd.read_parquet(bounded / "thresholds" / "decisions.parquet")
    assert len(decided[decided["stage"] == "startup"]) > 0


def test_with_few_defaults_in_all_stages_nothing_is_trained_unless_a_fallback_is_asked_for(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _left(finished, tmp_path, STAGES, 5)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        ModelError, match=r"wanted at least 30 defaults .* got 15 of .*, or a fallback \(train.fallback"
    ):
        _fitted()
    _asked(tmp_path, fallback="upper_bounds")
    _fitted()
    assert all(model.facts["fallback"]["below"] == 30 for model in open_models(tmp_path / "models").values())


def test_with_fewer_defaults_than_folds_nothing_orders_the_loans_and_it_is_refused(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _left(finished, tmp_path, STAGES, 1)
    _asked(tmp_path, fallback="upper_bounds", folds=5)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match=r"wanted at least as many defaults as folds \(5\); got 3"):
        _fitted()


def test_the_parameters_of_the_project_ask_for_no_fallback() -> None:
    for source in ("simulated", "sba", "us_firms"):
        assert section("train", TrainParams, source).fallback == "none"
