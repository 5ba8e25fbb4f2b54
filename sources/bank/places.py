"""Files of a folder that a mapping names; no name leads out of the folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from policy.digests import sha256
from sources.bank.files import open_part
from sources.bank.maps import TableMap
from sources.bank.part import BankDataError, Part

COPIES = ("副本", "备份", "copy", "backup", "bak", "(1)", "（1）", "(2)", "（2）", "old", "旧")
"""Words in the name of a file that is a copy of another one."""


def folder_files(folder: Path, table: TableMap) -> list[Path]:
    """Files of `folder` that a table of the mapping names, in the order of their names.

    `*` and `?` stand for any characters and for one; brackets stand for themselves.

    Raises
    ------
    BankDataError
        When the name leads out of the folder, or there is no such file.
    """
    name = table.theirs
    place = f"table {table.ours.name}: wanted file {name}"
    absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute() or PureWindowsPath(name).drive
    if absolute or ".." in PurePosixPath(name).parts or ".." in PureWindowsPath(name).parts:
        message = f"{place}; a name must stay inside the folder given as --input (no absolute name, no ..)"
        raise BankDataError(message)
    try:
        paths = sorted(folder.glob(name.replace("[", "[[]")))
    except (ValueError, NotImplementedError, IndexError) as error:  # pathlib's answers to "" and "."
        message = f"{place}; it is no name of a file or pattern ({error})"
        raise BankDataError(message) from error
    if not paths:
        there = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing"
        message = f"{place} in {folder}; the folder holds {there}"
        raise BankDataError(message)
    for path in paths:
        if not path.resolve().is_relative_to(folder.resolve()):
            message = f"{place}; {path.name} is a link that leads out of the folder"
            raise BankDataError(message)
        if not path.is_file():
            message = f"{place}; {path.name} is no file"
            raise BankDataError(message)
    return paths


def folder_parts(folder: Path, table: TableMap) -> Iterator[Part]:
    """Parts of the files a table of the mapping names, each opened when its turn comes.

    Raises
    ------
    BankDataError
        When a file is missing, of no known kind, empty, or cannot be opened.
    """
    return (open_part(path, table) for path in folder_files(folder, table))


def copies(folder: Path, table: TableMap) -> list[str]:
    """Sentences about files of one pattern that are the same, byte for byte, or whose name says it is a copy."""
    paths = folder_files(folder, table)
    if len(paths) < 2:
        return []
    where = f"table {table.ours.name}: pattern {table.theirs}"
    found = []
    first: dict[tuple[int, str], Path] = {}
    for path in paths:
        other = first.setdefault(_content(path), path)
        if other is not path:
            found.append(f"{where} takes {path.name}, which holds the same as {other.name}, byte for byte")
        elif any(word in path.stem.lower() for word in COPIES):
            found.append(f"{where} takes {path.name}, which looks like a copy by its name")
    return found


def _content(path: Path) -> tuple[int, str]:
    return path.stat().st_size, sha256(path)


def taken_twice(folder: Path, tables: Iterable[TableMap]) -> list[str]:
    """Sentences about files that two entries of one table take."""
    seen: dict[tuple[str, Path, str | None], int] = {}
    found = []
    for number, table in enumerate(tables):
        for path in folder_files(folder, table):
            key = (table.ours.name, path, table.sheet)
            if seen.setdefault(key, number) != number:
                found.append(f"table {table.ours.name}: two entries of the mapping take file {path.name}")
    return found


def not_named(folder: Path, taken: Iterable[Path], mapping: Path | None) -> list[str]:
    """Names of the files of `folder` (and the folders in it) that no entry of the mapping takes."""
    known = {path.resolve() for path in taken} | ({mapping.resolve()} if mapping is not None else set())
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.resolve() not in known
    )
