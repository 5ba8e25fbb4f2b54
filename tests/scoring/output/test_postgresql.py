"""Scores into a real PostgreSQL: never twice, whole parts only, a lost connection in mid-part included."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa

from scoring.output import columns, postgresql
from scoring.output.postgresql import DatabaseError, Scores, opened
from tests.postgres import server
from tests.scoring.output.test_formats import TEXTS, scores

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with server() as found:
        yield found


def rows(address: str, query: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(address)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(query))]
    engine.dispose()
    return found


def keep(table: Scores, rows: pa.Table, day: date = date(2024, 6, 30), batch: str = "b1") -> None:
    table.keep(rows, day, batch)


def part(**values: object) -> pa.Table:
    return columns.table(scores()[:8].assign(**values))


def test_values_arrive_as_they_are_and_a_second_run_replaces_them(address: str) -> None:
    told = scores()
    told["compared"] = told["compared"].str.replace("\x07", "")
    for share in (0.1, 0.2):
        with opened(address, "twice") as table:
            keep(table, columns.table(told.assign(pd=share)))
    found = rows(address, "SELECT application_id, as_of::text, pd, compared FROM twice ORDER BY application_id")
    assert len(found) == len(TEXTS)
    by_id = {row[0]: row for row in found}
    assert by_id["a0"] == ("a0", "2024-02-29", 0.2, "=1+1")
    assert [by_id[f"a{i}"][3] for i in (7, 8, 9)] == ['say "甲", ok', "", None]
    with opened(address, "twice") as table:
        keep(table, columns.table(told.assign(pd=0.3, model_version="other")))
    assert rows(address, "SELECT count(*) FROM twice") == [(2 * len(TEXTS),)]


def test_rows_say_which_batch_they_are_of_and_those_of_applications_in_no_later_one_stay(address: str) -> None:
    with opened(address, "nights") as table:
        keep(table, part(), date(2024, 6, 29), "yesterday")
        keep(table, part()[:3], date(2024, 6, 30), "tonight")
    found = rows(address, "SELECT extracted_on::text, batch, count(*) FROM nights GROUP BY 1, 2 ORDER BY 1")
    assert found == [("2024-06-29", "yesterday", 5), ("2024-06-30", "tonight", 3)]


def test_a_table_of_an_earlier_version_is_refused_until_it_has_the_columns_of_a_batch(address: str) -> None:
    with opened(address, "earlier"):
        pass
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE earlier DROP COLUMN extracted_on, DROP COLUMN batch"))
    with pytest.raises(DatabaseError, match="it lacks extracted_on, batch"), opened(address, "earlier"):
        pass
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE earlier ADD COLUMN extracted_on date, ADD COLUMN batch text"))
    engine.dispose()
    with opened(address, "earlier") as table:
        keep(table, part())
    assert rows(address, "SELECT count(*) FROM earlier") == [(8,)]


def test_a_table_in_a_schema_and_an_address_from_a_variable(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA risk"))
    engine.dispose()
    monkeypatch.setenv("SCORES_AT", address)
    with opened("env:SCORES_AT", "risk.Scores 2024") as table:
        keep(table, part())
    assert rows(address, 'SELECT count(*) FROM risk."Scores 2024"') == [(8,)]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("a text", "it lacks application_id, enterprise_id, as_of, stage"),
        (None, "it has more besides"),
        ("", "its pd is TEXT instead of DOUBLE PRECISION"),
    ],
)
def test_a_table_with_other_columns_is_refused(address: str, made: str | None, told: str) -> None:
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS other"))
        if made:
            connection.execute(sa.text(f"CREATE TABLE other ({made})"))
    if not made:
        with opened(address, "other"):
            pass
        change = "ADD COLUMN more text" if made is None else "ALTER COLUMN pd TYPE text"
        with engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE other {change}"))
    engine.dispose()
    with (
        pytest.raises(DatabaseError, match=f"wanted the table other of .* {told}") as refused,
        opened(address, "other"),
    ):
        pass
    assert "s3cret-of-the-test" not in str(refused.value)


def test_a_table_without_the_key_is_refused(address: str) -> None:
    with opened(address, "keyless"):
        pass
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE keyless DROP CONSTRAINT keyless_pkey"))
    engine.dispose()
    with (
        pytest.raises(DatabaseError, match="with the primary key application_id, model_version; it has none"),
        opened(address, "keyless"),
    ):
        pass


def test_a_batch_whose_rows_another_one_replaced_meanwhile_is_not_whole(address: str) -> None:
    with opened(address, "shared") as table, opened(address, "shared") as other:
        keep(table, part(), batch="first")
        table.require_whole(8, "first")
        keep(other, part()[:3], batch="second")
        with pytest.raises(DatabaseError, match=r"wanted 8 rows of this batch in the table shared of .*; 5 are there"):
            table.require_whole(8, "first")
        other.require_whole(3, "second")


def test_a_connection_lost_in_mid_part_leaves_whole_parts_only(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backend is ended between the lines of a part and their way into the table."""
    lines = postgresql._lines

    def ended(of: pa.Table) -> bytes:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY techcredit_part%'"
        assert len(rows(address, others)) == 1
        return lines(of) * 50_000

    with opened(address, "lost") as table:
        keep(table, part())
        monkeypatch.setattr(postgresql, "_lines", ended)
        with pytest.raises(DatabaseError, match="wanted to write a part into the table lost of") as told:
            keep(table, part(model_version="second"))
        monkeypatch.setattr(postgresql, "_lines", lines)
        assert rows(address, "SELECT DISTINCT model_version FROM lost") == [("t",)]
        keep(table, part(model_version="second"))  # a new connection
    assert rows(address, "SELECT count(*) FROM lost") == [(16,)]
    assert "s3cret-of-the-test" not in str(told.value)
    assert "goes on from here" in str(told.value)


def test_a_value_that_the_database_refuses_is_a_sentence(address: str) -> None:
    with opened(address, "refusing") as table, pytest.raises(DatabaseError, match="wanted to write a part into"):
        keep(table, part(compared="nul \x00"))
    assert rows(address, "SELECT count(*) FROM refusing") == [(0,)]


def test_another_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"wanted a database postgresql://.*; got sqlite"), opened("sqlite://", "t"):
        pass
    with pytest.raises(DatabaseError, match=r"\(driver psycopg\).*; got postgresql\+pg8000"):
        opened("postgresql+pg8000://u:p@h/d", "t").__enter__()


def test_missing_days_and_numbers_are_missing(address: str) -> None:
    with opened(address, "missing") as table:
        keep(table, columns.table(scores()[:1].assign(limit=None, as_of=pd.NaT)))
    assert rows(address, 'SELECT pd, "limit", as_of FROM missing') == [(None, None, None)]


@pytest.mark.parametrize(
    "meddling",
    [
        "CREATE RULE nothing AS ON INSERT TO {0} DO INSTEAD NOTHING",
        "CREATE FUNCTION {0}_out() RETURNS trigger AS 'BEGIN IF NEW.application_id = ''a1'' THEN RETURN NULL; END IF; "
        "RETURN NEW; END' LANGUAGE plpgsql; "
        "CREATE TRIGGER out BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION {0}_out()",
        "CREATE FUNCTION {0}_less() RETURNS trigger AS 'BEGIN NEW.pd := 0.01; RETURN NEW; END' LANGUAGE plpgsql; "
        "CREATE TRIGGER less BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION {0}_less()",
    ],
    ids=["rule", "row_lost", "value_changed"],
)
def test_rows_that_do_not_arrive_as_they_were_sent_are_an_error(
    address: str, meddling: str, request: pytest.FixtureRequest
) -> None:
    name = f"meddled_{request.node.callspec.id}"
    with opened(address, name):
        pass
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text(meddling.format(name).replace(":=", "\\:=")))
    engine.dispose()
    with opened(address, name) as table, pytest.raises(DatabaseError, match="trigger or a rule of the table change"):
        keep(table, part())
    assert rows(address, f"SELECT count(*) FROM {name}") == [(0,)]
