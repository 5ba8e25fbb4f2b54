"""Tables of the ledger in SQLite and PostgreSQL, and the triggers by which the database itself refuses a change."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

COLUMNS = ("number", "kind", "content", "day", "recorded", "corrects", "before", "digest")
"""Columns of an entry; `content` is JSON, days are texts YYYY-MM-DD, `before` is the digest of the entry before."""
TABLES = (
    """CREATE TABLE ledger (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, content TEXT NOT NULL, day TEXT NOT NULL, recorded TEXT NOT NULL,
    corrects INTEGER, before TEXT NOT NULL UNIQUE, digest TEXT NOT NULL UNIQUE
)""",
    "CREATE TABLE ledger_head (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, digest TEXT NOT NULL)",
    "INSERT INTO ledger_head VALUES (1, 0, '')",
)
REFUSED = "the ledger is append-only"
# INSERT OR REPLACE deletes without asking the triggers of DELETE, so the order of numbers is held as well.
SQLITE = (
    f"CREATE TRIGGER ledger_kept BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    f"CREATE TRIGGER ledger_unchanged BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    "CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger "
    "WHEN NEW.number IS NULL OR NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM ledger) "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    f"CREATE TRIGGER head_kept BEFORE DELETE ON ledger_head BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    f"CREATE TRIGGER head_alone BEFORE INSERT ON ledger_head BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    "CREATE TRIGGER head_forward BEFORE UPDATE ON ledger_head WHEN NEW.number <= OLD.number "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
)
POSTGRESQL = (
    f"CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$",
    "CREATE TRIGGER ledger_unchanged BEFORE UPDATE OR DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
    "CREATE TRIGGER ledger_kept BEFORE TRUNCATE ON ledger EXECUTE FUNCTION ledger_refuse()",
    "CREATE TRIGGER head_kept BEFORE DELETE ON ledger_head FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
    "CREATE TRIGGER head_whole BEFORE TRUNCATE ON ledger_head EXECUTE FUNCTION ledger_refuse()",
    "CREATE TRIGGER head_forward BEFORE UPDATE ON ledger_head FOR EACH ROW WHEN (NEW.number <= OLD.number) "
    "EXECUTE FUNCTION ledger_refuse()",
)
TRIGGERS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
"""Triggers by dialect; other dialects are refused."""


def present(connection: Connection) -> bool:
    """Tell whether the database holds a ledger."""
    return sa.inspect(connection).has_table("ledger")


def make(connection: Connection) -> None:
    """Create the tables, their head and their triggers."""
    for statement in (*TABLES, *TRIGGERS[connection.dialect.name]):
        connection.execute(sa.text(statement.replace(":", "\\:")))


def rows(connection: Connection) -> list[tuple[object, ...]]:
    """Entries in the order of their numbers, columns COLUMNS."""
    chosen = sa.text(f"SELECT {', '.join(COLUMNS)} FROM ledger ORDER BY number")
    return [tuple(row) for row in connection.execute(chosen)]


def head(connection: Connection) -> tuple[int, str] | None:
    """Number and digest of the last entry ever recorded; None when that row has been taken away."""
    found = connection.execute(sa.text("SELECT number, digest FROM ledger_head WHERE one = 1")).first()
    return None if found is None else (int(found[0]), str(found[1]))


def insert(connection: Connection, added: Sequence[tuple[object, ...]]) -> None:
    """Add entries and move the head to the last of them."""
    statement = sa.text(f"INSERT INTO ledger ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{c}' for c in COLUMNS)})")
    for row in added:
        connection.execute(statement, dict(zip(COLUMNS, row, strict=True)))
    last = dict(zip(COLUMNS, added[-1], strict=True))
    moved = sa.text("UPDATE ledger_head SET number = :number, digest = :digest WHERE one = 1")
    connection.execute(moved, {"number": last["number"], "digest": last["digest"]})
