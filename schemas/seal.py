"""The seal of checked tables: SHA-256 of every file that a check leaves, kept in its account."""

from collections.abc import Mapping
from pathlib import Path

from policy.digests import sha256
from schemas.gaps import FILE, REJECTS
from schemas.tables import TABLES

SEAL = "files"
"""The seal in the account of a check: SHA-256 in hexadecimal digits by name of file."""
SEALED = (*(f"{name}.parquet" for name in TABLES), FILE)
"""Fit tables and gap rows."""
ASIDE = tuple(f"{REJECTS}/{name}.parquet" for name in TABLES)
"""Rejected rows: they need not be there, since the gap rows say what they would."""
NO_FILE = ""
"""What stands for the digest of a folder."""


def seal(folder: Path) -> dict[str, str]:
    """SHA-256 of the fit tables, gap rows and rejected rows of `folder`, by name; NO_FILE where one is a folder."""
    there = (name for name in (*SEALED, *ASIDE) if (folder / name).exists())
    return {name: sha256(folder / name) if (folder / name).is_file() else NO_FILE for name in there}


def broken_seal(found: Mapping[str, str], told: Mapping[str, str]) -> list[str]:
    """What keeps the files `found` from being those of the seal `told`; empty where nothing does.

    A file was changed, is not there, or was added. A table that was written anew with the same rows counts as changed.
    """
    said = {
        "changed": [name for name in found if name in told and told[name] != found[name]],
        "not there": [name for name in SEALED if name in told and name not in found],
        "added": [name for name in found if name not in told],
    }
    return [f"{', '.join(names)} {what}" for what, names in said.items() if names]
