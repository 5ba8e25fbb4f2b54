"""A bank's own files or database as canonical tables, by a mapping file, with an account of every row."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import pandas as pd

from schemas.tables import TABLES
from sources.bank.address import resolved, shown
from sources.bank.conversion import BadValue, Chunk, absent, canonical
from sources.bank.database import connected, database_parts
from sources.bank.doubts import Doubts
from sources.bank.mapping import load_mapping
from sources.bank.maps import BankMapping, TableMap
from sources.bank.part import BankDataError, Part
from sources.bank.places import copies, folder_files, folder_parts, taken_twice
from sources.bank.rejects import no_rejects


@dataclass(frozen=True)
class PartAccount:
    """Rows of one file or database table: `rows_in` = `kept` + `rejected` + those `left_out`; blank lines are no rows.

    `left_out` counts by rule of the mapping; a rule that met no row is listed as well.
    """

    table: str
    source: str
    rows_in: int
    kept: int
    rejected: int
    blank: int
    bad: tuple[BadValue, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Account:
    """What became of the rows of each file or database table, and sentences on what was read and looks wrong."""

    accounts: tuple[PartAccount, ...]
    notes: tuple[str, ...]

    def rows_in(self, table: str) -> int:
        """Rows that came for a table of ours; rows_in = kept + rejected + left out."""
        return sum(account.rows_in for account in self.accounts if account.table == table)

    def kept(self, table: str) -> int:
        """Rows of a table of ours every value of which was read."""
        return sum(account.kept for account in self.accounts if account.table == table)

    def rejected(self, table: str) -> int:
        """Rows of a table of ours with a value that could not be read, or without one that every row needs."""
        return sum(account.rejected for account in self.accounts if account.table == table)

    def left_out(self, table: str) -> dict[str, int]:
        """Rows of a table of ours that the mapping leaves out, by file and rule; rules that met no row included."""
        accounts = [account for account in self.accounts if account.table == table]
        return {f"{a.source}: {rule}": rows for a in accounts for rule, rows in a.left_out.items()}

    @property
    def bad(self) -> tuple[BadValue, ...]:
        """First bad value of each column of each file, with their number."""
        return tuple(value for account in self.accounts for value in account.bad)


@dataclass(frozen=True)
class Reading(Account):
    """What was read.

    `tables` holds the rows every value of which could be read, by our table; `rejects` the others, by our table, one
    line per bad value (columns: `rejects.REJECT_DTYPES`).
    """

    tables: dict[str, pd.DataFrame]
    rejects: dict[str, pd.DataFrame]


class Taker(Protocol):
    """What takes the rows of one chunk of a file after another."""

    def take(self, name: str, kept: pd.DataFrame, rejects: pd.DataFrame) -> None:
        """Rows of our table `name`: those that were read, and one line per bad value of the others."""


class _Gathered:
    """All rows, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, list[pd.DataFrame]] = {}
        self.rejects: dict[str, list[pd.DataFrame]] = {}

    def take(self, name: str, kept: pd.DataFrame, rejects: pd.DataFrame) -> None:
        self.kept.setdefault(name, []).append(kept)
        self.rejects.setdefault(name, []).append(rejects)


def read(mapping: BankMapping | Path, location: str) -> Reading:
    """Tables of a folder or database under our names, in our units and types; columns nothing fills are left out.

    `location` is a folder, or a SQLAlchemy URL. The caller conforms the tables, which also applies publication lags.

    Raises
    ------
    MappingError
        When the mapping cannot be used.
    BankDataError
        When a file, table or column is missing, or a file cannot be read to its end as the mapping says.
    """
    found = _Gathered()
    account = read_into(found, mapping, location)
    return Reading(
        account.accounts,
        account.notes,
        tables={name: pd.concat(found.kept[name], ignore_index=True) for name in TABLES if name in found.kept},
        rejects={name: _joined(found.rejects[name]) for name in TABLES if name in found.rejects},
    )


def read_into(taker: Taker, mapping: BankMapping | Path, location: str) -> Account:
    """As `read`, the rows given to `taker` chunk by chunk, so that no table need be held whole; raises as `read`."""
    accounts: list[PartAccount] = []
    notes: list[str] = []
    tables = as_mapping(mapping).tables
    with opened(location) as place:
        notes += place.notes(tables)
        for table in tables:
            seen = Periods(table)
            for part in place.parts(table):
                require_columns(part, table)
                doubts, chunks = Doubts(), []
                for chunk in canonical(part, table):
                    seen.add(chunk)
                    doubts.add(chunk)
                    taker.take(table.ours.name, chunk.kept, chunk.rejects())
                    chunks.append(account(chunk))
                accounts.append(total(chunks))
                notes += doubts.sentences()
    return Account(tuple(accounts), tuple(notes))


def _joined(rejects: list[pd.DataFrame]) -> pd.DataFrame:
    found = [frame for frame in rejects if len(frame)]
    return pd.concat(found, ignore_index=True) if found else no_rejects()


def require_columns(part: Part, table: TableMap) -> None:
    """Nothing, when the part has every mapped column, once.

    Raises
    ------
    BankDataError
        When it has not.
    """
    sentence = absent(part, table)
    if sentence is not None:
        raise BankDataError(sentence)


def account(chunk: Chunk) -> PartAccount:
    """Rows of one chunk, counted."""
    rejected = int(chunk.rejected.sum())
    names = (chunk.table.ours.name, chunk.part.name)
    read = len(chunk.came)
    left_out = {str(rule): chunk.left_out.get(str(rule), 0) for rule in chunk.table.leave_out}
    rows = read + sum(left_out.values())
    return PartAccount(*names, rows, read - rejected, rejected, chunk.blank, tuple(chunk.bad_values()), left_out)


def total(chunks: list[PartAccount]) -> PartAccount:
    """Account of a part from those of its chunks; of the bad values of a column the first stays, and their number."""
    bad: dict[tuple[str, str], BadValue] = {}
    for value in (value for chunk in chunks for value in chunk.bad):
        first = bad.get((value.column, value.wanted))
        counted = value if first is None else replace(first, count=first.count + value.count)
        bad[(value.column, value.wanted)] = counted
    return PartAccount(
        chunks[0].table,
        chunks[0].source,
        rows_in=sum(c.rows_in for c in chunks),
        kept=sum(c.kept for c in chunks),
        rejected=sum(c.rejected for c in chunks),
        blank=sum(c.blank for c in chunks),
        bad=tuple(bad.values()),
        left_out={rule: sum(c.left_out[rule] for c in chunks) for rule in chunks[0].left_out},
    )


class Periods:
    """Values of the column that `one_file_per` names, and the file each came from."""

    def __init__(self, table: TableMap) -> None:
        self._table = table
        self._files: dict[object, str] = {}

    def add(self, chunk: Chunk) -> None:
        """Nothing, while every value comes from one file.

        Raises
        ------
        BankDataError
            When a value has come from another file already.
        """
        name = self._table.one_file_per
        if name is None or name not in chunk.values:
            return
        for value in chunk.values[name].dropna().unique():
            first = self._files.setdefault(value, chunk.part.name)
            if first != chunk.part.name:
                where = f"table {self._table.ours.name}: wanted one file per {name}"
                shown = value.date() if isinstance(value, pd.Timestamp) else value
                message = f"{where}; {first} and {chunk.part.name} both hold {shown}"
                raise BankDataError(message)


def as_mapping(mapping: BankMapping | Path) -> BankMapping:
    """The mapping itself, or the one of a file."""
    return mapping if isinstance(mapping, BankMapping) else load_mapping(mapping)


@dataclass(frozen=True)
class Place:
    """Where a bank's tables lie: how to get at the parts of a table, and sentences about the files as such."""

    parts: Callable[[TableMap], Iterable[Part]]
    notes: Callable[[Iterable[TableMap]], list[str]]
    folder: Path | None = None


def _is_there(folder: Path, table: TableMap) -> bool:
    """True when the files of a table can be listed; where they cannot, reading the table says why."""
    try:
        return bool(folder_files(folder, table))
    except BankDataError:
        return False


@contextmanager
def opened(location: str) -> Iterator[Place]:
    """Folder or database at `location`, or at the one that `env:NAME` or `file:PATH` names.

    Raises
    ------
    BankDataError
        When it is neither, or the database does not answer.
    """
    location = resolved(location)
    if "://" in location:
        with connected(location) as engine:
            yield Place(lambda table: database_parts(engine, table), lambda tables: [])
        return
    folder = Path(location)
    if not folder.is_dir():
        message = f"wanted a folder, or a database URL with ://; {shown(location)} is neither"
        raise BankDataError(message)

    def notes(tables: Iterable[TableMap]) -> list[str]:
        listed = [table for table in tables if _is_there(folder, table)]
        return [*(text for table in listed for text in copies(folder, table)), *taken_twice(folder, listed)]

    yield Place(lambda table: folder_parts(folder, table), notes, folder)
