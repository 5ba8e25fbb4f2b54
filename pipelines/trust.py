"""Options of the command line about keys: the key that runs have to be signed by, and the one that signs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.help_text import help_of

if TYPE_CHECKING:
    from scoring.signature import PrivateKey


def trust(place: Path | None) -> Path | None:
    """Let everything in this process, and what it starts, refuse a run that is not signed by the key in `place`."""
    if place is not None:
        from scoring.signature import TRUSTED

        os.environ[TRUSTED] = str(place.absolute())
    return place


def checked_by() -> str | None:
    """Fingerprint (`scoring.signature.name_of`) of the key by which runs have to be signed now; None without one.

    Raises
    ------
    SignatureError
        When the key cannot be used.
    """
    from scoring.signature import name_of, trusted_key

    key = trusted_key()
    return None if key is None else name_of(key)


def signing_key(place: Path | None, password: str | None) -> PrivateKey | None:
    """The private key in the file `place`, with the password that env:NAME or file:PATH names; None without a place.

    Raises
    ------
    PasswordError
        When a password is given as it is: it would stand in the list of processes.
    SignatureError
        When the key cannot be used.
    BankDataError
        When the variable is not set, or the file of the password cannot be read.
    """
    from scoring.signature import PasswordError, private_key
    from sources.bank.address import FROM, resolved

    if password is not None and not password.startswith(FROM):
        message = "wanted env:NAME or file:PATH as the place of the password; got something else"
        raise PasswordError(message)
    if place is None:
        return None
    return private_key(place, None if password is None else resolved(password, "the password of the key"))


Trusted = Annotated[
    Path | None, typer.Option("--trusted-key", help=help_of("option_trusted_key"), callback=trust, is_eager=True)
]
Key = Annotated[Path | None, typer.Option("--key", help=help_of("option_alarm_key"))]
Password = Annotated[str | None, typer.Option("--password", help=help_of("option_password"))]
