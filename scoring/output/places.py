"""Places that scores may not go to, and what lies there: left by an earlier batch, or by somebody else."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import TABLES
from scoring.output.target import MANIFEST, REJECTS, SUMMARY, OutputError, Target

TOLD = {"target": str, "format": str, "applications": dict, "tables": dict, "files": dict, "versions": dict}
"""Fields of the manifest of every batch, with their types."""
SUMMED = ("extracted_on", "applications", "tables")
"""Fields of every summary of a batch."""
RULES = "rules"
"""Column of rejected rows that no canonical table has."""


def refuse_places(
    wanted: Target, tables: Path, model: Path | None = None, kept: Mapping[str, Path] | None = None
) -> None:
    """Nothing, when the scores, and what lies beside them, may be left there.

    `kept` are further files that are read, by what they are called in a message.

    Raises
    ------
    OutputError
        When the target is a folder where a file is wanted, or the reverse, or a place that a batch writes is a link,
        holds what no batch left, or is the input, lies in it or in the run of the models, or holds one of them.
    """
    path = wanted.path
    _refuse_links(wanted)
    if wanted.kind == "file" and path.is_dir():
        message = f"wanted a file for the scores; {path} is a folder"
        raise OutputError(message)
    if wanted.kind != "file" and path.exists() and not path.is_dir():
        message = f"wanted a folder; {path} is a file"
        raise OutputError(message)
    for place in wanted.places:
        for folder, told in ((tables, "the tables that are scored"), (model, "the run of the models")):
            if folder is not None:
                _refuse_folder(place, folder, told)
        for told, file in (kept or {}).items():
            if file.resolve().is_relative_to(place.resolve()):
                message = f"wanted a place for the scores apart from {told}; {place} is it, or holds it ({file})"
                raise OutputError(message)
    refuse_foreign(wanted)


def _refuse_folder(place: Path, folder: Path, told: str) -> None:
    there = place.resolve()
    linked = [path for path in (folder / f"{name}.parquet" for name in TABLES) if path.is_symlink()]
    for each in (folder, *linked):
        other = each.resolve()
        if there.is_relative_to(other):
            message = f"wanted a place for the scores outside {told}; {place} lies among them ({each})"
            raise OutputError(message)
        if other.is_relative_to(there):
            message = f"wanted a place for the scores outside {told}; {place} holds them ({each})"
            raise OutputError(message)


def refuse_foreign(wanted: Target) -> None:
    """Nothing, when all that a batch would replace there was left by an earlier one.

    The file of scores is the one that was asked for: it is replaced whatever it holds.

    Raises
    ------
    OutputError
        When something else is there, which is named, or a link.
    """
    _refuse_links(wanted)
    there = next(_foreign(wanted), None)
    if there is None:
        return
    if wanted.kind == "file":
        message = (
            f"wanted nothing beside {wanted.path} but what an earlier batch left; {there} is something else. "
            "Move it away, or name another file"
        )
    else:
        message = (
            f"wanted a folder that is empty or holds scores of an earlier batch; {wanted.path} holds something else, "
            f"{there.relative_to(wanted.path)}. Move it away, or name another folder"
        )
    raise OutputError(message)


def _refuse_links(wanted: Target) -> None:
    for place in wanted.places:
        if place.is_symlink():
            message = (
                f"wanted a place for the scores that is no link; {place} leads to {place.readlink()}. "
                "Name the place itself, or remove the link"
            )
            raise OutputError(message)


def _foreign(wanted: Target) -> Iterator[Path]:
    """What lies where a batch would replace it, and was left by none."""
    told = _manifest(wanted.manifest)
    if wanted.kind == "file":
        ours = {
            wanted.rejects: _is_rejects(wanted.rejects),
            wanted.manifest: told is not None,
            wanted.summary: _is_file(wanted.summary) and (told is not None or _is_summary(wanted.summary)),
        }
        yield from (place for place, left in ours.items() if place.exists() and not left)
        yield from _foreign_rejects(wanted.other_rejects)
    elif wanted.path.is_dir():
        named = set() if told is None else {MANIFEST, SUMMARY, *told["files"]}
        for place in sorted(wanted.path.iterdir()):
            if place.name == REJECTS and told is not None:
                yield from _foreign_rejects(place)
            elif place.name not in named or not _is_file(place):
                yield place


def _foreign_rejects(folder: Path) -> Iterator[Path]:
    """What is no Parquet file of rejected rows of a canonical table in the folder; the folder where it is none."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        yield folder
    elif folder.is_dir():
        for place in sorted(folder.iterdir()):
            if place.suffix != ".parquet" or place.stem not in TABLES or not _is_rejects(place):
                yield place


def _is_file(place: Path) -> bool:
    return place.is_file() and not place.is_symlink()


def _is_rejects(place: Path) -> bool:
    """Whether it is a Parquet file of rejected rows."""
    try:
        return _is_file(place) and RULES in pq.read_schema(place).names
    except (OSError, pa.ArrowException):
        return False


def _manifest(place: Path) -> dict[str, Any] | None:
    """The manifest of a batch; none where it is no such file."""
    found = _read(place)
    return found if all(isinstance(found.get(name), type_) for name, type_ in TOLD.items()) else None


def _is_summary(place: Path) -> bool:
    return all(name in _read(place) for name in SUMMED)


def _read(place: Path) -> dict[str, Any]:
    """The object of a JSON file; empty where it holds none."""
    try:
        found = json.loads(place.read_text(encoding="utf8")) if _is_file(place) else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
