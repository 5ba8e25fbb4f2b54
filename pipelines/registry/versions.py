"""Versions of a registry: sealed copies of whole runs, and the names `champion` and `challenger` that point to them."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from models.errors import ModelError
from pipelines.files import read_json
from pipelines.findings import MADE, REGISTER
from pipelines.registry.errors import RegistryError
from pipelines.registry.record import Entry, append, read, record_of
from policy.digests import sha256
from policy.folders import temporary
from scoring.alarm_file import open_state, state_path
from scoring.manifest import MANIFEST, SEALED, require_unchanged
from scoring.signature import PrivateKey, signature_path

NAMED = re.compile(r"v[1-9][0-9]*")
"""What versions are called."""
REGISTRY = Path("registry")
"""Folder of all registries, one per source, where no other is named."""
CHAMPION, CHALLENGER = "champion", "challenger"
POINTERS = (CHAMPION, CHALLENGER)
"""Names that point to a version; each is moved by an entry of its own kind."""
FINDINGS, VALIDATION = Path(REGISTER), Path(MADE[0])
"""What the validation of a run leaves in its folder; a version keeps what was there when it was registered."""
SPLIT = Path("split/split.json")
"""Where a run tells the day it was built on; a version keeps it."""
UNLABELLED = Path("evaluation/unlabelled.parquet")
"""Scores of the run's applications without outcome, with which the monitor compares those who apply later."""
KEPT = (*map(Path, MADE), FINDINGS, SPLIT, UNLABELLED)
"""What a version keeps of a run beside what its manifest names; the record tells the SHA-256 of each."""


@dataclass(frozen=True)
class Version:
    """A version of a registry: its name, its folder, and the SHA-256 of the manifest that names a whole run.

    `beside` has the SHA-256 of what the manifest does not name and the version keeps (KEPT), by path; None where there
    was no such file. It is empty in records of versions before 2026-11-27.
    """

    name: str
    folder: Path
    manifest: str
    beside: Mapping[str, str | None] = field(default_factory=dict)


def identity(run: Path) -> str:
    """SHA-256 of the manifest of a run, which names its models, acceptance model, certificates and peers together.

    Raises
    ------
    RegistryError
        When the folder has no manifest.
    """
    path = run / MANIFEST
    if not path.is_file():
        message = f"wanted a finished run, or champion, challenger or a version of a registry; {run} has no {MANIFEST}"
        raise RegistryError(message)
    return sha256(path)


def built_on(run: Path) -> date | None:
    """The day a run or version was built on, after which nothing is in its models; None where no file tells it.

    Raises
    ------
    MendableError
        When a file is not JSON.
    RegistryError
        When a file tells something other than a day.
    """
    told = (path for path in (run / SPLIT, run / VALIDATION) if path.is_file())
    found = next(((path, read_json(path)["built_on"]) for path in told if "built_on" in read_json(path)), None)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1])
    except (TypeError, ValueError) as error:
        message = f"{found[0]}: wanted a day in built_on; got {found[1]!r}"
        raise RegistryError(message) from error


def versions(registry: Path, entries: Sequence[Entry]) -> dict[str, Version]:
    """The registered versions by name, in their order."""
    registered = [e.content for e in entries if e.kind == "registered"]
    return {
        str(c["version"]): Version(
            str(c["version"]), registry / str(c["version"]), str(c["manifest"]), c.get("beside", {})
        )
        for c in registered
    }


def pointed(entries: Sequence[Entry], pointer: str) -> str | None:
    """Name of the version that `champion` or `challenger` points to; None before the first."""
    moved = [e.content for e in entries if e.kind == pointer]
    return str(moved[-1]["version"]) if moved else None


def version(registry: Path, name: str, entries: Sequence[Entry] | None = None) -> Version:
    """The version that `name` (champion, challenger, v1) stands for, its manifest compared with the record.

    Its files are compared with the manifest when it is opened (`scoring.bundle.open_bundle`).

    Raises
    ------
    RegistryError
        When there is none, or its manifest, or what it keeps beside it, is not what was registered.
    """
    known = read(registry) if entries is None else entries
    found = versions(registry, known)
    wanted = pointed(known, name) if name in POINTERS else name
    if wanted is None or wanted not in found:
        there = ", ".join(found) or "none"
        message = f"wanted the version {name} in the registry {registry}; it has {there}"
        if name in POINTERS:
            message = _nobody(name, registry, there)
        raise RegistryError(message)
    chosen = found[wanted]
    if identity(chosen.folder) != chosen.manifest:
        path = chosen.folder / MANIFEST
        message = f"{path}: is not the manifest that was registered as {wanted}: nothing is scored with it"
        raise RegistryError(message)
    for name, digest in chosen.beside.items():
        path = chosen.folder / name
        if _sha256(path) != digest:
            message = f"{path}: is not as it was when {wanted} was registered: nothing of it is used. Restore it"
            raise RegistryError(message)
    return chosen


def _sha256(path: Path) -> str | None:
    return sha256(path) if path.is_file() else None


def _nobody(pointer: str, registry: Path, there: str) -> str:
    """Why `champion` or `challenger` stands for nothing yet, and what makes the first."""
    command = "techcredit promote" if pointer == CHAMPION else "techcredit promote --to challenger"
    return f"no {pointer} yet in the registry {registry} (versions: {there}); `{command}` makes the first"


def resolved(model: Path) -> Path:
    """Folder of a run: `model` itself, or of the version that it names in a registry (registry/simulated/champion).

    A champion is looked up once: a promotion while a command runs does not change what it scores with.

    Raises
    ------
    RegistryError
        As `version`; also when the folder is a version whose record is gone.
    """
    if model.is_symlink() or model.name in ("", ".."):
        model = model.resolve()  # else a link to a version would not be known as one
    if not record_of(model.parent).is_dir():
        if model.name in POINTERS and not model.exists():
            raise RegistryError(_nobody(model.name, model.parent, "none"))
        _require_no_version(model)
        return model
    return version(model.parent, model.name).folder


def _require_no_version(model: Path) -> None:
    """Nothing, where a folder outside any registry is none of its versions: called v1, sealed, and without tables."""
    if NAMED.fullmatch(model.name) and (model / MANIFEST).is_file() and not (model / "valid").exists():
        message = (
            f"{model}: wanted the record {record_of(model.parent)} of the registry that this version is of; it is not "
            "there. Restore it; the copy of a run that belongs to no registry needs another name"
        )
        raise RegistryError(message)


def is_version(folder: Path) -> bool:
    """Whether a folder is the sealed copy of a version in a registry."""
    return record_of(folder.parent).is_dir()


def registered(registry: Path, run: Path, facts: dict[str, Any], key: PrivateKey | None = None) -> Version:
    """The version of a run, whose sealed copy is made and recorded where it is not there yet; only within `writing`.

    The copy holds what a score depends on (`scoring.manifest.SEALED`), the manifest, its signature, the state of the
    alarm, so that a suspension is not lost, what the validation left, and the scores without outcome that a monitor
    compares with; it holds no tables and no features of applications.

    Raises
    ------
    ModelError
        When the run is not the one that its manifest seals.
    RegistryError
        When versions are there that the record does not tell.
    """
    name = identity(run)
    entries = read(registry)
    known = next((v for v in versions(registry, entries).values() if v.manifest == name), None)
    if known is not None:
        return version(registry, known.name, entries)
    require_unchanged(run)
    number = f"v{len(versions(registry, entries)) + 1}"
    _require_record(registry, entries, number)
    with temporary(registry) as work:
        copy = work / number
        _copied(run, copy)
        require_unchanged(copy)
        if identity(copy) != name:
            message = f"wanted a run that stays the same while it is registered; {run} was changed"
            raise RegistryError(message)
        target = registry / number
        if target.exists():  # a process was killed before it recorded its copy, or an entry was taken away
            _put_aside(target)
        copy.replace(target)
    beside = {path.as_posix(): _sha256(target / path) for path in KEPT}
    append(registry, "registered", {"version": number, "manifest": name, "beside": beside, **facts}, key)
    return Version(number, target, name, beside)


def _require_record(registry: Path, entries: Sequence[Entry], number: str) -> None:
    """Nothing, where the record tells every version that is there, but one that a killed process may have left."""
    there = [path.name for path in registry.iterdir() if NAMED.fullmatch(path.name)] if registry.is_dir() else []
    untold = sorted(set(there) - set(versions(registry, entries)) - ({number} if entries else set()))
    if untold:
        message = (
            f"{registry}: wanted an entry of the record for each version; it has none for {', '.join(untold)}. Restore "
            "the record, or move the folder away if it was never registered"
        )
        raise RegistryError(message)


def _put_aside(target: Path) -> None:
    """Make room for a version: what is there is removed only where it is no whole sealed copy."""
    try:
        require_unchanged(target, signed=False)
    except ModelError:
        shutil.rmtree(target)
        return
    place = target.with_name(f"unrecorded-{target.name}-{identity(target)[:8]}")
    if place.exists():  # the same copy was put aside before
        shutil.rmtree(target)
    else:
        target.replace(place)


def _copied(run: Path, copy: Path) -> None:
    open_state(run)  # refused here when it is damaged
    beside = [state_path(run), signature_path(state_path(run)), signature_path(run / MANIFEST)]
    beside += [run / kept for kept in KEPT]
    parts = [run / part for part in SEALED] + [run / MANIFEST, *(path for path in beside if path.exists())]
    for path in parts:
        place = copy / path.relative_to(run)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, place)
        else:
            shutil.copyfile(path, place)
