"""`techcredit ledger`: grants, bookings, suspensions and renewals recorded."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from decisions.ledger.entries import Booked, Content, Entry, Renewed, Suspended
from decisions.ledger.granting import granted
from decisions.ledger.values import check_class
from decisions.tolerance import tolerances
from pipelines.booked_loans import booked_by_class, read_booked_loans
from pipelines.ledger import append
from pipelines.limits import ThresholdParams
from pipelines.params import chosen_source, section
from policy.loader import figure


def record_grant(
    location: str,
    size_class: str,
    ratio: float,
    days: tuple[date, date, date],
    authority: tuple[str, str],
    overall_npl: str | None,
    corrects: int | None,
) -> None:
    """Record a grant: first and last day, day of the record; approver and basis; figure of the overall NPL ratio.

    Without `overall_npl` it is the figure that params.yaml names for the default source.

    Raises
    ------
    LedgerError
        When the grant cannot stand, or lies above the ceiling of the notice.
    PolicyError
        When the figure does not exist or is not in force on the first day.
    """
    since, until, recorded = days
    name = overall_npl or section("threshold", ThresholdParams, chosen_source(None)).overall_npl
    overall = figure("tolerance", name)
    found = granted(size_class, ratio, since, until, *authority, overall)
    tested = tolerances(found.overall, since)[size_class].value
    told(append(location, lambda _: [found], recorded, corrects))
    if tested != ratio:
        sys.stdout.write(
            f"note: certificates are tested against {tested:.2%} for {size_class} enterprises on {since} "
            f"(policy/tolerance.yaml), not against this grant\n"
        )


def record_figures(
    location: str, figures: tuple[str, float, float, int], day: date, recorded: date, corrects: int | None
) -> None:
    """Record the booked loans of a size class: class, balance, NPL balance, number of loans."""
    size_class, balance, npl, loans = figures
    found = Booked(size_class, day, balance, npl, loans)
    told(append(location, lambda _: [found], recorded, corrects))


def record_book(
    location: str, table: Path, size_class: str | None, day: date, recorded: date, corrects: int | None
) -> None:
    """Record the booked loans of a table, every size class or one.

    Raises
    ------
    BadTableError
        When a row cannot be right.
    """
    found = only(booked_by_class(read_booked_loans(table), day), size_class)
    told(append(location, lambda _: found, recorded, corrects))


def record_suspension(location: str, size_class: str, day: date, reason: str, recorded: date) -> None:
    """Record that everything of a size class is referred from `day` on."""
    found = Suspended(size_class, day, reason)
    told(append(location, lambda _: [found], recorded))


def record_renewal(location: str, size_class: str, day: date, approved_by: str, reason: str, recorded: date) -> None:
    """Record that a suspension of an earlier day is lifted from `day` on."""
    found = Renewed(size_class, day, approved_by, reason)
    told(append(location, lambda _: [found], recorded))


def only(contents: Sequence[Content], size_class: str | None) -> list[Content]:
    """Contents of one size class; all where none is asked for."""
    if size_class is not None:
        check_class(size_class)
    return [content for content in contents if size_class in (None, content.size_class)]


def told(added: Sequence[Entry]) -> None:
    """Print a line for every entry that was recorded."""
    for entry in added:
        instead = "" if entry.corrects is None else f", in place of entry {entry.corrects}"
        sys.stdout.write(
            f"entry {entry.number}: {entry.kind} of {entry.content.size_class}, {entry.content.day}{instead}\n"
        )
