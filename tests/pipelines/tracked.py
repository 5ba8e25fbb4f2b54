"""A small finished run, as much of it as the step `track` reads, with models that were really fitted."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models.fitting.blend import alone, blended
from models.fitting.booster import Rows, Shape, fit_booster
from models.fitting.calibration import Curve
from models.fitting.group_effects import GroupEffect
from models.fitting.stage_model import StageModel
from pipelines.files import fingerprint, write_json
from policy.segments import SIZE_CLASSES, STAGES
from tests.parameters import SMALL

ROOT = Path(__file__).parents[2]
SOURCE = "simulated"
NAMES = ["loan_amount", "staff_count"]
FIGURES = {
    **{"loans": 400, "defaults": 20, "auc": 0.75, "auc_low": 0.7, "auc_high": 0.8, "log_loss": 0.2, "cox_slope": 0.9},
    **{"mean_pd": 0.05, "default_rate": 0.05, "default_rate_low": 0.03, "default_rate_high": 0.07, "ks": None},
}
CERTIFICATE = {"cut_off": 0.05, "tolerance": 0.045, "flow": 0.05, "tested": 0.03, "p_value": 0.01, "loans": 300}
PARTS = ("development", "calibration", "certification", "out_of_time")


def finished_run(project: Path, book: pd.DataFrame) -> dict[str, StageModel]:
    """Write params.yaml and data/simulated into the folder `project`; its models by stage."""
    run = project / "data" / SOURCE
    shutil.copy(ROOT / "params.yaml", project / "params.yaml")
    for name in ("features", "figures"):
        (run / name).mkdir(parents=True)
    book.drop(columns=["defaulted", "weight", "pd_true"]).to_parquet(run / "features" / "features.parquet", index=False)
    (run / "figures" / "roc.png").write_bytes(b"\x89PNG")
    data = fingerprint(run / "features" / "features.parquet")
    models = {stage: _model(stage, at, book, data) for at, stage in enumerate(STAGES)}
    for stage, model in models.items():
        model.save(run / "models" / stage)
    for place, content in _files().items():
        write_json(content, run / place)
    return models


def _model(stage: str, at: int, book: pd.DataFrame, data: str) -> StageModel:
    rows = Rows(book[NAMES], None, book["defaulted"].to_numpy(), np.ones(len(book)))
    few, many = (fit_booster(rows, Shape({}), SMALL, trees) for trees in (5 + at, 20))
    facts = {"catalogue": "c1", "data": data, "split": "s1", "development": {"loans": 700, "defaults": 90}}
    blend = blended(alone("independent", few), alone("pooled", many), 0.3)
    effects = (GroupEffect("province", {"A": 0.4}, 0.01),)
    return StageModel(stage, blend, 0.3, Curve((-4.0, -3.0, -1.0), (-4.2, -3.1, 0.5)), effects, facts)


def _files() -> dict[str, Any]:
    groups = dict.fromkeys((*STAGES, "total"), FIGURES)
    certificates = dict.fromkeys(SIZE_CLASSES, CERTIFICATE)
    page = f"data/{SOURCE}/report/index.html"
    return {
        "split/split.json": {"built_on": "2026-12-31"},
        "evaluation/metrics.json": {
            "parts": {part: groups for part in PARTS},
            "psi": {stage: 0.01 for stage in STAGES},
        },
        "thresholds/thresholds.json": {"policy_version": "p1", "certificates": certificates},
        "headline/metrics.json": {SOURCE: {"auc": 0.75, "approved_share": 0.6, "allowed": 0.05, "realised": None}},
        "report/summary.json": {"page": page, "stages": {stage: {"approved_share": 0.4} for stage in STAGES}},
        "model_validation/validation.json": {
            "tests": [{"verdict": "met"}, {"verdict": "met"}, {"verdict": "exceeded"}]
        },
        "manifest/manifest.json": {"files": {}},
    }


def read(path: Path) -> Any:
    """Plain data of a JSON file."""
    return json.loads(path.read_text(encoding="utf8"))
