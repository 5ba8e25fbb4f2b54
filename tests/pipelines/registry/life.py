"""The finished run of a small portfolio as tests of a model's life use it: with its validation, and made worse."""

import json
import shutil
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from models.back_tests.findings import Finding
from pipelines.cli import app
from pipelines.files import fingerprint
from pipelines.manifest import main as seal
from pipelines.registry.record import append, writing
from pipelines.registry.versions import SPLIT, registered
from policy.errors import MendableError
from policy.segments import STAGES
from scoring.manifest import MANIFEST, ON_MEMOS, SEALED

SOURCE = "simulated"
RUN, REGISTRY = Path("data") / SOURCE, Path("registry") / SOURCE
VALIDATED = {"source": SOURCE, "built_on": "2026-12-31", "tests": [], "findings": []}
WHO = ("--by", "Chen", "--reason", "yearly retrain", "--source", SOURCE)


def said(*arguments: str) -> tuple[int, str]:
    """Exit code and output of the command line, the message of an error a person can mend among it."""
    done = CliRunner().invoke(app, list(arguments))
    if isinstance(done.exception, MendableError):
        return done.exception.exit_code, f"{done.output} {done.exception}"
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def promoted(model: Path | str, on: str, *more: str) -> tuple[int, str]:
    return said("promote", "--model", str(model), "--on", on, *WHO, *more)


def begun() -> None:
    """The run made champion, without its gates."""
    with writing(REGISTRY):
        made = registered(REGISTRY, RUN, {"on": "2027-01-10", "by": "Chen", "reason": "first", "run": str(RUN)})
        told = {
            "version": made.name,
            "on": "2027-01-10",
            "by": "Chen",
            "reason": "first",
            "override": None,
            "failed": [],
        }
        append(REGISTRY, "champion", told)


def copied(run: Path, folder: Path) -> Path:
    """A copy of what a comparison reads of a finished run."""
    for part in (*SEALED, *ON_MEMOS, MANIFEST.as_posix(), SPLIT.as_posix()):
        place = folder / part
        place.parent.mkdir(parents=True, exist_ok=True)
        if (run / part).is_dir():
            shutil.copytree(run / part, place)
        else:
            shutil.copyfile(run / part, place)
    return folder


def validated(folder: Path, findings: list[dict[str, Any]] | None = None) -> Path:
    """The run with a validation of its models, and with these findings."""
    models = {stage: fingerprint(folder / "models" / stage / "model.json") for stage in STAGES}
    (folder / "model_validation").mkdir(exist_ok=True)
    met = {"test": "level", "dimension": "total", "group": "total", "verdict": "met"}
    told = {**VALIDATED, "models": models, "tests": [met]}
    (folder / "model_validation" / "validation.json").write_text(json.dumps(told), encoding="utf8")
    (folder / "findings.json").write_text(json.dumps([finding(each) for each in findings or []]), encoding="utf8")
    return folder


def finding(told: dict[str, Any]) -> dict[str, Any]:
    """A whole finding with what is `told` of it."""
    rest = {"test": "level", "dimension": "stage", "group": "startup", "value": 1.4, "limit": 1.2}
    return Finding(**{**rest, "found_on": "2026-01-01", "due": "2026-12-31", **told}).plain()


def with_slope(folder: Path, factor: float) -> Path:
    """The run with PDs drawn apart or together by a factor on the log-odds, about a score of -3, and sealed anew.

    A negative factor gives a model that ranks backwards.
    """
    for stage in STAGES:
        path = folder / "models" / stage / "model.json"
        model = json.loads(path.read_text(encoding="utf8"))
        (first, second), (low, high) = model["curve"]["score"], model["curve"]["logit"]
        slope = (high - low) / (second - first)
        middle = low + slope * (-3.0 - first)
        model["curve"]["logit"] = [middle + factor * slope * (score + 3.0) for score in (first, second)]
        path.write_text(json.dumps(model), encoding="utf8")
    seal(folder, folder / "manifest")
    return folder
