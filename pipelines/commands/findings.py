"""`techcredit findings`: the register of a source on a screen or as JSON, and what a person sets in it."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from rich.table import Table as Screen

from models.back_tests.findings import Finding, FindingError, changed, name_of, overdue
from pipelines.commands.screens import show
from pipelines.files import read_json
from pipelines.findings import MADE, brought_up_to_date, changing, current, register
from pipelines.registry.versions import is_version
from reports.numbers import MISSING
from reports.texts import text
from reports.validation.limit_words import compared, limit

HEADS = (
    *("findings.name", "findings.severity", "findings.compared", "findings.limit"),
    *("findings.owner", "findings.due", "findings.status", "findings.note"),
)
SEVERITY_TEXTS = {
    "high": "finding_severity.high",
    "medium": "finding_severity.medium",
    "low": "finding_severity.low",
}
STATUS_TEXTS = {
    "open": "finding_status.open",
    "accepted": "finding_status.accepted",
    "closed": "finding_status.closed",
    "gone": "finding_status.gone",
}


def validation_of(model: Path) -> dict[str, Any]:
    """What the step model_validation left in the folder of a run.

    Raises
    ------
    FindingError
        When it left nothing there.
    """
    path = model / MADE[0]
    if not path.exists():
        message = f"wanted {path} of a finished run; there is none. First: techcredit run"
        raise FindingError(message)
    found: dict[str, Any] = read_json(path)
    return found


def show_findings(model: Path, language: str, gone: bool, day: date) -> None:
    """Print the findings of the run in the folder `model`, the most severe first; those that are gone where asked for.

    Open ones that were due before `day` are marked as overdue.

    Raises
    ------
    FindingError
        When the run was not validated, or the register beside it holds something else.
    """
    validation = validation_of(model)
    found = _known(model)
    shown = [each for each in found if gone or each.status != "gone"]
    records = {name_of(test["test"], test["dimension"], test["group"]): test for test in validation["tests"]}
    in_force = date.fromisoformat(validation["policy_on"])
    title = text("findings.title", language, source=validation["source"], day=validation["built_on"])
    if shown:
        screen = Screen(*(text(head, language) for head in HEADS), title=title)
        for each in shown:
            screen.add_row(*_row(each, records.get(each.id, each.plain()), language, day, in_force))
        show(screen)
    else:
        sys.stdout.write(f"{title}\n{text('findings.none', language)}\n")
    late = sum(overdue(each, day) for each in shown)
    if late:
        sys.stdout.write(text("findings.late", language, count=str(late), day=day.isoformat()) + "\n")
    if len(found) > len(shown):
        sys.stdout.write(text("findings.hidden", language, count=str(len(found) - len(shown))) + "\n")


def _known(model: Path) -> list[Finding]:
    """Findings of a run, its register brought up to date; of a sealed copy in a registry, where nothing is written."""
    return current(model) if is_version(model) else brought_up_to_date(model)


def _row(finding: Finding, record: dict[str, Any], language: str, day: date, in_force: date) -> list[str]:
    """A finding as the cells of its row; limits of tests are those of the policy `in_force`."""
    late = overdue(finding, day)
    return [
        finding.id,
        text(SEVERITY_TEXTS[finding.severity], language),
        compared(record, in_force),
        limit(record, in_force),
        finding.owner or MISSING,
        text("findings.overdue", language, due=finding.due) if late else finding.due,
        text(STATUS_TEXTS[finding.status], language),
        finding.note,
    ]


def print_findings(model: Path) -> None:
    """Print all findings of the run in the folder `model` as JSON."""
    validation_of(model)
    found = _known(model)
    sys.stdout.write(json.dumps([each.plain() for each in found], indent=1, ensure_ascii=False) + "\n")


def change_finding(
    model: Path, name: str, owner: str | None, due: date | None, status: str | None, note: str | None
) -> None:
    """Set what is given of the finding `name` in the register, and say what it is now.

    Raises
    ------
    FindingError
        When the run was not validated, there is no such finding, it cannot be set so, or the folder is a sealed copy.
    """
    if is_version(model):
        message = (
            f"{model} is a sealed copy in a registry: wanted the folder of the run, such as data/{model.parent.name}"
        )
        raise FindingError(message)
    validation_of(model)
    with changing(model):
        found = changed(current(model), name, owner, due, status, note)
        register(model, found)
    mine = next(each for each in found if each.id == name)
    sys.stdout.write(f"{mine.id}: {mine.status}, owner {mine.owner or 'none'}, due {mine.due}\n")
