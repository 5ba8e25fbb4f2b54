"""MLflow: one store, one parent run per execution, one registered model per source and stage."""

import logging
import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path

# Before mlflow is imported: no telemetry, no progress bars.
os.environ.update(
    {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"}
)

import mlflow
import psutil
from mlflow.entities import Run

from pipelines.tracking_places import ARTEFACTS, make_relative, require_working_folder

STORE = Path("mlflow.db")
CHAMPION, CANDIDATE = "champion", "candidate"


def open_store(root: Path) -> mlflow.MlflowClient:
    """The SQLite store in `root`, made and migrated when it is new; returns a client of it."""
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module=r"mlflow\..*")
    mlflow.set_tracking_uri(f"sqlite:///{(root / STORE).resolve()}")
    return mlflow.MlflowClient()


def experiment(client: mlflow.MlflowClient, source: str, root: Path) -> str:
    """Identifier of the experiment of a source, made when it is new; its artefacts are found from the folder `root`.

    Raises
    ------
    MendableError
        When `root` is not the working folder, from which MLflow reads relative places.
    """
    require_working_folder(root)
    name = f"techcredit-{source}"
    found = client.get_experiment_by_name(name)
    if found is None:
        identifier = client.create_experiment(name, artifact_location=(ARTEFACTS / source).as_posix())
        found = client.get_experiment(identifier)
    make_relative(root / STORE, source, str(found.artifact_location))
    return str(found.experiment_id)


def execution() -> str:
    """Name of this execution: the outermost `dvc` process it runs in, or this process where there is none."""
    process = psutil.Process()
    named = [p for p in process.parents() if "dvc" in " ".join(p.cmdline()[:2])]
    outermost = named[-1] if named else process
    return f"{outermost.pid}-{int(outermost.create_time())}"


def parent_run(client: mlflow.MlflowClient, experiment_id: str, source: str, run_name: str) -> Run:
    """The parent run of this execution, made under `run_name` by the first step that asks."""
    name = execution()
    found = client.search_runs([experiment_id], f"tags.execution = '{name}'", max_results=1)
    if found:
        return found[0]
    return client.create_run(experiment_id, tags={"execution": name, "source": source}, run_name=run_name)


def log_nested(
    client: mlflow.MlflowClient,
    parent: Run,
    name: str,
    tags: Mapping[str, str],
    params: Mapping[str, object],
    metrics: Mapping[str, float],
) -> None:
    """Log a finished run nested under `parent`."""
    run = client.create_run(
        parent.info.experiment_id, tags={"mlflow.parentRunId": parent.info.run_id, **tags}, run_name=name
    )
    for key, value in params.items():
        client.log_param(run.info.run_id, key, value)
    for key, number in metrics.items():
        client.log_metric(run.info.run_id, key, number)
    client.set_terminated(run.info.run_id)


def version_of(client: mlflow.MlflowClient, model: str, alias: str) -> str | None:
    """Version of a registered model that carries `alias`; None when there is no such model or alias.

    Raises
    ------
    MlflowException
        When the store cannot be asked: a locked or broken store is not a store without a champion.
    """
    names = {found.name for found in client.search_registered_models(f"name = '{model}'")}
    if model not in names:
        return None
    version = client.get_registered_model(model).aliases.get(alias)
    return None if version is None else str(version)


if __name__ == "__main__":
    sys.exit("pipelines.tracking is a library; the step is pipelines.track")
