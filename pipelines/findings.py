"""The register of findings of a source, kept between runs beside the folders of the steps."""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from models.back_tests.findings import Finding, FindingError, kept, name_of, read_findings
from pipelines.files import read_json
from pipelines.locks import alone

REGISTER = "findings.json"
"""No step of DVC owns it, so that none deletes it; what a person wrote there is nowhere else."""
LOCK, SECONDS = "findings.lock", 30.0
"""File that a writer of the register holds, and how long another one waits for it [s]."""
VALIDATION, SENSITIVITY = "validation.json", "sensitivity.json"
MADE = ("model_validation/validation.json", "sensitivity/sensitivity.json")
"""What the two steps that find something leave in the folder of a run."""


def registered(folder: Path) -> list[Finding]:
    """Findings of the register in `folder`; none where there is no register.

    Raises
    ------
    MendableError
        When the register is not JSON.
    FindingError
        When it holds something other than findings.
    """
    path = folder / REGISTER
    return read_findings(read_json(path), str(path)) if path.exists() else []


def register(folder: Path, findings: Sequence[Finding]) -> None:
    """Write the register as a whole, in the place of the one before; only within `changing`."""
    path = folder / REGISTER
    fresh = path.with_name(f"{REGISTER}.{uuid.uuid4().hex}.new")
    content = json.dumps([each.plain() for each in findings], indent=1, ensure_ascii=False) + "\n"
    try:
        fresh.write_text(content, encoding="utf8")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """The register in `folder` for one writer alone, from reading to writing; another one waits until it has ended.

    Raises
    ------
    FindingError
        When another process does not end within SECONDS.
    """
    late = f"wanted to change {folder / REGISTER}; another process is at it since {SECONDS:.0f} s"
    with alone(folder / LOCK, SECONDS, FindingError(late)):
        yield


def brought_up_to_date(folder: Path) -> list[Finding]:
    """Findings of the register with those that the steps left in `folder`, written when they are others than before."""
    after = current(folder)
    if after == registered(folder):
        return after
    with changing(folder):
        after = current(folder)
        register(folder, after)
    return after


def current(folder: Path) -> list[Finding]:
    """Findings of the register with those that the steps left in `folder`; nothing is written.

    What a step that has not run found before stays as it is; so does what a study found of other models than those the
    validation is of.

    Raises
    ------
    FindingError
        When a file of a step has no tests and findings, or one of its tests exceeds a limit and is no finding.
    """
    found = registered(folder)
    there = [folder / name for name in MADE if (folder / name).exists()]
    for path in there:
        if _models(path) == _models(there[0]):
            fresh, met, day = _made(path)
            found = kept(found, fresh, met, day)
    return found


def _models(path: Path) -> object:
    """Fingerprints of the models that a step was made with, as it tells them."""
    content = read_json(path)
    return content.get("models") if isinstance(content, dict) else None


def _made(path: Path) -> tuple[list[Finding], set[str], date]:
    """What a step left: its findings, the names of the tests that met their limit, and the day it stands for."""
    content = read_json(path)
    try:
        told = {name_of(test["test"], test["dimension"], test["group"]): test["verdict"] for test in content["tests"]}
        fresh, day = read_findings(content["findings"], str(path)), date.fromisoformat(content["built_on"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{path}: wanted the tests and findings of a step; got something else ({error!r:.100})"
        raise FindingError(message) from error
    lost = {name for name, verdict in told.items() if verdict == "exceeded"} - {each.id for each in fresh}
    if lost:
        message = f"{path}: wanted a finding of each test that exceeds its limit; there is none of {sorted(lost)[0]}"
        raise FindingError(message)
    return fresh, {name for name, verdict in told.items() if verdict == "met"}, day
