"""How often the same certification loans have certified a procedure: the register of a source, kept between runs."""

import hashlib
import json
from pathlib import Path

import pandas as pd

from policy.errors import MendableError

REGISTER = "certifications.json"
"""Beside the folders of the steps; no step of DVC owns it, so that none deletes it."""


def counted(scored: pd.DataFrame, settings: str, folder: Path) -> dict[str, object]:
    """Number of different procedures that these certification loans have been asked about, this one included.

    The loans are known by their identifiers, amounts and outcomes; a procedure by the PDs it gives them, which of them
    it could approve, and `settings`. The register of `folder` holds both fingerprints; a procedure asked about again is
    no new look.

    Raises
    ------
    MendableError
        When the register is not JSON.
    """
    tested = scored[scored["part"] == "certification"].sort_values("application_id")
    loans = _fingerprint(tested[["application_id", "exposure", "weight", "defaulted"]])
    asked = hashlib.sha256(f"{_fingerprint(tested[['pd', 'decidable']])} {settings}".encode()).hexdigest()[:16]
    path = folder / REGISTER
    register = _read(path)
    known = register.setdefault(loans, [])
    if asked not in known:
        known.append(asked)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(register, indent=1), encoding="utf8")
        fresh.replace(path)
    return {"loans": loans, "made": len(known)}


def _read(path: Path) -> dict[str, list[str]]:
    if not path.exists():
        return {}
    try:
        found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf8"))
    except ValueError:
        found = {"": []}
    whole = isinstance(found, dict) and all(isinstance(known, list) for known in found.values())
    if not whole or "" in found:
        message = f"{path}: wanted the JSON register of certifications; got something else. Restore it, or begin anew"
        raise MendableError(message)
    return found


def _fingerprint(table: pd.DataFrame) -> str:
    rows = pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()
    return hashlib.sha256(rows).hexdigest()[:16]
