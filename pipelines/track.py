"""Step `track`: a finished run in; MLflow runs with figures, data and descriptions, and registered models, out."""

from pathlib import Path

from models.fitting.params import TrainParams
from pipelines import tracking
from pipelines.entry import run
from pipelines.files import write_json
from pipelines.params import content, section
from pipelines.tracking_card import described
from pipelines.tracking_parent import log_parent, parameters, parameters_changed
from pipelines.tracking_run import read_finished
from pipelines.tracking_stage import CODE, log_stage, signature
from pipelines.tracking_state import run_name, state

__all__ = ["CODE", "main", "signature"]
ROOT = Path()


def main(source: str, folder: Path, tracked: Path) -> None:
    """Log the finished run of SOURCE in FOLDER: one MLflow run, and one under it for the model of every stage."""
    train = section("train", TrainParams, source)
    finished = read_finished(source, folder)
    here = state(ROOT, finished.read_paths)
    client = tracking.open_store(ROOT)
    experiment = tracking.experiment(client, source, ROOT)
    client.set_experiment_tag(experiment, "mlflow.note.content", described("experiment", source=source))
    used = parameters(content(), source)
    name = run_name(source, finished.built_on, here, parameters_changed(client, experiment, used))
    parent = tracking.parent_run(client, experiment, source, name)
    log_parent(client, parent.info.run_id, finished, here, used)
    for stage in finished.models:
        log_stage(client, parent, finished, stage, train, here)
    client.set_terminated(parent.info.run_id)
    facts = {
        stage: {key: meta["facts"][key] for key in ("data", "catalogue")} for stage, meta in finished.models.items()
    }
    logged = {stage: {**mark, **facts[stage]} for stage, mark in finished.marks.items()}
    write_json({"experiment": f"techcredit-{source}", "models": logged}, tracked / "models.json")


if __name__ == "__main__":
    run(main)
