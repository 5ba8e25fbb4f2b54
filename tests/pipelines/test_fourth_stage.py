"""A fourth lifecycle stage is a change of policy and parameters alone: no module, no line of dvc.yaml is edited."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml

from policy.segments import STAGES

pytestmark = pytest.mark.pipeline
NEW = "scaling"
ALL = ("startup", "growth", NEW, "mature")
QUICK = {"num_iterations": 40, "early_stopping_rounds": 10, "folds": 2, "lambda_steps": 5, "minimum_defaults": 5}
ROAD = """
from pathlib import Path
from pipelines import acceptance, evaluate, featurize, figures, headline
from pipelines import ingest, pool, split, threshold, train, validate
from policy.segments import STAGES
from reports.groups import group_name

source, data = "simulated", Path("data/simulated")
features, parts = data / "features", data / "split"
ingest.main(source, Path("data/samples/simulated"), data / "tables", data / "truth")
validate.main(source, data / "tables", data / "valid")
featurize.main(source, data / "valid", features)
split.main(source, features, data / "valid", parts)
pool.main(source, features, parts, data / "pool")
for stage in STAGES:
    train.main(source, stage, features, parts, data / "pool", data / "models" / stage)
acceptance.main(source, features, parts, data / "valid", data / "acceptance")
evaluation, thresholds = data / "evaluation", data / "thresholds"
evaluate.main(source, features, parts, data / "models", evaluation)
figures.main(evaluation / "roc.parquet", evaluation / "calibration.parquet", data / "figures")
threshold.main(
    source, features, evaluation / "scores.parquet", evaluation / "unlabelled.parquet", data / "acceptance", thresholds
)
headline.main(source, evaluation / "scores.parquet", evaluation / "metrics.json", thresholds, data / "headline")
print(*(group_name(stage).zh for stage in STAGES))
"""


def edited(path: Path, change: Callable[[dict], object]) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf8")


def name_it(content: dict) -> None:
    content["segments"]["stages"] = list(ALL)
    content["segments"]["labels"][NEW] = {"en": "scaling", "zh": "扩张期"}


def give_it_a_rule(content: dict) -> None:
    """Enterprises of five to ten years are scaling; growth keeps the young and large, and the old and fast."""
    for rules in content["default"]["values"].values():
        rules.insert(
            2, {"name": "five_to_ten_years", "stage": NEW, "when": {"age_months": {"at_least": 60, "below": 120}}}
        )


def give_it_what_growth_has(content: dict) -> None:
    """It gets the zones, or the economics, of growth."""
    for figure in content.values():
        for stages in figure["values"].values():
            stages[NEW] = stages["growth"]


def make_it_quick(content: dict) -> None:
    content["ingest"]["simulated"]["applications"] = 7000
    content["train"]["default"] |= QUICK


@pytest.fixture(scope="module")
def folder(checkout: Callable[[str], Path]) -> Path:
    """A checkout whose policy and params.yaml alone are edited, with the steps run from the source to the threshold."""
    made = checkout("fourth_stage")
    edited(made / "policy" / "segments.yaml", name_it)
    edited(made / "policy" / "stage.yaml", give_it_a_rule)
    edited(made / "policy" / "zones.yaml", give_it_what_growth_has)
    edited(made / "policy" / "economics.yaml", give_it_what_growth_has)
    edited(made / "params.yaml", make_it_quick)
    return made


def called(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore", "PYTHONIOENCODING": "utf8"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_dvc_makes_a_step_of_the_new_stage_for_every_source(folder: Path) -> None:
    named = set(called(folder, "-m", "dvc", "stage", "list", "--name-only").split())
    for source in ("simulated", "sba", "us_firms"):
        assert {f"train@{source}-{stage}" for stage in ALL} <= named
    assert sum(name.startswith("train@") for name in named) == 3 * len(ALL)


def test_the_new_stage_goes_the_whole_road(folder: Path) -> None:
    assert NEW not in STAGES
    said = called(folder, "-c", ROAD)
    assert said.splitlines()[-1] == "初创期 成长期 扩张期 成熟期"
    data = folder / "data" / "simulated"
    scores = pd.read_parquet(data / "evaluation" / "scores.parquet")
    assert set(scores["stage"]) == set(ALL)
    assert scores.loc[scores["stage"] == NEW, "pd"].between(0, 1).all()
    decisions = pd.read_parquet(data / "thresholds" / "decisions.parquet")
    assert (decisions["stage"] == NEW).sum() == ((scores["stage"] == NEW) & (scores["part"] == "out_of_time")).sum() > 0
    assert decisions["decision"].isin(["approve", "refer", "decline"]).all()
    (headline,) = json.loads((data / "headline" / "metrics.json").read_text(encoding="utf8")).values()
    assert [name for name in headline if name.startswith("auc_")] == [f"auc_{stage}" for stage in ALL]
    assert (data / "figures" / "roc.png").stat().st_size > 10_000
    points = pd.read_parquet(data / "features" / "features.parquet", columns=["stage", "innovation_points_2024"])
    # the shipped schemes of points have no numbers for it: missing, not guessed
    assert points.loc[points["stage"] == NEW, "innovation_points_2024"].isna().all()
