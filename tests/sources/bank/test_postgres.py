"""A bank's tables in PostgreSQL: a real server, started on a free port and stopped at the end."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from sources.bank.part import BankDataError
from sources.bank.reading import read
from sources.bank.trial import dry_run
from tests.postgres import server

pytestmark = pytest.mark.postgres

MAPPING = """
tables:
  statements:
    from: 授信.财务报表
    defaults: {period: annual}
    columns:
      enterprise_id: 客户号
      period_end: 期末
      known_on: 收到时间
      revenue: {from: "营业收入(万元)", unit: 万元}
      rd_domestic_share: {from: "境内研发占比(%)", unit: percent}
"""
ROWS = """
CREATE SCHEMA "授信";
CREATE TABLE "授信"."财务报表" (
    "客户号" char(6), "期末" date, "收到时间" timestamptz,
    "营业收入(万元)" numeric(18, 2), "境内研发占比(%%)" real, "备注" text
);
INSERT INTO "授信"."财务报表"
SELECT lpad(i::text, 4, '0'), DATE '2023-12-31', TIMESTAMPTZ '2024-04-12 23:30:00+08', i + 0.25, 50, 'x'
FROM generate_series(1, 2500) AS i;
INSERT INTO "授信"."财务报表" VALUES ('9999', NULL, NULL, NULL, NULL, NULL);
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """URL of a server with one table of awkward names."""
    with server() as address:
        engine = sa.create_engine(address)
        with engine.begin() as connection:
            connection.exec_driver_sql(ROWS, ())
        engine.dispose()
        yield address


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf8")
    return path


def test_tables_of_a_schema_with_chinese_names_are_read_in_our_units(url, mapping, monkeypatch):
    monkeypatch.setattr("sources.bank.database.ROWS_A_CHUNK", 1000)
    table = read(mapping, url).tables["statements"].sort_values("enterprise_id", ignore_index=True)
    assert len(table) == 2500
    first = table.iloc[0]
    assert first["enterprise_id"] == "0001"
    assert first["revenue"] == 12_500.0
    assert first["rd_domestic_share"] == 0.5
    assert first["period_end"] == pd.Timestamp("2023-12-31")
    assert first["known_on"] == pd.Timestamp("2024-04-12")


def test_a_dry_run_counts_the_rows_and_names_the_unused_column(url, mapping):
    found = dry_run(mapping, url)
    assert [str(value) for value in found.bad if "which every row needs; got ''" in str(value)]
    assert [(a.source, a.rows_in, a.kept) for a in found.accounts] == [("授信.财务报表", 2501, 2500)]
    assert found.unused == (("授信.财务报表", "备注"),)


def test_a_missing_table_is_named_and_the_password_is_not(url, mapping):
    mapping.write_text(MAPPING.replace("授信.财务报表", "授信.利润表"), encoding="utf8")
    with pytest.raises(
        BankDataError, match=r"wanted table 授信.利润表 in database .*clerk:\*\*\*@.*; it holds 财务报表"
    ) as caught:
        read(mapping, url)
    assert "s3cret" not in str(caught.value)


def test_a_wrong_password_is_an_error_that_does_not_show_it(url, mapping):
    with pytest.raises(BankDataError, match=r"clerk:\*\*\*@.*password authentication failed") as caught:
        read(mapping, url.replace("s3cret-of-the-test", "wr0ng"))
    assert "wr0ng" not in str(caught.value)
