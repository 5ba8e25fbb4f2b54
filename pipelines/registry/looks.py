"""How often models have been compared on loans of the same days: the register of a source, kept between comparisons."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.registry.errors import RegistryError
from pipelines.registry.record import read, writing

REGISTER = "looks.json"


@dataclass(frozen=True)
class Looks:
    """Pairs of models compared on loans of the same days, this one included; `first` and `last` are these days.

    Each further one makes it likelier that some challenger passes by chance.
    """

    made: int
    first: str
    last: str


def counted(loans: pd.DataFrame, pair: tuple[str, str], registry: Path) -> Looks | None:
    """Number of different pairs of models compared on loans of these days; None where there is no loan.

    `loans` has application_id, as_of, defaulted; `pair` are the identities of both models. Loans of other
    comparisons count as the same where their days overlap. A pair asked about the same loans again is no new look.
    Looks that an entry of the record tells, and the register does not, are written into it again: one that was removed
    or cut short does not begin anew.

    Raises
    ------
    RegistryError
        When the register is not JSON, or the record is not as it was written.
    SignatureError
        When a key is trusted and an entry of the record is not signed by it.
    """
    if loans.empty:
        return None
    first, last = (str(day.date()) for day in (loans["as_of"].min(), loans["as_of"].max()))
    look = {"loans": _fingerprint(loans), "pair": sorted(pair), "first": first, "last": last}
    with writing(registry):
        path = registry / REGISTER
        before = _read(path)
        register = _with_recorded(before, registry)
        if look not in register:
            register.append(look)
        if register != before:
            fresh = path.with_suffix(".new")
            fresh.write_text(json.dumps(register, indent=1) + "\n", encoding="utf8")
            fresh.replace(path)
    return Looks(_overlapping(register, first, last), first, last)


def _overlapping(register: Sequence[Mapping[str, Any]], first: str, last: str) -> int:
    return sum(known["first"] <= last and first <= known["last"] for known in register)


def _with_recorded(register: Sequence[dict[str, Any]], registry: Path) -> list[dict[str, Any]]:
    """The register with a look for each one that an entry of the record counted on its days and that is not there."""
    found = list(register)
    for entry in read(registry):
        told = (entry.content.get("comparison") or {}).get("looks")
        if told:
            days = {"first": told["first"], "last": told["last"]}
            lost = told["made"] - _overlapping(found, **days)
            found += [{"loans": "", "pair": ["recorded", f"{entry.number}.{i + 1}"], **days} for i in range(lost)]
    return found


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    try:
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf8"))
        whole = all({"loans", "pair", "first", "last"} == set(known) for known in found)
    except (ValueError, TypeError):
        whole = False
    if not whole:
        message = f"{path}: wanted the JSON register of comparisons; got something else. Restore it"
        raise RegistryError(message)
    return found


def _fingerprint(loans: pd.DataFrame) -> str:
    rows = loans.sort_values("application_id")[["application_id", "as_of", "defaulted"]]
    return hashlib.sha256(pd.util.hash_pandas_object(rows, index=False).to_numpy().tobytes()).hexdigest()[:16]
