"""What a batch has finished so far, kept in its work folder, so that a killed run goes on instead of starting again."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from policy.digests import sha256
from policy.folders import LOCK

JOURNAL = "journal.json"


@dataclass(frozen=True)
class Part:
    """A finished part: rows, file in the work folder and its SHA-256 (none where no row was scored), what it counted.

    `left` is the file with the identifiers of applications without a stage, empty where there is none.
    """

    rows: int
    file: str = ""
    sha256: str = ""
    left: str = ""
    left_sha256: str = ""
    counted: Mapping[str, Any] = field(default_factory=dict)


class Journal:
    """Finished parts by number, for one key: what the run reads and is asked for.

    `changed` names the entries of the key by which an earlier run in this folder differs; it is started anew then.
    """

    def __init__(self, folder: Path, key: Mapping[str, Any]) -> None:
        self.folder = folder
        self.key: dict[str, Any] = json.loads(json.dumps(key))
        self.parts: dict[int, Part] = {}
        self.ranges: list[Any] = []
        before = _read(folder / JOURNAL)
        known = before.get("key", {})
        self.changed = tuple(sorted(n for n in {*known, *self.key} if known and known.get(n) != self.key.get(n)))
        if before and not self.changed:
            self.ranges = before["ranges"]
            parts = {int(number): Part(**part) for number, part in before["parts"].items()}
            self.parts = {number: part for number, part in parts.items() if self._whole(part)}
        else:
            _emptied(folder)
        self._write()

    def plan(self, ranges: list[Any]) -> None:
        """Record how the input is cut into parts, so that a run that goes on cuts it alike."""
        self.ranges = json.loads(json.dumps(ranges))
        self._write()

    def done(self, number: int, part: Part) -> None:
        """Record that a part is finished; its files are on disk before the record is."""
        for name in (part.file, part.left):
            if name:
                synced(self.folder / name)
        self.parts[number] = part
        self._write()

    @property
    def batch(self) -> str:
        """Fingerprint of the key: the same inputs, versions and options have the same."""
        return hashlib.sha256(json.dumps(self.key, sort_keys=True).encode()).hexdigest()[:16]

    def _whole(self, part: Part) -> bool:
        wanted = ((part.file, part.sha256), (part.left, part.left_sha256))
        return all(not name or _digest(self.folder / name) == sha256 for name, sha256 in wanted)

    def _write(self) -> None:
        content = {
            "key": self.key,
            "ranges": self.ranges,
            "parts": {str(number): asdict(part) for number, part in sorted(self.parts.items())},
        }
        beside = self.folder / f"{JOURNAL}.new"
        beside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf8")
        synced(beside)
        beside.replace(self.folder / JOURNAL)


def finished(folder: Path) -> int:
    """How many parts a work folder says are finished."""
    return len(_read(folder / JOURNAL).get("parts", {}))


def synced(path: Path) -> None:
    """Bring what was written to a file to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _digest(path: Path) -> str:
    return sha256(path) if path.is_file() else ""


def _read(path: Path) -> dict[str, Any]:
    """Content of a journal; nothing where there is none, or it is not one that this version wrote."""
    try:
        found = json.loads(path.read_text(encoding="utf8"))
        for part in found["parts"].values():
            Part(**part)
        return {"key": found["key"], "ranges": found["ranges"], "parts": found["parts"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _emptied(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name == LOCK:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
