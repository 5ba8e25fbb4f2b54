"""The run of a whole execution in MLflow: headline figures, parameters, data, certificates, the report's summary."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.utils.time import get_current_time_millis

from pipelines.tracking_card import described
from pipelines.tracking_data import data_input
from pipelines.tracking_run import Finished
from pipelines.tracking_state import State

LARGEST = 1_000_000
"""Bytes of a file that is copied into the store at most; the tag `left_out` names one that is larger."""
BATCH = 100
"""Parameters in one request to MLflow, at most."""
LONGEST = 6000
"""Characters of a parameter in MLflow, at most."""
OF_CERTIFICATE = ("cut_off", "tolerance", "flow", "tested", "observed_ratio", "upper_bound", "p_value", "loans")
"""Figures of a certificate that are logged as metrics; the whole certificate is an artefact."""
TRACKED = ("step", "track")
"""Tag of the runs this module fills."""


def parameters(params: Mapping[str, Any], source: str) -> dict[str, str]:
    """Every parameter of a source as `section.key`: the keys of `default`, then those of the source, which win."""
    return {
        f"{name}.{key}": str(value)[:LONGEST]
        for name, entry in params.items()
        if isinstance(entry, dict) and "default" in entry
        for key, value in {**(entry["default"] or {}), **(entry.get(source) or {})}.items()
    }


def parameters_changed(client: MlflowClient, experiment: str, used: Mapping[str, str]) -> dict[str, str]:
    """Parameters with another value than in the last run of the experiment; none where it is the first.

    A parameter that run did not know yet is new, and nobody's change.
    """
    wanted = f"tags.{TRACKED[0]} = '{TRACKED[1]}'"
    before = client.search_runs([experiment], wanted, order_by=["attributes.start_time DESC"], max_results=1)
    known = before[0].data.params if before else used
    return {name: value for name, value in used.items() if known.get(name, value) != value}


def figures(finished: Finished) -> dict[str, float]:
    """Metrics of the whole run: the headline by its names, every number of each certificate, tests by verdict."""
    certified = {
        f"certificate.{name}.{figure}": found.get(figure)
        for name, found in finished.thresholds["certificates"].items()
        for figure in OF_CERTIFICATE
    }
    verdicts = Counter(f"validation.{test['verdict']}" for test in finished.validation["tests"])
    known = {**finished.headline, **certified, **verdicts}
    return {name: float(value) for name, value in known.items() if value is not None}


def log_parent(client: MlflowClient, run: str, finished: Finished, here: State, used: Mapping[str, str]) -> None:
    """Fill the run of an execution; what was logged under it by an earlier try of the same execution stays the same."""
    now = get_current_time_millis()
    client.log_batch(
        run,
        metrics=[Metric(name, value, now, 0) for name, value in figures(finished).items()],
        tags=[RunTag(name, value) for name, value in _tags(finished, here).items()],
    )
    told = [Param(name, value) for name, value in used.items()]
    for start in range(0, len(told), BATCH):
        client.log_batch(run, params=told[start : start + BATCH])
    rows = len(finished.features)
    counts = {"num_rows": rows, "num_elements": rows * finished.features.shape[1]}
    columns = finished.features.dtypes
    data = data_input(f"{finished.source} features", finished.digest, finished.table, columns, "all loans", counts)
    client.log_inputs(run, datasets=[data])
    client.log_dict(run, finished.thresholds["certificates"], "certificates.json")
    left_out = log_files(client, run, finished.pictures, "figures")
    for path in finished.documents:
        left_out += log_files(client, run, [path], path.parent.name)
    if left_out:
        client.set_tag(run, "left_out", ", ".join(left_out))


def log_files(client: MlflowClient, run: str, files: Iterable[Path], place: str) -> list[str]:
    """Copy files into the store; the names of those larger than LARGEST, which are not copied."""
    left_out = []
    for path in files:
        if path.stat().st_size > LARGEST:
            left_out.append(path.name)
        else:
            client.log_artifact(run, str(path), place)
    return left_out


def _tags(finished: Finished, here: State) -> dict[str, str]:
    facts = next(iter(finished.models.values()))["facts"]
    total = finished.metrics["parts"]["out_of_time"]["total"] or {}
    known = {
        "data": finished.digest,
        "catalogue": str(facts["catalogue"]),
        "policy": str(finished.thresholds["policy_version"]),
        "page": str(finished.summary["page"]),
    }
    note = described(
        "run",
        **{**finished.headline, **known},
        source=finished.source,
        built_on=finished.built_on,
        loans=total.get("loans"),
        defaults=total.get("defaults"),
    )
    marks = {"built_on": finished.built_on, "manifest": finished.manifest, "mlflow.note.content": note}
    return {**dict([TRACKED]), **here.known_to_mlflow(), **here.tags(), **known, **marks}
