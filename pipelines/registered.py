"""Names under which models of a source are registered, and the fingerprint that tells one from another."""

from pathlib import Path

from pipelines.files import fingerprint
from policy.segments import STAGES


def registered_name(source: str, stage: str) -> str:
    """Name of the registered model of a source and a lifecycle stage."""
    return f"techcredit-{source}-{stage}"


def registered_models(source: str, models: Path) -> dict[str, dict[str, str]]:
    """`registered`, the name, and `model`, the fingerprint, of each stage model in the folder `models`."""
    return {
        stage: {
            "registered": registered_name(source, stage),
            "model": fingerprint(models / stage / "model.json"),
        }
        for stage in STAGES
    }
