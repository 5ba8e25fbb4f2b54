"""The ledger in SQLite: kept whole, changed by nobody, shared by writers."""

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest

from decisions.ledger.entries import Suspended
from decisions.ledger.values import LedgerError
from pipelines.ledger import HOLDS, append, file_of, read
from policy.errors import MendableError
from tests.decisions.ledger_entries import FEB, JAN, booked, certification, grant, pipeline

CHANGES = (
    "UPDATE ledger SET recorded = '2020-01-01' WHERE number = 2",
    "DELETE FROM ledger WHERE number = 4",
    "INSERT OR REPLACE INTO ledger VALUES (2, 'booked', '{}', '2025-01-31', '2025-01-31', NULL, 'x', 'y')",
    "INSERT INTO ledger VALUES (9, 'booked', '{}', '2025-01-31', '2025-01-31', NULL, 'x', 'y')",
    "DELETE FROM ledger_head",
    "INSERT OR REPLACE INTO ledger_head VALUES (1, 2, 'x')",
    "UPDATE ledger_head SET number = 2, digest = 'x'",
)


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    """A ledger of four entries in an SQLite file."""
    location = str(tmp_path / "ledger.sqlite")
    append(location, lambda _: [grant(), booked(), pipeline(), certification()], FEB)
    return location


def without_triggers(location: str, *statements: str) -> None:
    """Change the file as somebody may who can write it."""
    with closing(sqlite3.connect(location)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_what_is_recorded_is_read_back_in_order_and_chained(ledger: str) -> None:
    append(ledger, lambda _: [booked(npl=30.0)], FEB, corrects=2)
    found = read(ledger)
    assert [e.content for e in found.entries] == [grant(), booked(), pipeline(), certification(), booked(npl=30.0)]
    assert [(e.number, e.recorded, e.corrects) for e in found.entries[3:]] == [(4, FEB, None), (5, FEB, 2)]
    assert len(set(found.digests)) == 5


def test_the_same_entries_have_the_same_digests_anywhere(ledger: str, tmp_path: Path) -> None:
    append(str(tmp_path / "other.sqlite"), lambda _: [grant(), booked(), pipeline(), certification()], FEB)
    assert read(str(tmp_path / "other.sqlite")).digests == read(ledger).digests


@pytest.mark.parametrize("statement", CHANGES)
def test_the_file_itself_refuses_a_change(ledger: str, statement: str) -> None:
    with closing(sqlite3.connect(ledger)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    assert len(read(ledger).entries) == 4


@pytest.mark.parametrize("column", ["kind", "content", "day", "recorded", "before", "digest"])
def test_a_changed_entry_is_named(ledger: str, column: str) -> None:
    without_triggers(ledger, f"UPDATE ledger SET {column} = {column} || ' ' WHERE number = 3")
    with pytest.raises(LedgerError, match="entry 3 has been changed after it was recorded"):
        read(ledger)
    with pytest.raises(LedgerError, match="entry 3 has been changed after it was recorded"):
        append(ledger, lambda _: [booked(day=FEB)], FEB)


def test_an_entry_turned_into_bytes_or_into_a_correction_is_named(ledger: str) -> None:
    without_triggers(ledger, "UPDATE ledger SET content = CAST(content AS BLOB) WHERE number = 2")
    with pytest.raises(LedgerError, match="entry 2 has been changed"):
        read(ledger)
    without_triggers(ledger, "UPDATE ledger SET corrects = 2 WHERE number = 1")
    with pytest.raises(LedgerError, match="entry 1 has been changed"):
        read(ledger)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (1, "entry 1 has been removed; entry 2 comes next"),
        (3, "entry 3 has been removed; entry 4 comes next"),
        (4, "entry 4 has been removed, or the head of the chain; 3 are left"),
    ],
)
def test_a_removed_entry_is_named_the_last_one_too(ledger: str, number: int, sentence: str) -> None:
    without_triggers(ledger, f"DELETE FROM ledger WHERE number = {number}")
    with pytest.raises(LedgerError, match=sentence):
        read(ledger)


def test_a_head_that_was_moved_or_removed_is_found(ledger: str) -> None:
    without_triggers(ledger, "UPDATE ledger_head SET digest = 'x'")
    with pytest.raises(LedgerError, match="entry 4 is not the one that the head of the chain names"):
        read(ledger)
    without_triggers(ledger, "DELETE FROM ledger_head")
    with pytest.raises(LedgerError, match="entry 5 has been removed, or the head of the chain; 4 are left"):
        read(ledger)


def test_a_refused_entry_leaves_nothing_behind(ledger: str) -> None:
    with pytest.raises(LedgerError, match="its day must come after 2025-01-31"):
        append(ledger, lambda _: [booked(size_class="small"), booked()], FEB)
    assert len(read(ledger).entries) == 4


def write(location: str, name: str) -> int:
    """Record twenty suspensions of a size class, one by one, on rising days."""
    for number in range(1, 21):
        day = date(2025, 3, number)
        append(location, lambda _, day=day: [Suspended(name, day, "alarm")], date(2025, 4, 1))
    return 20


def test_two_writers_at_once_lose_and_fork_nothing(tmp_path: Path) -> None:
    location = str(tmp_path / "ledger.sqlite")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        done = [pool.submit(write, location, name) for name in ("micro", "small")]
        assert [d.result() for d in done] == [20, 20]
    found = read(location)
    assert [e.number for e in found.entries] == list(range(1, 41))
    assert sorted(e.content.size_class for e in found.entries) == ["micro"] * 20 + ["small"] * 20


def test_reading_where_there_is_no_ledger_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite"
    with pytest.raises(LedgerError, match=r"wanted a ledger at .*none.sqlite; there is none"):
        read(f"sqlite:///{path}")
    assert file_of(f"sqlite:///{path}") == path, "so that no batch writes over it"
    with pytest.raises(LedgerError, match=r"wanted a ledger at .*none.sqlite; there is none"):
        read(str(path))
    assert not path.exists()
    sqlite3.connect(path).execute("CREATE TABLE other (a)").connection.close()
    with pytest.raises(LedgerError, match="there is none"):
        read(str(path))


def test_a_file_that_is_no_database_is_an_error_of_one_line(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, and not a database at all. " * 30, encoding="utf8")
    for use in (lambda: read(str(path)), lambda: append(str(path), lambda _: [grant()], FEB)):
        with pytest.raises(MendableError, match=r"to (read|write) the ledger; file is not a database"):
            use()


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("no/such/folder/ledger.sqlite", "wanted a folder for the ledger no/such/folder/ledger.sqlite"),
        ("ledger?.sqlite", "wanted a path without a question mark, or a database URL"),
        (" ", "wanted a path without a question mark, or a database URL"),
        ("mysql+nosuch://clerk:s3cret@host/name", r"mysql\+nosuch://clerk:\*\*\*@host/name: wanted a dialect"),
        ("postgresql+psycopg://clerk:s3cret@127.0.0.1:1/x", r"clerk:\*\*\*@127.0.0.1:1/x: wanted to write the ledger"),
        ("not a url://", "wanted a database URL like"),
    ],
)
def test_a_place_that_cannot_hold_a_ledger_is_named_without_its_password(location: str, sentence: str) -> None:
    with pytest.raises(MendableError, match=sentence) as caught:
        append(location, lambda _: [booked()], JAN)
    assert "s3cret" not in str(caught.value)


def test_a_whole_new_chain_is_refused_where_the_digest_of_an_entry_was_noted(
    ledger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = str(tmp_path / "forged.sqlite")
    append(forged, lambda _: [grant(), booked(npl=0.0), pipeline(), certification()], FEB)
    read(forged)
    noted = read(ledger).digests[1]
    for given in (noted, noted[:12]):
        monkeypatch.setenv(HOLDS, given)
        assert len(read(ledger).entries) == 4
        with pytest.raises(LedgerError, match=rf"forged.sqlite: wanted the entry with digest {given} .*; none has it"):
            read(forged)
    for given in ("", noted[:11]):
        monkeypatch.setenv(HOLDS, given)
        with pytest.raises(LedgerError, match=r"12 digits or more\), as TECHCREDIT_LEDGER_HOLDS asks; none has it"):
            read(ledger)
