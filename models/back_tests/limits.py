"""Limits of tests from policy/model_validation.yaml: which tests give a verdict, from where on, how severe that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from policy.loader import FOLDER, PolicyError, figure, figures

SEVERITIES = ("low", "medium", "high")
KINDS = ("policy", "regulation", "convention")
NOT_LIMITS = ("fewest", "quarter_penalty", "days_to_mend")
"""Figures of the document that are no limit of a test."""


@dataclass(frozen=True)
class Limit:
    """Limit of a test: what it compares (`value`, or `p_value` adjusted by Holm), from where on it is exceeded.

    Exceeded below `number` where `below`, above it otherwise; past `beyond` the severity is `severity_beyond`. `by` are
    the dimensions in which the test gives a verdict. `explained_up_to` is the factor between PDs and rate up to which a
    common effect of a year may lower the severity by one class; never where it is missing. `either_way`: the size of
    the value counts, not its sign.
    """

    name: str
    kind: str
    compares: str
    number: float
    below: bool
    beyond: float | None
    severity: str
    severity_beyond: str
    by: tuple[str, ...]
    explained_up_to: float | None = None
    either_way: bool = False

    def exceeded(self, value: float) -> bool:
        """Whether a value lies past the limit."""
        return value < self.number if self.below else value > self.number

    def severity_of(self, value: float) -> str:
        """Severity of a value that exceeds the limit."""
        past = self.beyond is not None and (value < self.beyond if self.below else value > self.beyond)
        return self.severity_beyond if past else self.severity


@dataclass(frozen=True)
class Fewest:
    """Fewest defaults for a figure that ranks or shapes; fewest loans and expected defaults for a test of level."""

    defaults: int
    loans: int
    expected_defaults: float


def limits(day: date, folder: Path = FOLDER) -> dict[str, Limit]:
    """Limits in force on `day`, by test.

    Raises
    ------
    PolicyError
        When a limit lacks a key, has one that does not exist, or says a kind or severity that is none.
    """
    named = {name: known for name, known in figures("model_validation", folder).items() if name not in NOT_LIMITS}
    return {name: _limit(name, known.on(day)) for name, known in named.items()}


def fewest(day: date, folder: Path = FOLDER) -> Fewest:
    """Fewest loans and defaults in force on `day`."""
    return Fewest(**figure("model_validation", "fewest", folder).on(day))


def quarter_penalty(day: date, folder: Path = FOLDER) -> float:
    """Part of the decline of the quarterly AUC that is taken off its mean, in force on `day`."""
    return float(figure("model_validation", "quarter_penalty", folder).on(day))


def days_to_mend(day: date, folder: Path = FOLDER) -> dict[str, int]:
    """Days after which a finding is due, by severity, in force on `day`.

    Raises
    ------
    PolicyError
        When a severity has no number of days.
    """
    found = figure("model_validation", "days_to_mend", folder).on(day)
    if set(found) != set(SEVERITIES):
        where = "policy/model_validation.yaml, days_to_mend"
        message = f"{where}: wanted {', '.join(SEVERITIES)}; got {', '.join(map(str, found))}"
        raise PolicyError(message)
    return {name: int(found[name]) for name in SEVERITIES}


def _limit(name: str, entry: Mapping[str, Any]) -> Limit:
    wanted, may = {"kind", "compares", "severity", "by"}, {"beyond", "severity_beyond", "explained_up_to", "either_way"}
    sides = [side for side in ("least", "most") if side in entry]
    where = f"policy/model_validation.yaml, {name}"
    if len(sides) != 1 or not wanted <= set(entry) - set(sides) <= wanted | may:
        message = (
            f"{where}: wanted least or most, {', '.join(sorted(wanted))}, may have {', '.join(sorted(may))}; "
            f"got {', '.join(map(str, entry))}"
        )
        raise PolicyError(message)
    for key, known in (("kind", KINDS), ("compares", ("value", "p_value")), ("severity", SEVERITIES)):
        if entry[key] not in known:
            message = f"{where}: {key} must be one of {', '.join(known)}; got {entry[key]!r}"
            raise PolicyError(message)
    beyond = entry.get("beyond")
    return Limit(
        name=name,
        kind=entry["kind"],
        compares=entry["compares"],
        number=float(entry[sides[0]]),
        below=sides[0] == "least",
        beyond=None if beyond is None else float(beyond),
        severity=entry["severity"],
        severity_beyond=entry.get("severity_beyond", entry["severity"]),
        by=tuple(entry["by"]),
        explained_up_to=entry.get("explained_up_to"),
        either_way=bool(entry.get("either_way", False)),
    )
