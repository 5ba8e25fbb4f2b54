"""Addresses of databases: where they may stand, and that no message shows a secret, whatever their shape."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from pipelines.ledger import read as read_ledger
from sources.bank.address import address, masked, resolved, shown, without_secrets
from sources.bank.part import BankDataError
from sources.bank.reading import read
from tests.sources.bank.test_reading import bank

SECRET = "s3cret"
SHAPES = (
    "postgresql+psycopg://clerk:s3cret@127.0.0.1:1/bank",
    "postgresql+psycopg://clerk:p@s3cret@127.0.0.1:1/bank",
    "postgresql+psycopg://clerk:s3cret@more@127.0.0.1:1/bank",
    "postgresql+psycopg://clerk:p/s3cret@127.0.0.1:1/bank",
    "postgresql+psycopg://clerk:p?s3cret@127.0.0.1:1/bank",
    "postgresql+psycopg://clerk:p#s3cret@127.0.0.1:1/bank",
    "postgresql+psycopg://clerk:p:s3cret@127.0.0.1:1/bank",
    "postgresql+psycopg://clerk:p%40s3cret@127.0.0.1:1/bank",
    "postgresql+psycopg://clerk:s3cret%2F@127.0.0.1:1/bank",
    "postgresql+psycopg://clerk@a:s3cret@127.0.0.1:1/bank",
    "postgresql+psycopg://:s3cret@127.0.0.1:1/bank",
    "postgresql+psycopg://127.0.0.1:1/bank?user=clerk&password=s3cret",
    "postgresql+psycopg://127.0.0.1:1/bank?user=clerk&PASSWORD=s3cret&connect_timeout=1",
    "postgresql+psycopg://127.0.0.1:1/bank?user=clerk&sslpassword=s3cret",
    "postgresql+psycopg://127.0.0.1:1/bank?user=clerk&password=p@s3cret",
    "postgresql://clerk:s3cret@127.0.0.1:1/bank",
    "oldsql://clerk:s3cret@127.0.0.1/bank",
    "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BUID%3Dclerk%3BPWD%3Ds3cret",
    "oracle+oracledb://clerk:s3cret@127.0.0.1:1/?service_name=x&wallet_password=s3cret",
    "://clerk:s3cret@127.0.0.1",
    "postgresql+psycopg//clerk:s3cret@127.0.0.1/bank",
    "clerk:s3cret@127.0.0.1/bank",
    "postgresql+psycopg://clerk:s3cret@127.0.0.1:port/bank",
    "postgresql+psycopg://clerk:s3cret@[::1/bank",
)


@pytest.mark.parametrize("url", SHAPES)
def test_no_shape_of_an_address_shows_its_secret(url: str, tmp_path: Path) -> None:
    for ask in (lambda: read(bank(tmp_path), url), lambda: read_ledger(url)):
        with pytest.raises(Exception, match=r"wanted|ledger") as caught:
            ask()
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize("url", SHAPES[1:6])
def test_signs_that_have_to_be_encoded_are_named(url: str) -> None:
    with pytest.raises(BankDataError, match=r"write them as %40, %2F, %3F and %23|got one that is not"):
        address(url)


def test_an_encoded_password_is_taken_as_it_is() -> None:
    assert address("postgresql+psycopg://clerk:p%40ss%2F@host/bank").password == "p@ss/"
    assert address("sqlite:////data/a@b.db").database == "/data/a@b.db"


def test_what_a_driver_says_is_struck_out_however_it_writes_the_secret() -> None:
    url = make_url("postgresql+psycopg://clerk:p%40s s@host/bank?token=t0p")
    text = "failed for clerk with p@s s, p%40s%20s, p%40s+s and t0p; PWD=other;"
    assert without_secrets(text, url) == "failed for clerk with ***, ***, *** and ***; PWD=***;"
    assert masked(url) == "postgresql+psycopg://clerk:***@host/bank?token=***"


def test_an_address_may_stand_in_the_environment_or_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANK", " sqlite:///a.db\n")
    assert resolved("env:BANK") == "sqlite:///a.db"
    (tmp_path / "address").write_text("sqlite:///b.db\n", encoding="utf8")
    assert resolved(f"file:{tmp_path / 'address'}") == "sqlite:///b.db"
    assert resolved("folder") == "folder"
    assert resolved("file:///x") == "file:///x"
    (tmp_path / "empty").touch()
    for location, message in (
        ("env:NOBODY", "environment variable 'NOBODY'; it is not set"),
        (f"file:{tmp_path / 'none'}", "it cannot be read"),
        (f"file:{tmp_path / 'empty'}", "it is empty"),
    ):
        with pytest.raises(BankDataError, match=message):
            resolved(location)
    with pytest.raises(BankDataError, match="wanted the password in the environment variable 'NOBODY'; it is not set"):
        resolved("env:NOBODY", "the password")


def test_a_path_is_shown_as_it_is() -> None:
    assert shown("data/ledger.db") == "data/ledger.db"
    assert shown("clerk:s3cret@host") == "an address without ://"
