"""A bank's own files or database as canonical tables, by a mapping file; and a dry run that says what is missing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from schemas.declarations import Table
from schemas.tables import TABLES
from sources.bank.conversion import BadValue, absent, canonical
from sources.bank.database import connected, database_parts
from sources.bank.mapping import BankMapping, TableMap, load_mapping
from sources.bank.places import BankDataError, Part, folder_parts


@dataclass(frozen=True)
class DryRun:
    """What a bank's tables would give.

    `missing_tables` names our tables the mapping does not fill; `missing` our columns nothing fills, as (table,
    column), missing tables included; `lagged` the tables whose `known_on` comes from the declared publication lag;
    `unused` the bank's columns nothing takes, as (file or table, column); `bad` the first value of each column that
    cannot be read; `stops` the sentences for which `read` or the tables' own checks would stop; `rows` the number of
    rows by (table, file or table of the bank).
    """

    missing_tables: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    lagged: tuple[str, ...]
    unused: tuple[tuple[str, str], ...]
    bad: tuple[BadValue, ...]
    stops: tuple[str, ...]
    rows: dict[tuple[str, str], int]

    @property
    def ready(self) -> bool:
        """True when `read` would succeed and every table it fills has its required columns."""
        return not self.stops and not self.bad


def read(mapping: BankMapping | Path, location: str) -> dict[str, pd.DataFrame]:
    """Tables of a folder or database under our names, in our units and types; columns nothing fills are left out.

    `location` is a folder, or a SQLAlchemy URL. The caller conforms the tables, which also applies publication lags.

    Raises
    ------
    MappingError
        When the mapping cannot be used.
    BankDataError
        When a file, table or column is missing, bytes are not in the encoding, or a value cannot be read.
    """
    frames: dict[str, list[pd.DataFrame]] = {}
    with _opened(location) as parts:
        for table in _mapping(mapping).tables:
            for part in parts(table):
                frames.setdefault(table.ours.name, []).extend(_rows(part, table))
    return {name: pd.concat(frames[name], ignore_index=True) for name in TABLES if name in frames}


def _rows(part: Part, table: TableMap) -> Iterator[pd.DataFrame]:
    sentence = absent(part, table)
    if sentence is not None:
        raise BankDataError(sentence)
    for chunk in canonical(part, table):
        if chunk.bad:
            raise BankDataError(str(chunk.bad[0]))
        yield chunk.rows


@dataclass(frozen=True)
class _Findings:
    """What a dry run has found so far."""

    unused: list[tuple[str, str]] = field(default_factory=list)
    bad: list[BadValue] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    filled: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)


def dry_run(mapping: BankMapping | Path, location: str) -> DryRun:
    """What `read` would give, found by reading everything once, a chunk at a time, and keeping nothing.

    Raises
    ------
    MappingError
        When the mapping cannot be used.
    BankDataError
        When the folder or database cannot be opened at all.
    """
    tables = _mapping(mapping).tables
    found = _Findings()
    with _opened(location) as parts:
        for table in tables:
            filled = found.filled.setdefault(table.ours.name, set())
            try:
                for part in parts(table):
                    filled |= _look(part, table, found)
            except BankDataError as error:
                found.stops.append(str(error))
    return _result(found)


def _look(part: Part, table: TableMap, found: _Findings) -> set[str]:
    """Our columns that this part fills; everything else it shows is added to `found`."""
    taken = {spec.theirs for spec in table.columns}
    found.unused.extend((part.name, name) for name in part.columns if name and name not in taken)
    sentence = absent(part, table)
    if sentence is not None:
        found.stops.append(sentence)
    filled = {spec.ours.name for spec in table.columns if spec.theirs in part.columns} | set(table.defaults)
    if len(set(part.columns)) < len(part.columns):
        return filled
    bad: dict[str, BadValue] = {}
    rows = 0
    for chunk in canonical(part, table):
        rows += len(chunk.rows)
        for value in chunk.bad:
            first = bad.get(value.column)
            bad[value.column] = value if first is None else replace(first, count=first.count + value.count)
    found.bad.extend(bad.values())
    found.rows[(table.ours.name, part.name)] = rows
    return filled


def _result(found: _Findings) -> DryRun:
    lagged = tuple(name for name, filled in found.filled.items() if _by_lag(TABLES[name], filled))
    missing = tuple(
        (name, column.name)
        for name, table in TABLES.items()
        for column in table.columns
        if column.name not in found.filled.get(name, set()) and not (name in lagged and column.name == "known_on")
    )
    required = [
        f"table {name}: wanted column {column}, which every row needs; nothing fills it"
        for name, column in missing
        if found.filled.get(name) and (TABLES[name].column(column).required or column in TABLES[name].key)
    ]
    return DryRun(
        missing_tables=tuple(name for name in TABLES if name not in found.filled),
        missing=missing,
        lagged=lagged,
        unused=tuple(dict.fromkeys(found.unused)),
        bad=tuple(found.bad),
        stops=(*found.stops, *required),
        rows=found.rows,
    )


def _mapping(mapping: BankMapping | Path) -> BankMapping:
    return mapping if isinstance(mapping, BankMapping) else load_mapping(mapping)


def _by_lag(table: Table, filled: set[str]) -> bool:
    return table.lag is not None and table.lag.after in filled and "known_on" not in filled


@contextmanager
def _opened(location: str) -> Iterator[Callable[[TableMap], list[Part]]]:
    """Function that gives the files or database tables of a table of the mapping."""
    if "://" in location:
        with connected(location) as engine:
            yield lambda table: database_parts(engine, table)
    else:
        folder = Path(location)
        if not folder.is_dir():
            message = f"wanted a folder, or a database URL with ://; {location} is neither"
            raise BankDataError(message)
        yield lambda table: folder_parts(folder, table)
