"""A bank's own source: a folder of canonical tables, or files and databases read by mapping files of that folder."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath

import pandas as pd

from policy.errors import MendableError
from schemas.folder import read_tables
from schemas.gaps import FILE as GAPS
from schemas.tables import TABLES
from sources.bank.imported import Imported, accounted, imported
from sources.bank.reading import read
from sources.bank.rejects import read_rejects

KEYS = ("mapping", "folder", "database", "read_on")


@dataclass(frozen=True)
class Delivery:
    """One entry of `mappings` in params.yaml: a mapping file, and the folder or database it speaks of.

    `mapping` and `folder` are paths below the folder of the source. `database` is the name of the environment variable
    with the address, so that no password is stored; `read_on` the day it is read, since nobody notices when a database
    changes: another day makes the step run again.
    """

    mapping: str
    folder: str | None = None
    database: str | None = None
    read_on: str | None = None


def deliveries(source: str, entries: Sequence[Mapping[str, str]]) -> tuple[Delivery, ...]:
    """The entries of `mappings` of a source, checked.

    Raises
    ------
    MendableError
        When a key is not one of KEYS, `mapping` is absent, there is not one of `folder` and `database`, a path leads
        out of the folder of the source, or a database has no day `read_on`.
    """
    found = []
    for number, entry in enumerate(entries, 1):
        where = f"params.yaml, section ingest, source {source}, entry {number} of mappings"
        if not isinstance(entry, Mapping) or not set(entry) <= set(KEYS) or "mapping" not in entry:
            message = f"{where}: wanted mapping and, of {', '.join(KEYS[1:])}, what is needed; got {entry!r}"
            raise MendableError(message)
        if ("folder" in entry) == ("database" in entry):
            message = f"{where}: wanted either folder or database; got {', '.join(entry)}"
            raise MendableError(message)
        if "database" in entry:
            _require_day(entry.get("read_on"), where)
        for key in ("mapping", "folder"):
            _require_below(entry.get(key), f"{where}, {key}")
        found.append(Delivery(**{key: str(value) for key, value in entry.items()}))
    return tuple(found)


def _require_day(day: str | None, where: str) -> None:
    try:
        date.fromisoformat(str(day))
    except ValueError as error:
        message = f'{where}: wanted read_on, the day the database is read, like "2026-01-31" in quotes; got {day!r}'
        raise MendableError(message) from error


def _require_below(name: str | None, where: str) -> None:
    """Only what lies in the folder of the source is watched for changes."""
    if name is None:
        return
    absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute() or PureWindowsPath(name).drive
    if absolute or ".." in PurePosixPath(name).parts or ".." in PureWindowsPath(name).parts:
        message = f"{where}: wanted a path inside the folder of the source, where a change is noticed; got {name!r}"
        raise MendableError(message)


def own_tables(source: str, folder: Path, entries: Sequence[Mapping[str, str]]) -> Imported:
    """Canonical tables of a bank: those of its mappings, or those that lie in its folder where it names none.

    Raises
    ------
    MendableError
        When an entry of `mappings` is wrong, two of them fill one table, an environment variable is not set, or the
        folder holds no canonical table, or only the rows that a check kept.
    BankDataError, MappingError
        When a mapping, file or database cannot be read.
    """
    if not folder.is_dir():
        message = f"source {source}: wanted its folder {folder} (params.yaml, sources); it is not there"
        raise MendableError(message)
    if entries:
        return _joined([_read(source, folder, delivery) for delivery in deliveries(source, entries)], source)
    tables = read_tables(folder)
    if not tables:
        message = (
            f"source {source}: wanted canonical tables ({next(iter(TABLES))}.parquet and so on) in {folder}, or "
            "mappings in section ingest of params.yaml; there is neither"
        )
        raise MendableError(message)
    if (folder / GAPS).exists():
        message = (
            f"source {source}: {folder / GAPS} shows that these are the rows which a check kept: wanted the tables as "
            "they were before it, with the rows it rejected"
        )
        raise MendableError(message)
    return accounted(tables, read_rejects(folder))


def _read(source: str, folder: Path, delivery: Delivery) -> Imported:
    location = str(folder / (delivery.folder or ""))
    if delivery.database is not None:
        location = os.environ.get(delivery.database, "")
        if "://" not in location:
            message = (
                f"source {source}: wanted the address of the database in the environment variable {delivery.database}, "
                "like postgresql+psycopg://user:password@host/name; "
                f"it {'holds no address' if location else 'is not set'}"
            )
            raise MendableError(message)
    return imported(read(folder / delivery.mapping, location))


def _joined(parts: Sequence[Imported], source: str) -> Imported:
    tables: dict[str, pd.DataFrame] = {}
    rejects: dict[str, pd.DataFrame] = {}
    for part in parts:
        twice = sorted(set(tables) & set(part.tables))
        if twice:
            message = f"source {source}: wanted each table from one mapping; two of them fill {', '.join(twice)}"
            raise MendableError(message)
        tables |= part.tables
        rejects |= part.rejects
    quality = tuple(q for part in parts for q in part.quality)
    return Imported(tables, rejects, quality, tuple(text for part in parts for text in part.told))
