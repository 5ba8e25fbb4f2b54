"""The run of one stage model in MLflow, and the registered version of that model."""

from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema

from models.fitting.params import TrainParams
from pipelines import tracking
from pipelines.tracking_card import described, model_card
from pipelines.tracking_data import part_inputs
from pipelines.tracking_run import Finished
from pipelines.tracking_state import State

CODE = Path(__file__).with_name("pyfunc.py")
NEEDED = ("lightgbm", "mlflow", "numpy", "pandas", "scipy")
"""Packages that the registered model runs with; the first two bring the others along."""
EXAMPLE = 5
"""Rows of the example that a registered model carries."""


def log_stage(
    client: MlflowClient, parent: Run, finished: Finished, stage: str, train: TrainParams, here: State
) -> None:
    """Log the model of a stage as a run under `parent`; register it unless a version of it is there already."""
    meta = finished.models[stage]
    tags = {"source": finished.source, "stage": stage, **_identity(finished, stage, here)}
    # Made by the client: `start_run` alone would note the folder of this machine.
    made = client.create_run(
        parent.info.experiment_id,
        run_name=f"{parent.info.run_name} {stage}",
        tags={"mlflow.parentRunId": parent.info.run_id, **here.known_to_mlflow(), **tags},
    )
    with mlflow.start_run(run_id=made.info.run_id) as run:
        mlflow.log_params({**asdict(train), "share": meta["share"], "group_effects": len(meta["group_effects"])})
        mlflow.log_metrics(stage_figures(finished, stage))
        parts = {
            part: groups[stage] or {"loans": 0, "defaults": 0} for part, groups in finished.metrics["parts"].items()
        }
        counts = {part: {name: int(found[name]) for name in ("loans", "defaults")} for part, found in parts.items()}
        columns = finished.features[meta["features"]].dtypes
        data = part_inputs(finished.source, finished.table, finished.digest, columns, counts, stage)
        client.log_inputs(run.info.run_id, datasets=list(data))
        number = _registered(client, finished, stage, here)
        tell = {"registered_version": number, "mlflow.note.content": _card(finished, stage, here)}
        mlflow.set_tags(tell)


def stage_figures(finished: Finished, stage: str) -> dict[str, float]:
    """Metrics of a stage: `<part>.<figure>` of each part, the PSI of its PDs, and its approved share of amounts."""
    found = {
        f"{part}.{name}": value
        for part, groups in finished.metrics["parts"].items()
        for name, value in (groups[stage] or {}).items()
    }
    found["psi"] = (finished.metrics.get("psi") or {}).get(stage)
    found["approved_share"] = finished.summary["stages"][stage]["approved_share"]
    return {name: float(value) for name, value in found.items() if value is not None}


def _identity(finished: Finished, stage: str, here: State) -> dict[str, str]:
    facts = finished.models[stage]["facts"]
    known = {name: str(facts[name]) for name in ("catalogue", "data", "split")}
    policy = str(finished.thresholds["policy_version"])
    return {"model": finished.marks[stage]["model"], **known, "policy": policy, **here.tags()}


def _card(finished: Finished, stage: str, here: State) -> str:
    facts = {"policy": finished.thresholds["policy_version"], "commit": (here.commit or "")[:12] or None}
    return model_card(
        finished.source, stage, finished.models[stage], finished.metrics, {**facts, "built_on": finished.built_on}
    )


def _registered(client: MlflowClient, finished: Finished, stage: str, here: State) -> str:
    """Version of the model in the registry, which carries the alias `candidate` from now on; made when it is new."""
    name = finished.marks[stage]["registered"]
    number = _known(client, name, finished.marks[stage]["model"])
    if number is None:
        number = _log_model(client, finished, stage, here)
        client.update_registered_model(name, described("model", source=finished.source, stage=stage))
        client.update_model_version(name, number, _card(finished, stage, here))
        for key, value in _identity(finished, stage, here).items():
            client.set_model_version_tag(name, number, key, value)
    client.set_registered_model_alias(name, tracking.CANDIDATE, number)
    return number


def _known(client: MlflowClient, name: str, mark: str) -> str | None:
    """Latest version of a registered model with the fingerprint `mark` whose files are there; None without one."""
    same = [each for each in client.search_model_versions(f"name = '{name}'") if each.tags.get("model") == mark]
    for each in sorted(same, key=lambda found: -int(found.version)):
        place = client.get_logged_model(str(each.source).removeprefix("models:/")).artifact_location
        if Path(str(place).removeprefix("file://")).is_dir():
            return str(each.version)
    return None


def _log_model(client: MlflowClient, finished: Finished, stage: str, here: State) -> str:
    features = finished.models[stage]["features"]
    table = finished.features
    rows = table.loc[table.index[table["stage"] == stage][:EXAMPLE], [*features, "province", "industry"]]
    info = mlflow.pyfunc.log_model(
        name="pd",
        python_model=str(CODE),
        artifacts={"model": str(finished.folder / "models" / stage)},
        signature=signature(features),
        input_example=rows,
        pip_requirements=[f"{package}=={version(package)}" for package in NEEDED],
        registered_model_name=finished.marks[stage]["registered"],
    )
    client.set_logged_model_tags(info.model_id, here.known_to_mlflow())
    return str(info.registered_model_version)


def signature(features: Sequence[str]) -> ModelSignature:
    """What the registered model takes and gives: any column may be absent, and is missing then."""
    inputs = [ColSpec("double", name, required=False) for name in features]
    inputs += [ColSpec("string", name, required=False) for name in ("province", "industry", "stage")]
    given = [ColSpec("double", "pd"), *(ColSpec("string", name) for name in ("out_of_range", "refused"))]
    return ModelSignature(Schema(inputs), Schema(given))
