"""Addresses of databases: as given, from an environment variable, or from a file; no message shows a secret of one."""

import os
import re
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from sources.bank.part import BankDataError

SECRETS = ("password", "passwd", "pwd", "passphrase", "token", "secret", "sslkey", "credential", "apikey", "api_key")
"""Parts of the names of parameters whose values are never shown."""
LIKE = "postgresql+psycopg://user:password@host/name"
FROM = ("env:", "file:")
"""Beginnings of a location that names where the address stands: a variable of the environment, or a file."""
_HIDDEN = "***"


def resolved(location: str, wanted: str = "an address") -> str:
    """The location itself, or the one that `env:NAME` or `file:PATH` names, white space around it removed.

    `wanted` says in messages what is looked for there.

    Raises
    ------
    BankDataError
        When the variable is not set, or the file cannot be read or is empty.
    """
    kind, _, name = location.partition(":")
    if f"{kind}:" not in FROM or name.startswith("//"):
        return location
    if kind == "env":
        found = os.environ.get(name, "").strip()
        if not found:
            message = f"wanted {wanted} in the environment variable {name!r}; it is not set, or empty"
            raise BankDataError(message)
        return found
    try:
        found = Path(name).read_text(encoding="utf8").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"wanted {wanted} in the file {name!r}; it cannot be read ({type(error).__name__})"
        raise BankDataError(message) from None
    if not found:
        message = f"wanted {wanted} in the file {name!r}; it is empty"
        raise BankDataError(message)
    return found


def address(location: str) -> URL:
    """The database URL `location`.

    Raises
    ------
    BankDataError
        When it is none, or holds a user or password with a sign that has to be percent-encoded: which part would then
        be taken for the host, and shown, is not left to chance.
    """
    scheme, _, rest = location.partition("://")
    authority, _, behind = rest.partition("/")
    first, _, query = rest.partition("?")
    if (
        authority.count("@") > 1
        or (authority and "@" in behind.partition("?")[0])
        or ("@" in query and "@" not in first)
    ):
        message = (
            f"wanted a database URL like {LIKE}; got one with @, /, ? or # in its user or password: write them as "
            "%40, %2F, %3F and %23"
        )
        raise BankDataError(message)
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        url = None
    if url is None or not scheme or "#" in authority:
        message = f"wanted a database URL like {LIKE}; got one that is not"
        raise BankDataError(message)
    return url


def masked(url: URL) -> str:
    """URL with `***` for the password, and for any parameter of the query that holds a secret."""
    query = {key: _HIDDEN if _is_secret(key, value) else value for key, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True).replace("%2A%2A%2A", _HIDDEN)


def without_secrets(text: str, url: URL) -> str:
    """A text, as a driver writes it, with every secret of the URL struck out in each way it may be written."""
    values = [str(url.password or "")]
    for key, value in url.query.items():
        if _is_secret(key, value):
            values += [value] if isinstance(value, str) else list(value)
    for value in values:
        for written in {value, quote(value, safe=""), quote_plus(value), repr(value)[1:-1]} if value else ():
            text = text.replace(written, _HIDDEN)
    return re.sub(r"(?i)((?:pwd|password|passwd)\s*[=:]\s*)[^\s;,'\"]+", rf"\1{_HIDDEN}", text)


def shown(location: str) -> str:
    """A location for a message: a path as it is; never what may be the address of a database without its scheme."""
    if "://" in location:
        try:
            return masked(address(location))
        except BankDataError:
            return "at a URL that is none"
    return "an address without ://" if re.search(r":.*@", location) else location


def _is_secret(key: str, value: str | tuple[str, ...]) -> bool:
    """Whether a parameter is a secret by its name, or holds one, as the connection text of ODBC does."""
    folded = "".join(value).lower() if isinstance(value, tuple) else value.lower()
    return any(word in key.lower() or f"{word}=" in folded for word in SECRETS)
