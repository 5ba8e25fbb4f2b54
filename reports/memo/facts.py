"""Three years of main figures, the notice's four groups among their peers, and innovation points, as facts."""

from dataclasses import dataclass

import pandas as pd

from reports.memo.case import Case
from reports.memo.gaps import rejected_tables
from reports.memo.groups import COUNTED, GROUPS, POINTS, STATED, Place
from reports.memo.known import FIGURES
from reports.memo.money import Money
from reports.memo.values import FEATURES, value_of
from reports.numbers import MISSING
from reports.texts import both, coded
from reports.view import Cell
from schemas.declarations import Text


@dataclass(frozen=True)
class Figures:
    """Annual figures under a `title` with their unit: the last day of each year, latest first, and a row per figure.

    `note` says that other rows of the accounts were rejected, where they were.
    """

    title: Text
    heads: tuple[str, ...]
    rows: tuple[tuple[Text, tuple[Text, ...]], ...]
    note: Text | None = None


@dataclass(frozen=True)
class Fact:
    """One feature of a group: value with its year, the peers' median, and places in [0, 100] of both (or nothing)."""

    label: Text
    value: Cell
    peers: Cell
    place: str


@dataclass(frozen=True)
class Group:
    """One group of the notice with its facts."""

    label: Text
    facts: tuple[Fact, ...]


def figures(case: Case, money: Money) -> Figures:
    """Main figures of the last annual statements known on the day."""
    years = case.known.years
    heads = tuple(str(year.period_end) for year in years)
    rows = tuple((coded("annual", name), tuple(money.number(year.figures[name]) for year in years)) for name in FIGURES)
    kept = both("memo.figures_kept") if years and "statements" in rejected_tables(case) else None
    return Figures(both("memo.figures", unit=money.unit()), heads, rows, kept)


def groups(case: Case, money: Money) -> tuple[Group, ...]:
    """The four groups of the notice; a group of which nothing is known has no facts."""
    return tuple(
        Group(both(group), tuple(_fact(case, name, money) for name in names if _known(case, name)))
        for group, names in GROUPS.items()
    )


def points(case: Case) -> tuple[Text, ...]:
    """Innovation points by scheme beside the peers' median; nothing where none could be computed."""
    return tuple(
        both(
            "memo.points_line",
            scheme=both(scheme),
            value=f"{float(case.row[name]):.1f}",
            most=f"{FEATURES[name].high:g}",
            peers=_points(case.places.get(name)),
        )
        for name, scheme in POINTS.items()
        if _known(case, name)
    )


def _points(found: Place | None) -> str:
    return MISSING if found is None or found.median is None else f"{found.median:.1f}"


def _known(case: Case, name: str) -> bool:
    return name in case.row and not pd.isna(case.row[name])


def _fact(case: Case, name: str, money: Money) -> Fact:
    feature = FEATURES[name]
    value = value_of(feature, float(case.row[name]), money)
    year = _year(case, name)
    found = case.places.get(name)
    place = "" if found is None or found.place is None else f"{found.place:.0f}"
    return Fact(
        feature.label,
        value if year is None else both("memo.valued", value=value, year=year),
        both("memo.no_peers") if found is None or found.median is None else value_of(feature, found.median, money),
        place,
    )


def _year(case: Case, name: str) -> str | None:
    """Calendar year a value stands for: of the last headcount or annual statement; the day's own for counts."""
    known = case.known
    if name in COUNTED:
        return None if known.counted_on is None else str(known.counted_on.year)
    if name in STATED:
        return str(known.years[0].period_end.year) if known.years else None
    return str(case.day.year)
