"""A folder as a run leaves it after the step `split`, with few loans of known truth, and small parameters."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from features.catalogue import CATALOGUE
from features.declarations import IDENTITY
from features.version import version

ROOT = Path(__file__).parents[2]
TRAIN = {
    "period_months": 12,
    "periods": 1,
    "num_leaves": 7,
    "max_depth": 3,
    "learning_rate": 0.1,
    "num_iterations": 40,
    "early_stopping_rounds": 10,
    "min_data_in_leaf": 20,
    "lambda_l2": 1.0,
    "validation_share": 0.2,
    "folds": 2,
    "lambda_steps": 3,
    "slope_ridge": 1.0,
    "spline_defaults": 100,
    "minimum_defaults": 20,
    "seed": 7,
    "num_threads": 2,
}


@pytest.fixture
def small_run(tmp_path: Path, loan_book: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, entered, with params.yaml and data/sba; leverage and quick_ratio both raise the risk.

    The loans with tables blanked lack what statements and headcount say in every third row.
    """
    everything = yaml.safe_load(Path("params.yaml").read_text(encoding="utf8"))
    everything["train"]["default"] |= TRAIN
    everything["train"]["sba"] = {}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(everything), encoding="utf8")
    known = loan_book.assign(leverage=loan_book["loan_amount"], quick_ratio=loan_book["staff_count"], stage_rule="r")
    known = known.assign(size_rule="r")
    table = known.reindex(columns=[*IDENTITY, *(f.name for f in CATALOGUE)])
    part = np.where(np.arange(len(known)) < 1500, "development", "calibration")
    columns = ["application_id", "defaulted", "weight", "observed_months", "default_month"]
    split = known[columns].assign(part=part, used_in_fitting=part == "development")
    for name, frame in (("features", table), ("split", split)):
        folder = tmp_path / "data" / "sba" / name
        folder.mkdir(parents=True)
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    names = [feature.name for feature in CATALOGUE]
    gone = np.random.default_rng(5).random((len(table), len(names))) < 0.3
    blanked = table[["application_id"]].join(table[names].mask(gone))
    blanked.to_parquet(tmp_path / "data" / "sba" / "features" / "blanked.parquet", index=False)
    catalogue = {"catalogue": version()}
    (tmp_path / "data" / "sba" / "features" / "features.json").write_text(json.dumps(catalogue), encoding="utf8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "sba"


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of all steps on a small simulated portfolio."""
    folder = tmp_path_factory.mktemp("run")
    done = subprocess.run(
        [sys.executable, "-m", "tests.pipelines.steps"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder
