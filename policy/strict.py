"""Figures that enter a decision and that nobody verified or approved: flags A, R, U (assumed, recalled, not found)."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from policy.loader import FOLDER, Figure, PolicyError, figure, figures
from policy.segments import CAPPED, SIZE_CLASSES

DOUBTED = ("A", "R", "U")
"""Flags that `--strict-policy` refuses."""


def deciding(day: date, chosen: Sequence[tuple[str, str]], folder: Path = FOLDER) -> list[Figure]:
    """Figures that a decision compares with on `day`: tolerance, rules, zones, master scale, protection, tax rates.

    `chosen` are the figures, by document and name, that a source chooses among several: its NPL ratio of all loans, its
    zones and master scale, its schemes of stage and size class. Rules not in force are left out.
    """
    named = [*chosen, *(("tolerance", f"uplift_{name}") for name in SIZE_CLASSES)]
    named += [("tolerance", "uplift_ceiling")] if CAPPED else []
    found = [figure(document, name, folder) for document, name in named]
    for document in ("rules", "ip_protection", "rd_tax", "windows"):
        found += [f for f in figures(document, folder).values() if min(f.values) <= day and f.on(day) is not None]
    return found


def assumed(day: date, chosen: Sequence[tuple[str, str]], folder: Path = FOLDER) -> list[dict[str, str]]:
    """The deciding figures flagged A, R or U: name, flag and who approved them, as plain data."""
    return [
        {"name": known.name, "flag": known.flag, "approved_by": known.approved_by}
        for known in deciding(day, chosen, folder)
        if known.flag in DOUBTED
    ]


def refuse_assumed(found: Sequence[Mapping[str, str]]) -> None:
    """Nothing, when `assumed` found no figure.

    Raises
    ------
    PolicyError
        When it did: the message names them all.
    """
    if found:
        listed = ", ".join(f"{known['name']} ({known['flag']})" for known in found)
        message = (
            f"--strict-policy wants every policy figure of a decision verified or set by the bank (flags V, V-, D, B); "
            f"{len(found)} are assumed (A), recalled (R) or without a source that was found (U): {listed}"
        )
        raise PolicyError(message)
