import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from models.challengers import pds as challengers
from models.validation.discrimination import auc
from pipelines import challenge, pool
from pipelines.files import read_json
from pipelines.params import ParamsError

NAMES = ["plain LightGBM", "pooled only", "scorecard", "EBM"]


@pytest.fixture
def ready(small_run: Path) -> Path:
    """The run with its last loans out-of-time, the pooled booster, and random scores of ours."""
    path = small_run / "split" / "split.parquet"
    split = pd.read_parquet(path)
    later = np.arange(len(split)) >= 1700
    split.assign(part=split["part"].mask(later, "out_of_time")).to_parquet(path, index=False)
    pool.main("sba", small_run / "features", small_run / "split", small_run / "pool")
    pds = np.random.default_rng(1).uniform(0.01, 0.2, len(split))
    ours = split[["application_id", "part"]].assign(pd=pds)
    (small_run / "evaluation").mkdir()
    ours.iloc[::-1].to_parquet(small_run / "evaluation" / "scores.parquet", index=False)
    return small_run


def challenged(run: Path, name: str = "challengers") -> Path:
    scores = run / "evaluation" / "scores.parquet"
    challenge.main("sba", run / "features", run / "split", scores, run / "pool", run / name)
    return run / name


def wanted(challengers: object) -> None:
    everything = yaml.safe_load(Path("params.yaml").read_text(encoding="utf8"))
    everything["challenge"]["default"]["challengers"] = challengers
    Path("params.yaml").write_text(yaml.safe_dump(everything), encoding="utf8")


def test_every_model_has_a_pd_of_every_later_loan_and_figures_a_stage(ready: Path) -> None:
    folder = challenged(ready)
    pds = pd.read_parquet(folder / "pds.parquet")
    assert list(pds.columns) == ["application_id", "ours", *NAMES]
    split = pd.read_parquet(ready / "split" / "split.parquet")
    later = split[split["part"] == "out_of_time"]
    assert pds["application_id"].tolist() == sorted(later["application_id"])
    assert pds.drop(columns="application_id").gt(0).all(axis=None)
    found = read_json(folder / "challengers.json")
    rows = pd.DataFrame(found["rows"])
    assert rows.groupby("stage", sort=False)["model"].agg(list).tolist() == [["ours", *NAMES]] * 4
    assert [verdict["stage"] for verdict in found["verdicts"]] == ["growth", "mature", "startup", "total"]
    # the scores of ours are drawn blindly, so every challenger that has learned is far ahead
    assert not any(verdict["met"] for verdict in found["verdicts"])
    known = later.set_index("application_id").loc[pds["application_id"]]
    total = rows[rows["stage"] == "total"].set_index("model")["auc"]
    assert total["ours"] == pytest.approx(auc(known["defaulted"], pds["ours"]).auc)
    assert (total[NAMES] > 0.7).all()


def test_the_pds_of_ours_are_those_of_the_scores(ready: Path) -> None:
    wanted(["plain LightGBM"])
    pds = pd.read_parquet(challenged(ready) / "pds.parquet").set_index("application_id")
    scores = pd.read_parquet(ready / "evaluation" / "scores.parquet").set_index("application_id")
    assert (pds["ours"] == scores.loc[pds.index, "pd"]).all()


def test_the_same_run_gives_the_same_bytes(ready: Path) -> None:
    first, second = challenged(ready, "first"), challenged(ready, "second")
    for name in ("pds.parquet", "challengers.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_the_pooled_booster_is_not_fitted_again(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted(["pooled only"])
    monkeypatch.setattr(challengers, "fit_with_folds", None)
    assert (challenged(ready) / "pds.parquet").exists()


@pytest.mark.parametrize("challengers", [["plain LightGBM", "XGBoost"], "EBM"])
def test_an_unknown_challenger_is_refused_with_the_known_names(ready: Path, challengers: object) -> None:
    wanted(challengers)
    with pytest.raises(
        ParamsError, match=r"challengers must be a list of names among plain LightGBM, .*; got .*(XGB|EBM)"
    ):
        challenged(ready)
    assert not (ready / "challengers").exists()


def test_a_missing_package_is_named_with_the_way_to_get_it(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted(["scorecard"])
    for module in ["optbinning", *(m for m in sys.modules if m.startswith("optbinning."))]:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ParamsError, match=r"scorecard challenger wants the package optbinning; install it with: pip"):
        challenged(ready)


def test_without_challengers_ours_stands_alone(ready: Path) -> None:
    wanted([])
    found = read_json(challenged(ready) / "challengers.json")
    assert {row["model"] for row in found["rows"]} == {"ours"}
    assert found["verdicts"] == []
