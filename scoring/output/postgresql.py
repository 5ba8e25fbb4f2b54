"""Scores into a table of PostgreSQL: one transaction per part, an application and model version never twice."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.csv
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from policy.errors import MendableError
from scoring.output.columns import DAYS, SCHEMA
from sources.bank.address import address, masked, resolved, without_secrets
from sources.bank.database import connected

KEY = ("application_id", "model_version")
DRIVERS = ("psycopg",)
BATCH = pa.schema([("extracted_on", pa.date32()), ("batch", pa.large_string())])
"""Columns of the table beside those of a score: the day the tables of its batch stand for, and which batch it was.

Rows of applications that are in no later batch stay, so without them nobody could tell which are of the last one.
"""
_ALL = pa.schema([*SCHEMA, *BATCH])
_STAGED = "techcredit_part"


class DatabaseError(MendableError):
    """The scores cannot be written into the table of a database; no message shows a secret."""


@dataclass(frozen=True)
class Scores:
    """The table of scores in an open database."""

    engine: Engine
    table: sa.Table
    place: str

    def keep(self, part: pa.Table, extracted_on: date, batch: str) -> None:
        """Write one part: rows whose application and model version are there are replaced; all of it or nothing.

        `extracted_on` is the day the tables stand for, `batch` the fingerprint of `scoring.journal.Journal.batch`.

        Raises
        ------
        DatabaseError
            When the connection is lost, or the database refuses a value.
        """
        with _told(self.engine, f"to write a part into {self.place}"), self.engine.begin() as connection:
            self._upsert(connection, _stamped(part, extracted_on, batch))

    def require_whole(self, rows: int, batch: str) -> None:
        """Nothing, when the table holds all `rows` rows of a batch whose parts were all kept.

        Two batches that write into one table at a time replace each other's rows; no lock of a session would hold
        behind a pool of connections, so the end is looked at instead.

        Raises
        ------
        DatabaseError
            When it holds more or fewer, or the connection is lost.
        """
        counted = sa.select(sa.func.count()).where(self.table.c["batch"] == batch)
        with _told(self.engine, f"to count the rows of a batch in {self.place}"), self.engine.begin() as connection:
            found = connection.execute(counted).scalar_one()
        if found != rows:
            message = (
                f"wanted {rows} rows of this batch in {self.place}; {found} are there. Another batch, or somebody, "
                "changed them while it ran. When the other has ended, the same command writes them anew"
            )
            raise DatabaseError(message)

    def _upsert(self, connection: Connection, part: pa.Table) -> None:
        quoted = connection.dialect.identifier_preparer
        columns = ", ".join(quoted.quote(name) for name in _ALL.names)
        others = (quoted.quote(name) for name in _ALL.names if name not in KEY)
        target, key = quoted.format_table(self.table), ", ".join(map(quoted.quote, KEY))
        connection.exec_driver_sql(f"CREATE TEMP TABLE {_STAGED} (LIKE {target}) ON COMMIT DROP")
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor:
            command = f"COPY {_STAGED} ({columns}) FROM STDIN (FORMAT csv, ENCODING 'UTF8')"
            with cursor.copy(command) as copy:
                copy.write(_lines(part))
        connection.exec_driver_sql(
            f"INSERT INTO {target} ({columns}) SELECT {columns} FROM {_STAGED} ON CONFLICT ({key}) "
            f"DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in others)}"
        )
        same = " AND ".join(f"t.{name} IS NOT DISTINCT FROM s.{name}" for name in map(quoted.quote, _ALL.names))
        rows = f"SELECT COUNT(*) FROM {target} t JOIN {_STAGED} s USING ({key}) WHERE {same}"
        found = connection.exec_driver_sql(rows).scalar_one()
        if found != part.num_rows:
            message = (
                f"wanted {part.num_rows} rows of a part in {self.place} as they were sent; {found} are there. Does a "
                "trigger or a rule of the table change them? This part was not written"
            )
            raise DatabaseError(message)


@contextmanager
def opened(location: str, name: str) -> Iterator[Scores]:
    """The table `name` ("scores", "risk.scores") of the database at `location`, made where it is not there.

    `location` is an address, or `env:NAME` or `file:PATH` (`sources.bank.address`).

    Raises
    ------
    DatabaseError
        When it is no PostgreSQL, or the table is there with other columns, types or key.
    BankDataError
        When the address cannot be read, or the database does not answer.
    """
    where = resolved(location)
    url = address(where)
    if url.get_backend_name() != "postgresql" or url.get_driver_name() not in DRIVERS:
        message = f"wanted a database postgresql://... (driver psycopg) for the scores; got {url.drivername}"
        raise DatabaseError(message)
    with connected(where, f"a PostgreSQL database for the table {name}") as engine:
        schema, _, bare = name.rpartition(".")
        table = sa.Table(bare, sa.MetaData(), *_columns(), sa.PrimaryKeyConstraint(*KEY), schema=schema or None)
        place = f"the table {name} of {masked(url)}"
        with _told(engine, f"to open {place}"), engine.begin() as connection:
            found = sa.inspect(connection)
            if found.has_table(bare, schema=schema or None):
                _require_alike(found, table, place)
            else:
                table.create(connection)
        yield Scores(engine, table, place)


def shown(location: str) -> str:
    """Address of the database at `location` without its secrets."""
    return masked(address(resolved(location)))


def _columns() -> list[sa.Column[Any]]:
    return [sa.Column(field.name, _type(field), nullable=field.name not in KEY) for field in _ALL]


def _type(field: pa.Field) -> Any:
    if field.name in DAYS or pa.types.is_date(field.type):
        return sa.Date()
    return sa.Double() if pa.types.is_floating(field.type) else sa.Text()


def _require_alike(found: sa.Inspector, table: sa.Table, place: str) -> None:
    wanted = {column.name: _word(column.type) for column in table.columns}
    there = {column["name"]: _word(column["type"]) for column in found.get_columns(table.name, schema=table.schema)}
    if there != wanted:
        message = f"wanted {place} with the columns of a score; {_difference(wanted, there)}. Name another table"
        raise DatabaseError(message)
    keys = [found.get_pk_constraint(table.name, schema=table.schema)["constrained_columns"]]
    keys += [each["column_names"] for each in found.get_unique_constraints(table.name, schema=table.schema)]
    if set(KEY) not in [set(key) for key in keys]:
        message = f"wanted {place} with the primary key {', '.join(KEY)}; it has {keys[0] or 'none'}"
        raise DatabaseError(message)


def _word(type_: Any) -> str:
    dialect: Any = postgresql.dialect
    return str(type_.compile(dialect=dialect()))


def _difference(wanted: Mapping[str, str], there: Mapping[str, str]) -> str:
    missing = [name for name in wanted if name not in there]
    more = [name for name in there if name not in wanted]
    other = [name for name in wanted if name in there and wanted[name] != there[name]]
    if missing:
        return f"it lacks {', '.join(missing[:4])}"
    if more:
        return f"it has {', '.join(more[:4])} besides"
    return f"its {other[0]} is {there[other[0]]} instead of {wanted[other[0]]}"


def _stamped(part: pa.Table, extracted_on: date, batch: str) -> pa.Table:
    """The part with the columns of BATCH."""
    for field, value in zip(BATCH, (extracted_on, batch), strict=True):
        part = part.append_column(field, pa.array([value] * part.num_rows, field.type))
    return part


def _lines(part: pa.Table) -> bytes:
    """The part as CSV for COPY: texts in quotes, missing values empty without them."""
    for name in DAYS:
        at = part.column_names.index(name)
        part = part.set_column(at, name, part.column(name).cast(pa.date32()))
    written = io.BytesIO()
    pyarrow.csv.write_csv(part, written, pyarrow.csv.WriteOptions(include_header=False))
    return written.getvalue()


@contextmanager
def _told(engine: Engine, wanted: str) -> Iterator[None]:
    """An error of the database becomes a sentence without secrets."""
    driver = engine.dialect.loaded_dbapi.Error
    try:
        yield
    except (SQLAlchemyError, driver) as error:
        words = " ".join(without_secrets(str(getattr(error, "orig", None) or error), engine.url).split())[:300]
        message = f"wanted {wanted}; {words}. Parts are written whole or not at all: the same command goes on from here"
        raise DatabaseError(message) from None
