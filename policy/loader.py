"""Dated, sourced policy figures from the YAML files beside this module."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from policy.errors import MendableError
from policy.guarded import UnreadableError, read_yaml

FOLDER = Path(__file__).parent

FLAGS: Mapping[str, str] = {
    "V": "verified in a copy of the source",
    "V-": "read in a weak copy: re-check before quoting as law",
    "D": "derived by arithmetic from verified figures",
    "R": "recalled only: not verified",
    "U": "looked for, not found",
    "A": "assumption of this project",
    "B": "set by the bank",
}
"""How far a figure was verified; shown wherever it appears. Only V and D may be presented as official."""


class PolicyError(MendableError):
    """A policy figure is missing, malformed, or not in force on the day asked for."""


@dataclass(frozen=True)
class Figure:
    """One policy figure: meaning in both languages, unit, source, verification flag, and its values by day in force.

    `approved_by` says who approved it, with the minute or the day; empty where nobody is named.
    """

    name: str
    meaning_en: str
    meaning_zh: str
    unit: str
    source: str
    flag: str
    values: Mapping[date, Any]
    approved_by: str = ""

    def on(self, day: date) -> Any:
        """Value in force on `day`: the one of the latest date not after it.

        Raises
        ------
        PolicyError
            When no value is in force yet on that day.
        """
        in_force = [start for start in self.values if start <= day]
        if not in_force:
            message = (
                f"policy figure {self.name}: wanted a value in force on {day}; "
                f"the first is in force from {min(self.values)}"
            )
            raise PolicyError(message)
        return self.values[max(in_force)]

    def since(self, day: date) -> date:
        """Day since which the value in force on `day` stands."""
        self.on(day)
        return max(start for start in self.values if start <= day)


@cache
def figures(document: str, folder: Path = FOLDER) -> Mapping[str, Figure]:
    """Figures of `<document>.yaml` by name.

    Raises
    ------
    PolicyError
        When the document does not exist or a figure lacks a key, has a flag that is not defined, or no value.
    """
    path = folder / f"{document}.yaml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yaml")))
        message = f"policy document must be one of {known}; got {document!r}"
        raise PolicyError(message)
    try:
        content = read_yaml(path)
    except UnreadableError as error:
        message = f"wanted YAML in {path}; {error}"
        raise PolicyError(message) from error
    return {name: _figure(f"{document}.{name}", entry) for name, entry in content.items()}


def _figure(name: str, entry: Mapping[str, Any]) -> Figure:
    wanted = {"meaning", "unit", "source", "flag", "values"}
    if set(entry) - {"approved_by"} != wanted:
        known = ", ".join(sorted(wanted))
        message = (
            f"policy figure {name}: wanted keys {known} (approved_by may be added); got {', '.join(sorted(entry))}"
        )
        raise PolicyError(message)
    if entry["flag"] not in FLAGS:
        message = f"policy figure {name}: flag must be one of {', '.join(FLAGS)}; got {entry['flag']!r}"
        raise PolicyError(message)
    values = entry["values"]
    if not values or not all(isinstance(day, date) for day in values):
        message = f"policy figure {name}: wanted values by date (YYYY-MM-DD); got {values!r}"
        raise PolicyError(message)
    meaning = entry["meaning"]
    approved = str(entry.get("approved_by") or "")
    return Figure(name, meaning["en"], meaning["zh"], entry["unit"], entry["source"], entry["flag"], values, approved)


def figure(document: str, name: str, folder: Path = FOLDER) -> Figure:
    """One figure of a document.

    Raises
    ------
    PolicyError
        When the document holds no figure of that name.
    """
    found = figures(document, folder)
    if name not in found:
        message = f"policy/{document}.yaml: wanted one of {', '.join(found)}; got {name!r}"
        raise PolicyError(message)
    return found[name]
