"""A bank's own source: canonical tables of a folder, or mappings named in params.yaml; what is wrong is said."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from pipelines import ingest
from pipelines.commands.data import import_tables
from policy.errors import MendableError
from schemas.account import TooManyRejectedError
from schemas.gaps import no_gaps, write_gaps
from sources.own import deliveries, own_tables

MAPPING = """
tables:
  enterprises: {from: e.csv, columns: {enterprise_id: 客户号, founded_on: 成立}}
  applications:
    from: a.csv
    columns: {application_id: 编号, enterprise_id: 客户号, as_of: 日, amount: 金额, exposure: 金额}
"""
CUSTOMERS = "客户号,成立\nE1,2010-01-31\nE2,2011-02-30\nE3,2012-01-31\nE3,2012-01-31\n"
ASKED = "编号,客户号,日,金额\nA1,E1,2024-01-31,1000\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the source mybank, entered from above: a mapping, customers (one unreadable, one twice), a loan."""
    found = tmp_path / "data" / "sources" / "mybank"
    (found / "export").mkdir(parents=True)
    (found / "map.yaml").write_text(MAPPING, encoding="utf8")
    (found / "export" / "e.csv").write_text(CUSTOMERS, encoding="utf8")
    (found / "export" / "a.csv").write_text(ASKED, encoding="utf8")
    monkeypatch.chdir(tmp_path)
    return found


def written(own: dict[str, object]) -> None:
    params = {"sources": {"mybank": "data/sources/mybank"}, "ingest": {"default": {}, "mybank": own}}
    Path("params.yaml").write_text(yaml.safe_dump(params), encoding="utf8")


def test_a_mapping_named_in_params_gives_tables_rejects_and_the_account_of_every_row(folder: Path, capsys):
    written({"mappings": [{"mapping": "map.yaml", "folder": "export"}], "rejected_limit": {"enterprises": 0.5}})
    ingest.main("mybank", folder, Path("tables"), Path("truth"))
    assert pd.read_parquet("tables/enterprises.parquet")["enterprise_id"].tolist() == ["E1", "E3"]
    assert pd.read_parquet("tables/rejects/enterprises.parquet")["enterprise_id"].tolist() == ["E2"]
    said = capsys.readouterr().out
    assert "bad value: table enterprises, column founded_on: e.csv" in said
    assert "enterprises: rows in 4 = kept 2 + rejected 1 + identical duplicates 1; founded_on_unreadable 1" in said
    assert list(Path("truth").iterdir()) == []


def test_canonical_tables_of_a_folder_are_taken_with_the_rejects_of_their_import(folder: Path, capsys):
    import_tables(folder / "map.yaml", str(folder / "export"), folder)
    written({})
    ingest.main("mybank", folder, Path("tables"), Path("truth"))
    said = capsys.readouterr().out
    assert "enterprises: rows in 3 = kept 2 + rejected 1 + identical duplicates 0; founded_on_unreadable 1" in said
    assert pd.read_parquet("tables/rejects/enterprises.parquet")["enterprise_id"].tolist() == ["E2"]


def test_too_many_unreadable_rows_end_with_their_own_error_once_all_is_written(folder: Path):
    (folder / "export" / "e.csv").write_text(CUSTOMERS + "E4,x\n", encoding="utf8")
    written({"mappings": [{"mapping": "map.yaml", "folder": "export"}]})
    with pytest.raises(TooManyRejectedError, match="table enterprises: 2 of 5 rows were rejected, more than the limit"):
        ingest.main("mybank", folder, Path("tables"), Path("truth"))
    assert len(pd.read_parquet("tables/rejects/enterprises.parquet")) == 2


def test_a_source_without_applications_is_refused(folder: Path):
    pd.DataFrame({"enterprise_id": ["E1"]}).to_parquet(folder / "enterprises.parquet")
    written({})
    with pytest.raises(MendableError, match="source mybank: wanted a table applications; it has enterprises"):
        ingest.main("mybank", folder, Path("tables"), Path("truth"))


def test_the_rows_that_a_check_kept_are_refused_as_a_source(folder: Path):
    pd.DataFrame({"enterprise_id": ["E1"]}).to_parquet(folder / "enterprises.parquet")
    write_gaps(no_gaps(), folder)
    written({})
    with pytest.raises(MendableError, match=r"gaps.parquet shows that these are the rows which a check kept"):
        ingest.main("mybank", folder, Path("tables"), Path("truth"))


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ({"mapping": "m.yaml", "url": "x"}, "entry 1 of mappings: wanted mapping and, of folder, database, read_on"),
        ({"folder": "x"}, "wanted mapping and"),
        ({"mapping": "m.yaml"}, "wanted either folder or database; got mapping"),
        (
            {"mapping": "m.yaml", "folder": "x", "database": "Y"},
            "wanted either folder or database; got mapping, folder",
        ),
        ({"mapping": "m.yaml", "database": "Y"}, "wanted read_on, the day the database is read, .*; got None"),
        ({"mapping": "m.yaml", "database": "Y", "read_on": "soon"}, "wanted read_on, .*; got 'soon'"),
        ({"mapping": "../m.yaml", "folder": "x"}, "mapping: wanted a path inside the folder of the source"),
        ({"mapping": "m.yaml", "folder": "/srv/x"}, "folder: wanted a path inside the folder of the source"),
    ],
)
def test_a_wrong_entry_of_mappings_is_refused_by_a_sentence(entry: dict[str, str], match: str):
    with pytest.raises(MendableError, match=match):
        deliveries("mybank", [entry])


@pytest.mark.parametrize(
    ("address", "match"),
    [
        (None, "in the environment variable THE_DATABASE, like .*; it is not set"),
        ("s3cret", "THE_DATABASE, .*holds no address"),
    ],
)
def test_a_database_without_an_address_is_refused_and_what_was_set_is_not_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch, address: str | None, match: str
):
    monkeypatch.delenv("THE_DATABASE", raising=False)
    if address is not None:
        monkeypatch.setenv("THE_DATABASE", address)
    with pytest.raises(MendableError, match=match) as caught:
        own_tables("mybank", folder, [{"mapping": "map.yaml", "database": "THE_DATABASE", "read_on": "2026-01-31"}])
    assert "s3cret" not in str(caught.value)


def test_two_mappings_that_fill_one_table_are_refused(folder: Path):
    twice = [{"mapping": "map.yaml", "folder": "export"}] * 2
    with pytest.raises(MendableError, match="each table from one mapping; two of them fill applications, enterprises"):
        own_tables("mybank", folder, twice)


def test_a_folder_that_is_not_there_or_holds_no_table_is_refused(folder: Path):
    with pytest.raises(MendableError, match=r"source mybank: wanted its folder .*nowhere \(params.yaml, sources\)"):
        own_tables("mybank", folder / "nowhere", [])
    with pytest.raises(MendableError, match=r"wanted canonical tables \(enterprises.parquet and so on\) in .*mybank"):
        own_tables("mybank", folder, [])
