"""The register of findings of a source, kept between runs beside the folders of the steps."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from models.back_tests.findings import Finding, kept, read_findings
from pipelines.files import read_json

REGISTER = "findings.json"
"""No step of DVC owns it, so that none deletes it; what a person wrote there is nowhere else."""


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


def brought_up_to_date(folder: Path, validation: dict[str, Any]) -> list[Finding]:
    """Findings of the register with those of a validation, written when they are others than before."""
    before = registered(folder)
    after = kept(
        before, read_findings(validation["findings"], "validation.json"), date.fromisoformat(validation["built_on"])
    )
    if after != before:
        register(folder, after)
    return after
