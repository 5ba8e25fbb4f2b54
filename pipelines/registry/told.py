"""What a reader has to know of the model behind scores: its version, and whether its promotion was an override."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.registry.record import Entry, read, record_of
from pipelines.registry.versions import CHAMPION, identity, pointed, versions
from reports.texts import text


def promotion(entries: Sequence[Entry], name: str) -> dict[str, Any] | None:
    """The last entry that made a version champion, as plain data; None where none did."""
    made = [e.content for e in entries if e.kind == CHAMPION and e.content["version"] == name]
    return dict(made[-1]) if made else None


def of_model(model: Path) -> dict[str, Any] | None:
    """What the record says of the version in the folder `model`; None where it is no version of a registry.

    Keys: version, champion (whether it is so now), promoted_on, promoted_by, override (reason and failed gates, or
    None).

    Raises
    ------
    RegistryError, SignatureError
        When the record is not as it was written.
    """
    registry = model.parent
    if not record_of(registry).is_dir():
        return None
    entries = read(registry)
    if model.name not in versions(registry, entries):
        return None
    made = promotion(entries, model.name)
    return {
        "version": model.name,
        "champion": pointed(entries, CHAMPION) == model.name,
        "promoted_on": made and made["on"],
        "promoted_by": made and made["by"],
        "override": made and made["override"] and {"reason": made["override"], "failed": made["failed"]},
    }


def registry_lines(registry: Path, run: Path) -> list[str]:
    """What the summary of a run has to say of the registry of its source: the champion, and whether it is this run.

    Nothing where no run was promoted.

    Raises
    ------
    RegistryError, SignatureError
        When the record is not as it was written.
    """
    entries = read(registry)
    champion = pointed(entries, CHAMPION)
    if champion is None:
        return []
    known = versions(registry, entries)
    told = of_model(known[champion].folder)
    words = promotion(entries, champion) or {}
    lines = [text("life.run_champion", "en", version=champion, day=str(words["on"]), by=str(words["by"]))]
    lines += sentences(told)
    mark = identity(run)
    if known[champion].manifest != mark:
        own = [name for name, each in known.items() if each.manifest == mark]
        lines.append(text("life.run_other", "en", state=own[0] if own else text("life.run_unregistered", "en")))
    return lines


def sentences(told: dict[str, Any] | None) -> list[str]:
    """One line per thing a reader of scores has to know of their model; nothing of a run folder."""
    if told is None:
        return []
    lines = [] if told["champion"] else [f"{told['version']} is not the champion of its registry"]
    if told["override"]:
        failed = ", ".join(told["override"]["failed"])
        lines.append(
            f"{told['version']} was promoted by override of {failed} on {told['promoted_on']} "
            f"by {told['promoted_by']}: {told['override']['reason']}"
        )
    return lines
