"""The record of a registry: what was registered and promoted, a JSON file per entry, each chained to the one before.

An entry is a file `record/000001.json` and never changes. It appears by one renaming, so a process that is killed
leaves either the whole entry or none; writers follow each other by a lock. Each entry holds the SHA-256 of the file
before it: a changed or removed entry is noticed, except at the end of the record, whose digest therefore belongs into
the minutes.
Where a key is trusted (`scoring.signature`), every entry has to be signed by it.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.locks import alone
from pipelines.registry.errors import RegistryError
from scoring.signature import PrivateKey, require_signed, require_signer, sign, signature_path

RECORD, NEW, LOCK = "record", "new", "lock"
SIGNED = "the entries of the registry"
"""What a key signs here, in messages."""
SECONDS = 30.0
"""How long a writer waits for another one to end."""


@dataclass(frozen=True)
class Entry:
    """One entry: number from 1, kind (registered, champion, challenger), its content, and the SHA-256 of its file."""

    number: int
    kind: str
    content: Mapping[str, Any]
    digest: str


def record_of(registry: Path) -> Path:
    """Folder of the record of a source's registry."""
    return registry / RECORD


def read(registry: Path) -> tuple[Entry, ...]:
    """Entries of the registry of a source in their order, after the chain has been checked; none before the first.

    Raises
    ------
    RegistryError
        When an entry was changed or removed, or cannot be read; the message names it.
    SignatureError
        When a key is trusted and an entry is not signed by it.
    """
    found, before = list[Entry](), ""
    for wanted, path in enumerate(sorted(record_of(registry).glob("*.json")), start=1):
        if path.name != _name(wanted):
            message = f"{registry}: wanted entry {_name(wanted)} of the record; {path.name} comes next: one was removed"
            raise RegistryError(message)
        content = path.read_bytes()
        require_signed(path, content)
        entry = _opened(path, content)
        if entry.content["before"] != before:
            message = f"{path}: its entry before it is another one now: an entry was changed after it was recorded"
            raise RegistryError(message)
        found.append(entry)
        before = entry.digest
    return tuple(found)


def _name(number: int) -> str:
    return f"{number:06d}.json"


def _opened(path: Path, content: bytes) -> Entry:
    try:
        found = json.loads(content)
        number, kind = int(found["number"]), str(found["kind"])
        if not isinstance(found["before"], str) or path.name != _name(number):
            raise KeyError(number)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"{path}: wanted an entry of the record of a registry; got something else"
        raise RegistryError(message) from error
    return Entry(number, kind, found, hashlib.sha256(content).hexdigest())


def append(registry: Path, kind: str, content: Mapping[str, Any], key: PrivateKey | None = None) -> Entry:
    """Add an entry, whole or not at all, and give it; only within `writing`.

    Raises
    ------
    RegistryError, SignatureError
        As `read` and `require_signer`; nothing has been written then.
    """
    require_signer(key, SIGNED)
    entries = read(registry)
    number, before = len(entries) + 1, entries[-1].digest if entries else ""
    told = {"number": number, "kind": kind, **content, "before": before}
    beside = record_of(registry) / NEW
    beside.mkdir(parents=True, exist_ok=True)
    part, path = beside / _name(number), record_of(registry) / _name(number)
    with part.open("w", encoding="utf8") as file:
        file.write(json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    if key is not None:
        # The signature goes first: without its entry it is nothing, and the entry is never there without it.
        sign(part, key).replace(signature_path(path))
    part.replace(path)
    return _opened(path, path.read_bytes())


@contextmanager
def writing(registry: Path) -> Iterator[None]:
    """The registry for one writer alone; another one waits until this one has ended.

    Raises
    ------
    RegistryError
        When another process does not end within SECONDS.
    """
    folder = record_of(registry)
    folder.mkdir(parents=True, exist_ok=True)
    late = f"wanted to write to the registry {registry}; another process is at it since {SECONDS:.0f} s"
    with alone(folder / LOCK, SECONDS, RegistryError(late)):
        yield
