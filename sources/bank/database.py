"""A bank's tables in a database, by SQLAlchemy URL; the password of the URL appears in no message."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError

from sources.bank.leaving_out import require_columns_only
from sources.bank.maps import TableMap
from sources.bank.part import ROWS_A_CHUNK, BankDataError, Part, Rows

SECRETS = ("password", "passwd", "pwd", "token", "secret", "sslkey", "sslpassword")


def masked(url: URL) -> str:
    """URL with `***` for the password, and for any secret among its query parameters."""
    query = {key: "***" if key.lower() in SECRETS else value for key, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


@contextmanager
def connected(location: str, wanted: str = "to read it") -> Iterator[Engine]:
    """Engine of the database, connections closed at the end; `wanted` says in a message what for.

    Raises
    ------
    BankDataError
        When the URL is malformed, its driver is not installed, or the database does not answer.
    """
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        message = "wanted a database URL like postgresql+psycopg://user:password@host/name; got one that is not"
        raise BankDataError(message) from None
    try:
        engine = sa.create_engine(url)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        message = f"database {masked(url)}: wanted a dialect and driver that are installed; {error}"
        raise BankDataError(message) from None
    try:
        with engine.connect():
            pass
        yield engine
    except SQLAlchemyError as error:
        # The driver's own words may quote the URL, so the exception is not chained and secrets are struck out.
        message = f"database {masked(url)}: wanted {wanted}; {_without_secrets(error, url)}"
        raise BankDataError(message) from None
    finally:
        engine.dispose()


def _without_secrets(error: SQLAlchemyError, url: URL) -> str:
    text = str(getattr(error, "orig", None) or error)
    secrets = [str(url.password or ""), *(str(v) for k, v in url.query.items() if k.lower() in SECRETS)]
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    return " ".join(text.split())[:300]


@dataclass(frozen=True)
class DatabasePart:
    """A table or view of a database; values keep the types of the driver."""

    engine: Engine
    table: str
    schema: str | None
    name: str
    columns: tuple[str, ...]
    read_as: str = "a database table"
    counted: str = "row"
    whole: bool = False
    notes: tuple[str, ...] = ()

    def chunks(self, columns: Sequence[str]) -> Iterator[Rows]:
        """Rows of the named columns, fetched from a server-side cursor where the driver has one."""
        source = sa.table(self.table, schema=self.schema)
        query: Any = sa.select(*(sa.column(c) for c in columns)).select_from(source)
        start = 1
        with self.engine.connect() as connection:
            result = connection.execution_options(stream_results=True).execute(query)
            for rows in result.partitions(ROWS_A_CHUNK):
                index = pd.RangeIndex(start, start + len(rows))
                values = [tuple(row) for row in rows]
                yield Rows(pd.DataFrame(values, columns=list(columns), index=index, dtype="object"))
                start += len(rows)


def database_parts(engine: Engine, table: TableMap) -> list[Part]:
    """The database table (`name` or `schema.name`) that a table of the mapping names.

    Raises
    ------
    BankDataError
        When the database has no such table or view.
    """
    require_columns_only(table, f"table {table.theirs}")
    schema, _, name = table.theirs.rpartition(".")
    inspector = sa.inspect(engine)
    try:
        columns = tuple(column["name"] for column in inspector.get_columns(name, schema=schema or None))
    except NoSuchTableError:
        names = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
        place = f"table {table.ours.name}: wanted table {table.theirs} in database {masked(engine.url)}"
        message = f"{place}; it holds {', '.join(sorted(names)) or 'none'}"
        raise BankDataError(message) from None
    return [DatabasePart(engine, name, schema or None, table.theirs, columns)]
