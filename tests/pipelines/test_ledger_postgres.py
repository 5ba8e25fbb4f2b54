"""The ledger in a real PostgreSQL server: the same entries, the same refusals, one writer at a time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from decisions.ledger.values import LedgerError
from pipelines.ledger import append, read
from policy.errors import MendableError
from tests.decisions.ledger_entries import FEB, booked, certification, grant, pipeline
from tests.pipelines.test_ledger import write
from tests.postgres import server as new_server

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """URL of a server of its own."""
    with new_server() as address:
        yield address


def execute(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> str:
    """URL of an empty database."""
    name = f"d{abs(hash(request.node.name))}"
    execute(server, f"CREATE DATABASE {name}")
    return server.removesuffix("postgres") + name


@pytest.fixture
def ledger(url: str) -> str:
    """A database with a ledger of four entries."""
    append(url, lambda _: [grant(), booked(), pipeline(), certification()], FEB)
    return url


def test_what_is_recorded_is_read_back_with_the_digests_it_has_in_a_file(ledger: str, tmp_path: Path) -> None:
    append(str(tmp_path / "ledger.sqlite"), lambda _: [grant(), booked(), pipeline(), certification()], FEB)
    found, in_file = read(ledger), read(str(tmp_path / "ledger.sqlite"))
    assert (found.entries, found.digests) == (in_file.entries, in_file.digests)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET recorded = '2020-01-01' WHERE number = 2",
        "DELETE FROM ledger WHERE number = 4",
        "TRUNCATE ledger",
        "DELETE FROM ledger_head",
        "TRUNCATE ledger_head",
        "UPDATE ledger_head SET number = 2, digest = 'x'",
    ],
)
def test_the_database_itself_refuses_a_change(ledger: str, statement: str) -> None:
    with pytest.raises(sa.exc.DatabaseError, match="the ledger is append-only"):
        execute(ledger, statement)
    assert len(read(ledger).entries) == 4


def test_changed_and_removed_entries_are_named_and_the_password_is_not(ledger: str) -> None:
    execute(ledger, "ALTER TABLE ledger DISABLE TRIGGER ALL", "UPDATE ledger SET kind = 'grant' WHERE number = 3")
    with pytest.raises(LedgerError, match=r"ledger postgresql.*clerk:\*\*\*@.*: entry 3 has been changed") as caught:
        read(ledger)
    assert "s3cret" not in str(caught.value)
    execute(ledger, "DELETE FROM ledger WHERE number >= 3")
    with pytest.raises(LedgerError, match="entry 4 has been removed, or the head of the chain; 2 are left"):
        read(ledger)


def test_two_writers_at_once_lose_and_fork_nothing_even_when_both_begin_the_ledger(url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(write, url, name) for name in ("micro", "small")]
        assert [d.result() for d in done] == [20, 20]
    found = read(url)
    assert [e.number for e in found.entries] == list(range(1, 41))
    assert sorted(e.content.size_class for e in found.entries) == ["micro"] * 20 + ["small"] * 20


def test_a_database_without_a_ledger_says_so(url: str) -> None:
    with pytest.raises(LedgerError, match=r"wanted a ledger at postgresql.*there is none"):
        read(url)


def test_a_wrong_password_is_an_error_that_does_not_show_it(url: str) -> None:
    with pytest.raises(MendableError, match=r"to write the ledger.*password authentication failed") as caught:
        append(url.replace("s3cret-of-the-test", "wr0ng"), lambda _: [booked()], FEB)
    assert "wr0ng" not in str(caught.value)
