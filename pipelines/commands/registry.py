"""`techcredit registry show`: versions, who promoted them, when, why, by which gates, and every override."""

import json
import sys
from pathlib import Path
from typing import Any

from models.errors import ModelError
from pipelines.commands.compare import screened
from pipelines.params import chosen_source
from pipelines.registry.errors import RegistryError
from pipelines.registry.record import read
from pipelines.registry.versions import POINTERS, pointed, version, versions
from reports.registry import history_grid, versions_grid
from scoring.manifest import require_unchanged


def show_registry(source: str | None, registry: Path, language: str, *, as_json: bool) -> None:
    """Print the versions of the registry of a source, and every entry of its record; or both as JSON.

    Raises
    ------
    RegistryError
        When there is no registry, or its record is not as it was written.
    """
    chosen = chosen_source(source)
    place = registry / chosen
    entries = read(place)
    if not entries:
        message = (
            f"wanted a registry of {chosen} in {registry}; nothing was registered. `techcredit promote` begins one"
        )
        raise RegistryError(message)
    content = {
        "source": chosen,
        **{pointer: pointed(entries, pointer) for pointer in POINTERS},
        "versions": [{**_registered(place, name), "state": _state(place, name)} for name in versions(place, entries)],
        "entries": [{**entry.content, "digest": entry.digest} for entry in entries],
    }
    if as_json:
        sys.stdout.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        return
    screened(versions_grid(content), language)
    screened(history_grid(content), language)


def _registered(place: Path, name: str) -> dict[str, Any]:
    return next(
        {key: e.content[key] for key in ("version", "manifest", "on", "by", "reason", "run")}
        for e in read(place)
        if e.kind == "registered" and e.content["version"] == name
    )


def _state(place: Path, name: str) -> str:
    """`intact`, or what is amiss with the copy of a version."""
    try:
        require_unchanged(version(place, name).folder)
    except (RegistryError, ModelError) as error:
        return str(error)
    return "intact"
