"""The finished parts of a batch brought to where they were asked for: written beside, then renamed."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from policy.digests import sha256
from scoring.journal import synced
from scoring.output.places import refuse_foreign
from scoring.output.target import Target

FILE_MODE, FOLDER_MODE = 0o640, 0o750


def write_scores(target: Target, parts: Sequence[tuple[int, Path]], work: Path) -> dict[str, Path]:
    """Scores in the format of the target, in `work`: one file, or one per part; by the name each will have.

    `parts` are numbers and Parquet files of the parts. No file where there is no part, or the target is a database.
    """
    if target.kind == "database" or not parts:
        return {}
    ending = target.writer.ENDING
    if target.kind == "file":
        written = {target.path.name: work / f"scores{ending}"}
        target.writer.write(_tables(path for _, path in parts), work / f"scores{ending}")
        return written
    written = {}
    for number, path in parts:
        name = f"part-{number:05d}{ending}"
        if path.suffix == ending:
            written[name] = path
        else:
            written[name] = work / f"out-{name}"
            target.writer.write(_tables([path]), written[name])
    return written


def _tables(paths: Iterable[Path]) -> Iterator[pa.Table]:
    for path in paths:
        yield pq.read_table(path)


def publish(target: Target, scores: Mapping[str, Path], rejects: Path, beside: Path, work: Path) -> None:
    """Put everything where it belongs, scores last; each file appears whole.

    `beside` is a folder of files that lie beside the scores (manifest, summary). The files of a folder appear together;
    an earlier batch in it is replaced.

    Raises
    ------
    OutputError
        When something that no batch left came to lie where it would be replaced; nothing is written then.
    """
    refuse_foreign(target)
    target.path.parent.mkdir(parents=True, exist_ok=True)
    if target.kind == "file":
        for place in (target.manifest, target.summary):
            place.unlink(missing_ok=True)  # no account stands beside scores of another batch, whenever this is ended
        _move(rejects / "applications.parquet", target.rejects)
        _replace_folder(rejects, target.other_rejects)
        for path in scores.values():
            _move(path, target.path)
        if not scores:
            target.path.unlink(missing_ok=True)  # decisions of an earlier batch are not those of this one
        for path in sorted(beside.iterdir()):
            _move(path, target.beside(path.name))
        return
    folder = work / "folder"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, path in scores.items():
        _linked(path, folder / name)
    shutil.copytree(rejects, folder / "rejects", copy_function=_linked)
    for path in beside.iterdir():
        _linked(path, folder / path.name)
    _replace_folder(folder, target.path)


def write_plain(content: Mapping[str, Any], path: Path) -> None:
    """Plain data as indented JSON."""
    told = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    path.write_text(told, encoding="utf8")


def digests(scores: Mapping[str, Path]) -> dict[str, str]:
    """SHA-256 of every file of scores by its name."""
    return {name: sha256(path) for name, path in scores.items()}


def _move(path: Path, to: Path) -> None:
    path.chmod(FILE_MODE)
    synced(path)
    path.replace(to)


def _linked(path: str | Path, to: str | Path) -> None:
    """The file under a second name, or a copy where the file system has no links."""
    Path(to).unlink(missing_ok=True)
    try:
        os.link(path, to)
    except OSError:
        shutil.copyfile(path, to)


def _replace_folder(folder: Path, to: Path) -> None:
    """`folder` renamed to `to`; what was there is removed, and nothing is left there where `folder` is empty."""
    for path in folder.rglob("*"):
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
    folder.chmod(FOLDER_MODE)
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if to.is_dir():
        to.replace(old)
    if any(folder.iterdir()):
        folder.replace(to)
    shutil.rmtree(old, ignore_errors=True)
