"""A bank's tables in a database, by SQLAlchemy URL; the password of the URL appears in no message."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import ArgumentError, NoSuchTableError, SQLAlchemyError

from sources.bank.address import address, masked, without_secrets
from sources.bank.leaving_out import require_columns_only
from sources.bank.maps import TableMap
from sources.bank.part import ROWS_A_CHUNK, BankDataError, Part, Rows


@contextmanager
def connected(location: str, wanted: str = "to read it") -> Iterator[Engine]:
    """Engine of the database, connections closed at the end; `wanted` says in a message what for.

    Raises
    ------
    BankDataError
        When the URL is malformed, its driver is not installed, or the database does not answer.
    """
    url = address(location)
    try:
        engine = sa.create_engine(url)
    except (ArgumentError, ImportError, TypeError, ValueError) as error:
        told = without_secrets(str(error), url)
        message = f"database {masked(url)}: wanted a dialect and driver that are installed; {told}"
        raise BankDataError(message) from None
    try:
        with engine.connect():
            pass
        yield engine
    except SQLAlchemyError as error:
        # The driver's own words may quote the URL, so the exception is not chained and secrets are struck out.
        message = f"database {masked(url)}: wanted {wanted}; {_words(error, url)}"
        raise BankDataError(message) from None
    finally:
        engine.dispose()


def _words(error: Exception, url: URL) -> str:
    text = without_secrets(str(getattr(error, "orig", None) or error), url)
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
