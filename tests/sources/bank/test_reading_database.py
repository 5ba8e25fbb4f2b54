"""A bank's own database by a mapping: read by its URL in our units, and refused without its password."""

import pandas as pd
import pytest
import sqlalchemy as sa

from sources.bank.part import BankDataError
from sources.bank.reading import read
from sources.bank.trial import dry_run
from tests.sources.bank.test_reading import STATEMENTS, bank

DATABASE = STATEMENTS.replace("报表.csv", "报表 2023").replace("境内研发占比,", '"境内研发占比(%)",')


def database(url: str) -> None:
    """A table with awkward names and every kind of value a driver gives."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        metadata = sa.MetaData()
        table = sa.Table(
            "报表 2023",
            metadata,
            sa.Column("客户号", sa.String),
            sa.Column("期末", sa.Date),
            sa.Column("营业收入(万元)", sa.Numeric(18, 2, asdecimal=False)),
            sa.Column("境内研发占比(%)", sa.Float),
            sa.Column("Spare", sa.Integer),
        )
        metadata.create_all(connection)
        day = pd.Timestamp("2023-12-31").date()
        rows = [(f"{i:04d}", day, i + 0.25, 57.0, i) for i in range(1, 8)] + [("0008", None, None, None, None)]
        connection.execute(table.insert(), [dict(zip(table.columns.keys(), row, strict=True)) for row in rows])
    engine.dispose()


def test_a_database_is_read_by_its_url(tmp_path, monkeypatch):
    monkeypatch.setattr("sources.bank.database.ROWS_A_CHUNK", 3)
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    database(url)
    path = tmp_path / "mapping.yaml"
    path.write_text(DATABASE, encoding="utf8")
    table = read(path, url).tables["statements"].sort_values("enterprise_id", ignore_index=True)
    assert table["enterprise_id"].tolist() == [f"{i:04d}" for i in range(1, 8)]
    assert table["revenue"].iloc[0] == 12_500.0
    assert table["rd_domestic_share"].iloc[0] == 0.57
    assert table["period_end"].iloc[0] == pd.Timestamp("2023-12-31")
    found = dry_run(path, url)
    assert [(v.column, v.count) for v in found.bad] == [("period_end", 1)]  # the last row has no day
    assert [a.rejected for a in found.accounts] == [1]
    assert found.lagged == ("statements",)
    assert found.unused == (("报表 2023", "Spare"),)
    path.write_text(DATABASE.replace("报表 2023", "报表 2024"), encoding="utf8")
    with pytest.raises(BankDataError, match=r"wanted table 报表 2024 in database .*; it holds 报表 2023"):
        read(path, url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "postgresql+psycopg://clerk:s3cret@127.0.0.1:1/bank",
            r"database postgresql\+psycopg://clerk:\*\*\*@127.0.0.1:1/bank: ",
        ),
        (
            "postgresql+psycopg://127.0.0.1:1/bank?user=clerk&password=s3cret",
            r"database .*password=\*\*\*.*: wanted to read it",
        ),
        ("oldsql://clerk:s3cret@127.0.0.1/bank", r"wanted a dialect and driver that are installed"),
        ("://clerk:s3cret@127.0.0.1", r"wanted a database URL like postgresql\+psycopg://"),
    ],
)
def test_a_database_that_cannot_be_read_is_an_error_without_its_password(tmp_path, url, message):
    with pytest.raises(BankDataError, match=message) as caught:
        read(bank(tmp_path), url)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
