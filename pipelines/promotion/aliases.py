"""The names `champion` and `challenger` in MLflow, which follow the record of the registry: all stages, or none."""

from collections.abc import Mapping
from pathlib import Path

from pipelines.files import fingerprint
from policy.segments import STAGES


def follow(root: Path, source: str, run: Path, alias: str, tags: Mapping[str, str]) -> str:
    """Give the alias to the registered models of the run in `run`, all stages together; a sentence that says so.

    Nothing is moved where one of the stage models is not in the store: then the names in MLflow would be a mixture of
    runs. `tags` are set on each version.
    """
    from pipelines.tracking import STORE, open_store

    if not (root / STORE).exists():
        return f"MLflow: no store {STORE} here; its names were left as they are"
    client = open_store(root)
    found = {}
    for stage in STAGES:
        name, mark = f"techcredit-{source}-{stage}", fingerprint(run / "models" / stage / "model.json")
        versions = client.search_model_versions(f"name = '{name}'")
        ours = [v for v in versions if client.get_run(v.run_id).data.tags.get("model") == mark]
        if not ours:
            return f"MLflow: holds no {name} of this run; its names were left as they are"
        found[name] = max(int(v.version) for v in ours)
    for name, number in found.items():
        for tag, value in tags.items():
            client.set_model_version_tag(name, str(number), tag, value)
    for name, number in found.items():
        client.set_registered_model_alias(name, alias, str(number))
    listed = ", ".join(f"{name} {number}" for name, number in found.items())
    return f"MLflow: {alias} is {listed}"
