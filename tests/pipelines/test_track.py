"""What a practitioner finds in MLflow after a run, also in a folder that was moved and without our packages."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.entities import Run

from models.fitting.stage_model import open_model
from pipelines import track, tracking, tracking_run
from pipelines.tracking_parent import TRACKED
from policy.errors import MendableError
from policy.segments import STAGES
from tests.closure import PACKAGES
from tests.pipelines.tracked import NAMES, SOURCE, finished_run, read

RUN = Path("data") / SOURCE
SHORT = "simulated 2026-12-31 no commit"
LOAD = """
import importlib.abc, json, os, sys, warnings

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {packages!r}:
            raise ImportError(name + " is blocked")

sys.meta_path.insert(0, Blocked())
warnings.simplefilter("ignore")
import mlflow, pandas
mlflow.set_tracking_uri("sqlite:///mlflow.db")
rows = pandas.read_parquet("rows.parquet")
found = {{}}
for stage in {stages!r}:
    model = mlflow.pyfunc.load_model("models:/techcredit-simulated-" + stage + "@candidate")
    found[stage] = model.predict(rows)["pd"].tolist()
assert not set(sys.modules) & set({packages!r})
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def project(loan_book: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project whose run was tracked, then tracked again with another parameter; the working folder meanwhile."""
    folder = tmp_path_factory.mktemp("tracked") / "project"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        finished_run(folder, loan_book)
        for execution, seed in (("first", "seed: 7"), ("second", "seed: 8")):
            patch.setattr(tracking, "execution", lambda execution=execution: execution)
            text = (folder / "params.yaml").read_text(encoding="utf8")
            (folder / "params.yaml").write_text(re.sub(r"\n    seed: 7", f"\n    {seed}", text), encoding="utf8")
            track.main(SOURCE, RUN, RUN / "tracking")
        yield folder


@pytest.fixture
def client(project: Path) -> mlflow.MlflowClient:
    return tracking.open_store(project)


def runs(client: mlflow.MlflowClient, wanted: str) -> list[Run]:
    experiment = client.get_experiment_by_name(f"techcredit-{SOURCE}")
    return list(client.search_runs([experiment.experiment_id], wanted, order_by=["attributes.start_time"]))


def parents(client: mlflow.MlflowClient) -> list[Run]:
    return runs(client, f"tags.{TRACKED[0]} = '{TRACKED[1]}'")


def test_a_run_is_named_by_source_day_commit_and_what_changed(client: mlflow.MlflowClient) -> None:
    first, second = parents(client)
    assert first.info.run_name == SHORT
    assert second.info.run_name == f"{SHORT} train.seed=8 challenge.seed=8"
    below = runs(client, f"tags.`mlflow.parentRunId` = '{first.info.run_id}'")
    assert {run.info.run_name for run in below} == {f"{SHORT} {stage}" for stage in STAGES}
    assert all(run.info.status == "FINISHED" for run in (first, second, *below))


def test_the_parent_has_headline_certificates_parameters_and_report(client: mlflow.MlflowClient) -> None:
    run = parents(client)[0]
    metrics = run.data.metrics
    assert (metrics["auc"], metrics["allowed"], metrics["certificate.micro.p_value"]) == (0.75, 0.05, 0.01)
    assert (metrics["validation.met"], metrics["validation.exceeded"]) == (2, 1)
    assert "realised" not in metrics
    assert run.data.params["train.seed"] == "7"
    assert run.data.params["policy.policy_on"] == "2025-12-31"
    assert run.data.tags["page"] == f"data/{SOURCE}/report/index.html"
    assert run.data.tags["policy"] == "p1"
    places = {
        file.path
        for top in ("", "report", "figures", "model_validation")
        for file in client.list_artifacts(run.info.run_id, top)
    }
    assert {"certificates.json", "figures/roc.png", "model_validation/validation.json"} <= places
    assert "report/summary.json" in places


def test_the_data_are_told_by_name_digest_columns_and_a_source_within_the_project(
    client: mlflow.MlflowClient, project: Path
) -> None:
    models = read(project / RUN / "tracking" / "models.json")["models"]
    run = runs(client, "tags.stage = 'growth'")[0]
    inputs = {found.tags[0].value: found.dataset for found in run.inputs.dataset_inputs}
    assert set(inputs) == {"training", "calibration", "evaluation"}
    training = inputs["training"]
    assert (training.name, training.digest) == ("simulated growth development", models["growth"]["data"])
    assert json.loads(training.source) == {"uri": f"data/{SOURCE}/features/features.parquet"}
    assert [column["name"] for column in json.loads(training.schema)["mlflow_colspec"]] == NAMES
    assert json.loads(training.profile)["defaults"] == 20


def test_experiment_run_model_and_version_are_described_in_both_languages(client: mlflow.MlflowClient) -> None:
    experiment = client.get_experiment_by_name(f"techcredit-{SOURCE}")
    card = client.get_model_version(f"techcredit-{SOURCE}-growth", "1").description
    told = [
        experiment.tags["mlflow.note.content"],
        parents(client)[0].data.tags["mlflow.note.content"],
        client.get_registered_model(f"techcredit-{SOURCE}-growth").description,
        card,
    ]
    assert all(re.search("[a-z]{4}", text) and re.search("[一-龥]{4}", text) for text in told)
    assert "AUC 0.75 [0.7, 0.8]" in card
    assert "700 development loans with 90 defaults" in card
    assert "成长期" in card


def test_a_model_that_is_there_already_gets_no_second_version(client: mlflow.MlflowClient) -> None:
    for stage in STAGES:
        name = f"techcredit-{SOURCE}-{stage}"
        assert [found.version for found in client.search_model_versions(f"name = '{name}'")] == [1]
        assert {run.data.tags["registered_version"] for run in runs(client, f"tags.stage = '{stage}'")} == {"1"}
        assert tracking.version_of(client, name, "candidate") == "1"
        assert tracking.version_of(client, name, "champion") is None, "only a promotion makes one"


def test_the_store_names_no_folder_of_this_machine(client: mlflow.MlflowClient, project: Path) -> None:
    for run in runs(client, ""):
        assert not run.info.artifact_uri.startswith(("/", "file:"))
        assert not [name for name, value in run.data.tags.items() if str(project.parent) in value]


def test_the_candidate_of_a_moved_folder_gives_the_same_pds_without_our_packages(
    project: Path, loan_book: pd.DataFrame, tmp_path: Path
) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(project, moved)
    hidden = project.rename(project.with_name("hidden"))
    try:
        rows = loan_book[[*NAMES, "province"]].head(300).assign(industry="I65")
        rows.loc[rows.index[::7], NAMES] = np.nan
        rows.to_parquet(moved / "rows.parquet", index=False)
        code = LOAD.format(packages=PACKAGES, stages=STAGES)
        settings = os.environ | {"MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"}
        done = subprocess.run(
            [sys.executable, "-I", "-c", code], cwd=moved, env=settings, capture_output=True, text=True, check=False
        )
    finally:
        hidden.rename(project)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    for stage in STAGES:
        model = open_model(project / RUN / "models" / stage)
        assert np.abs(np.array(found[stage]) - np.asarray(model.probability(rows))).max() < 1e-12, stage


def test_another_working_folder_is_refused(project: Path, client: mlflow.MlflowClient, tmp_path: Path) -> None:
    with pytest.raises(MendableError, match="where the store of MLflow is"):
        tracking.experiment(client, SOURCE, tmp_path)


def test_dvc_knows_every_file_that_the_step_reads() -> None:
    text = Path(tracking_run.__file__).read_text(encoding="utf8")
    listed = (Path(tracking_run.__file__).parents[1] / "dvc.yaml").read_text(encoding="utf8")
    deps = set(re.findall(r"data/\$\{item\.source\}/(\S+)", listed.split("  track:")[1].split("outs:")[0]))
    known = set(re.findall(r'folder / "(\w+)"(?: / "([\w.]+)")?', text))
    assert len(known) >= 9
    for folder, name in known:
        assert {folder, f"{folder}/{name}"} & deps, f"{folder}/{name}"
