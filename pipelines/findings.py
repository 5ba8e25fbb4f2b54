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
    """Findings of the register with those that the steps left in `folder`, written when they are others than before.

    What a step that has not run found before stays as it is.
    """
    before = after = registered(folder)
    for content in _made(folder):
        met = {
            name_of(record["test"], record["dimension"], record["group"])
            for record in content["tests"]
            if record["verdict"] == "met"
        }
        fresh = read_findings(content["findings"], content["source"])
        after = kept(after, fresh, met, date.fromisoformat(content["built_on"]))
    if after != before:
        register(folder, after)
    return after


def _made(folder: Path) -> Iterator[dict[str, Any]]:
    for name in MADE:
        if (folder / name).exists():
            yield read_json(folder / name)
