"""The tolerance ledger in a database: append-only, each entry chained by SHA-256 to the one before."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from decisions.ledger.entries import Content, Entry, opened, plain
from decisions.ledger.following import following
from decisions.ledger.values import LedgerError
from pipelines.ledger_tables import TRIGGERS, head, insert, make, present, rows
from sources.bank.address import address, resolved, shown
from sources.bank.database import connected

SECONDS = 30
"""How long a writer waits for another one to end in SQLite."""
HOLDS = "TECHCREDIT_LEDGER_HOLDS"
"""Environment variable with the digest of an entry, as minutes have it: a ledger without it is not read."""
LOCK = 7_468_373
"""Number of the advisory lock by which writers in PostgreSQL follow each other."""
Draft = Callable[[Sequence[Entry]], Sequence[Content]]


@dataclass(frozen=True)
class Ledger:
    """Entries in the order of their numbers, and the SHA-256 digest of each; `name` shows no password."""

    name: str
    entries: tuple[Entry, ...]
    digests: tuple[str, ...]


def read(location: str) -> Ledger:
    """The ledger in an SQLite file (a path) or a database (a URL), after its chain has been checked.

    Raises
    ------
    LedgerError
        When there is no ledger, or an entry has been changed or removed; the message names the entry.
    BankDataError
        When the database cannot be read; the message shows no password.
    """
    name = _name(location)
    path = file_of(location)
    if path is not None and not path.exists():
        raise LedgerError(_none(name))
    with _transaction(location, writing=False) as connection:
        if not present(connection):
            raise LedgerError(_none(name))
        found = _checked(connection, name)
    _require_held(found)
    return found


def _require_held(found: Ledger) -> None:
    """Nothing, when the ledger has the entry whose digest HOLDS names, or that names none.

    Raises
    ------
    LedgerError
        When it has not, or fewer than 12 digits are given: somebody wrote another chain, or put an older one back.
    """
    wanted = os.environ.get(HOLDS)
    if wanted is not None and (len(wanted) < 12 or not any(digest.startswith(wanted) for digest in found.digests)):
        message = f"ledger {found.name}: wanted the entry with digest {wanted} (12 digits or more), as {HOLDS} asks"
        raise LedgerError(message + "; none has it")


def append(location: str, draft: Draft, recorded: date, corrects: int | None = None) -> tuple[Entry, ...]:
    """Record what `draft` makes of the entries so far, all or nothing, and give the new entries.

    A ledger that is not there yet is begun. Another writer waits until this one has ended, so none is lost.

    Raises
    ------
    LedgerError
        When the ledger does not stand its check, or an entry cannot follow (`decisions.ledger.following`).
    BankDataError
        When the database cannot be written; the message shows no password.
    """
    path = file_of(location)
    if path is not None and not path.absolute().parent.is_dir():
        message = f"wanted a folder for the ledger {path}; {path.absolute().parent} is none"
        raise LedgerError(message)
    with _transaction(location, writing=True) as connection:
        if not present(connection):
            make(connection)
        found = _checked(connection, _name(location))
        entries, before = list(found.entries), found.digests[-1] if found.digests else ""
        added = []
        for content in draft(found.entries):
            entry = following(entries, content, recorded, corrects)
            row = _row(entry, before)
            before = str(row[-1])
            entries.append(entry)
            added.append(row)
        if added:
            insert(connection, added)
        return tuple(entries[len(found.entries) :])


def _row(entry: Entry, before: str) -> tuple[object, ...]:
    content = json.dumps(plain(entry.content), sort_keys=True, ensure_ascii=False, allow_nan=False)
    fields = (entry.number, entry.kind, content, str(entry.content.day), str(entry.recorded), entry.corrects, before)
    return (*fields, _digest(fields))


def _digest(fields: tuple[object, ...]) -> str:
    """SHA-256 of an entry's columns, the digest of the one before among them, as one JSON list."""
    return hashlib.sha256(json.dumps(list(fields), ensure_ascii=False, default=repr).encode()).hexdigest()


def _checked(connection: Connection, name: str) -> Ledger:
    """Entries whose chain is whole up to its head."""
    entries, digests, before = list[Entry](), list[str](), ""
    for wanted, row in enumerate(rows(connection), start=1):
        number, kind, content, day, recorded, corrects, chained, digest = row
        if number != wanted:
            message = f"ledger {name}: entry {wanted} has been removed; entry {number} comes next"
            raise LedgerError(message)
        if chained != before or digest != _digest(row[:-1]):
            message = f"ledger {name}: entry {number} has been changed after it was recorded; its digest does not fit"
            raise LedgerError(message)
        found = opened(str(kind), json.loads(str(content)))
        entries.append(Entry(wanted, date.fromisoformat(str(recorded)), found, _whole(corrects)))
        digests.append(str(digest))
        before = str(digest)
        if str(found.day) != day:
            message = f"ledger {name}: entry {number} says {day}; its content speaks of {found.day}"
            raise LedgerError(message)
    last = head(connection)
    if last is None or last[0] > len(entries):
        wanted = len(entries) + 1 if last is None else last[0]
        message = f"ledger {name}: entry {wanted} has been removed, or the head of the chain; {len(entries)} are left"
        raise LedgerError(message)
    if last != (len(entries), before):
        message = f"ledger {name}: entry {len(entries)} is not the one that the head of the chain names"
        raise LedgerError(message)
    return Ledger(name, tuple(entries), tuple(digests))


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))


@contextmanager
def _transaction(location: str, *, writing: bool) -> Iterator[Connection]:
    """A connection in one transaction: one state of both tables for a reader, one writer at a time."""
    wanted = "to write the ledger" if writing else "to read the ledger"
    with connected(_url(location), wanted) as engine:
        dialect = engine.dialect.name
        if dialect not in TRIGGERS:
            message = f"ledger {_name(location)}: wanted a database of {' or '.join(TRIGGERS)}; got {dialect}"
            raise LedgerError(message)
        if dialect == "sqlite":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # The driver would begin a writing transaction only with its first INSERT, after the chain was read.
                connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
                try:
                    yield connection
                except BaseException:
                    connection.exec_driver_sql("ROLLBACK")
                    raise
                connection.exec_driver_sql("COMMIT")
            return
        level = "READ COMMITTED" if writing else "REPEATABLE READ"
        with engine.connect().execution_options(isolation_level=level) as connection, connection.begin():
            if writing:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection


def file_of(location: str) -> Path | None:
    """Path of an SQLite file, given as a path or as `sqlite:///PATH`; None for any other URL."""
    location = resolved(location)
    if "://" in location:
        url = address(location)
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    if "?" in location or not location.strip():
        message = f"wanted a path without a question mark, or a database URL, as the ledger; got {shown(location)!r}"
        raise LedgerError(message)
    return Path(location)


def _url(location: str) -> str:
    where = resolved(location)
    if "://" in where:
        return where
    path = file_of(location)
    return URL.create("sqlite", database=str(path), query={"timeout": str(SECONDS)}).render_as_string()


def _name(location: str) -> str:
    return shown(resolved(location))


def _none(name: str) -> str:
    return f"wanted a ledger at {name}; there is none. `techcredit ledger grant` begins one"
