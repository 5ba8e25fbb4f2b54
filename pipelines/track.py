"""Step `track`: fitted models and their figures in, MLflow runs and registered models out."""

from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema

from models.fitting.params import TrainParams
from pipelines import tracking
from pipelines.entry import run
from pipelines.files import fingerprint, read_json, write_json
from pipelines.params import section
from policy.segments import STAGES

CODE = Path(__file__).with_name("pyfunc.py")
ROOT = Path()


def main(source: str, features: Path, models: Path, metrics: Path, figures: Path, tracked: Path) -> None:
    """Log every stage model of SOURCE as an MLflow run under the execution's parent run, and register it."""
    params = section("train", TrainParams, source)
    client = tracking.open_store(ROOT)
    experiment = tracking.experiment(client, source, ROOT)
    parent = tracking.parent_run(client, experiment, source)
    measured = read_json(metrics)
    sample = pd.read_parquet(features / "features.parquet")
    logged = {}
    for stage in STAGES:
        with mlflow.start_run(
            experiment_id=experiment,
            run_name=f"{source}-{stage}",
            tags={"mlflow.parentRunId": parent.info.run_id, "source": source, "stage": stage},
        ):
            logged[stage] = _log(source, stage, models / stage, params, measured, figures, sample)
    client.set_terminated(parent.info.run_id)
    write_json({"experiment": f"techcredit-{source}", "models": logged}, tracked / "models.json")


def _log(
    source: str,
    stage: str,
    model: Path,
    params: TrainParams,
    metrics: dict[str, Any],
    figures: Path,
    sample: pd.DataFrame,
) -> dict[str, str]:
    meta = read_json(model / "model.json")
    mark = fingerprint(model / "model.json")
    mlflow.log_params({**asdict(params), "share": meta["share"], "group_effects": len(meta["group_effects"])})
    mlflow.set_tags({"model": mark, **{k: str(meta["facts"][k]) for k in ("catalogue", "data", "split")}})
    for part, groups in metrics["parts"].items():
        found = groups[stage] or {}
        mlflow.log_metrics({f"{part}.{name}": float(value) for name, value in found.items() if value is not None})
    mlflow.log_artifacts(str(figures), "figures")
    columns = [*meta["features"], "province", "industry"]
    rows = sample.loc[sample.index[sample["stage"] == stage][:5], columns]
    name = f"techcredit-{source}-{stage}"
    info = mlflow.pyfunc.log_model(
        name="pd",
        python_model=str(CODE),
        artifacts={"model": str(model)},
        signature=signature(meta["features"]),
        input_example=rows,
        pip_requirements=[f"{name}=={version(name)}" for name in ("lightgbm", "mlflow", "numpy", "pandas", "scipy")],
        registered_model_name=name,
    )
    client = mlflow.MlflowClient()
    number = str(info.registered_model_version)
    client.set_registered_model_alias(name, tracking.CANDIDATE, number)
    if tracking.version_of(client, name, tracking.CHAMPION) is None:
        client.set_registered_model_alias(name, tracking.CHAMPION, number)
    return {"registered": name, "model": mark, "data": meta["facts"]["data"], "catalogue": meta["facts"]["catalogue"]}


def signature(features: Sequence[str]) -> ModelSignature:
    """What the registered model takes and gives: any column may be absent, and is missing then."""
    inputs = [ColSpec("double", name, required=False) for name in features]
    inputs += [ColSpec("string", name, required=False) for name in ("province", "industry", "stage")]
    given = [ColSpec("double", "pd"), *(ColSpec("string", name) for name in ("out_of_range", "refused"))]
    return ModelSignature(Schema(inputs), Schema(given))


if __name__ == "__main__":
    run(main)
