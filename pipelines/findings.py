"""The register of findings of a source, kept between runs beside the folders of the steps."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from models.back_tests.findings import Finding, kept, name_of, read_findings
from pipelines.files import read_json

REGISTER = "findings.json"
"""No step of DVC owns it, so that none deletes it; what a person wrote there is nowhere else."""
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
    """Write the register as a whole, in the place of the one before."""
    path = folder / REGISTER
    fresh = path.with_suffix(".new")
    content = json.dumps([each.plain() for each in findings], indent=1, ensure_ascii=False) + "\n"
    fresh.write_text(content, encoding="utf8")
    fresh.replace(path)


def brought_up_to_date(folder: Path) -> list[Finding]:
    """Findings of the register with those that the steps left in `folder`, written when they are others than before."""
    after = current(folder)
    if after != registered(folder):
        register(folder, after)
    return after


def current(folder: Path, files: Sequence[str] = MADE) -> list[Finding]:
    """Findings of the register with those in the `files` of the steps in `folder`; nothing is written.

    What a step that has not run found before stays as it is.
    """
    found = registered(folder)
    for content in _made(folder, files):
        met = {
            name_of(record["test"], record["dimension"], record["group"])
            for record in content["tests"]
            if record["verdict"] == "met"
        }
        fresh = read_findings(content["findings"], content["source"])
        found = kept(found, fresh, met, date.fromisoformat(content["built_on"]))
    return found


def _made(folder: Path, files: Sequence[str]) -> Iterator[dict[str, Any]]:
    for name in files:
        if (folder / name).exists():
            yield read_json(folder / name)
