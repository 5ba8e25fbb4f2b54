"""The seal of checked tables: SHA-256 of every file that a check leaves for the features, kept in its account."""

from collections.abc import Mapping
from pathlib import Path

from policy.digests import sha256
from schemas.gaps import FILE
from schemas.tables import TABLES

SEAL = "files"
"""The seal in the account of a check: SHA-256 in hexadecimal digits by name of file."""
SEALED = (*(f"{name}.parquet" for name in TABLES), FILE)


def seal(folder: Path) -> dict[str, str]:
    """SHA-256 of the fit tables and gap rows that lie in `folder`, by name of file."""
    return {name: sha256(folder / name) for name in SEALED if (folder / name).is_file()}


def broken_seal(folder: Path, told: Mapping[str, str]) -> list[str]:
    """What keeps the fit tables and gap rows of `folder` from being those of the seal `told`; empty where nothing does.

    A file was changed, is not there, or was added. A table that was written anew with the same rows counts as changed.
    """
    found = seal(folder)
    said = {
        "changed": [name for name in SEALED if name in told and name in found and told[name] != found[name]],
        "not there as a file": [name for name in SEALED if name in told and name not in found],
        "added": [name for name in SEALED if name not in told and (folder / name).exists()],
    }
    return [f"{', '.join(names)} {what}" for what, names in said.items() if names]
