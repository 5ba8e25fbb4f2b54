"""What is in force on a day: the grant of a size class, its suspension, and the days without grant or suspended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from decisions.ledger.entries import (
    Booked,
    Certification,
    Entry,
    Grant,
    Pipeline,
    Renewed,
    Suspended,
    standing,
)
from decisions.suspension import Suspension, Why
from policy.segments import SIZE_CLASSES

EVER = date(1901, 1, 1)
"""Day from which a size class is closed of which the ledger has never spoken."""
T = TypeVar("T", Grant, Booked, Pipeline, Certification, Suspended, Renewed)


@dataclass(frozen=True)
class Closed:
    """Days on which nothing of a size class may be approved: from `since` on (always, if None), up to before `before`.

    `before` is None where no end is known. `why` is `no_grant` where no grant is in force, whether suspended or not.
    """

    since: date | None
    before: date | None
    why: Why


def of_class(entries: Iterable[Entry], kind: type[T], size_class: str, day: date | None = None) -> list[T]:
    """Contents of one kind and size class that speak of `day` or earlier (of any day without it), in order of days."""
    found = [e.content for e in entries if isinstance(e.content, kind) and e.content.size_class == size_class]
    return sorted((c for c in found if day is None or c.day <= day), key=lambda content: content.day)


def latest_grant(entries: Iterable[Entry], size_class: str, day: date) -> Grant | None:
    """The grant that began last, on `day` or earlier, expired or not: it has replaced earlier ones for good."""
    return next(reversed(of_class(entries, Grant, size_class, day)), None)


def suspended_since(entries: Iterable[Entry], size_class: str, day: date) -> date | None:
    """First day of the suspension that stands on `day`; None where none does.

    A renewal lifts the suspensions of earlier days; one of its own day stands.
    """
    entries = tuple(entries)
    renewed = [content.day for content in of_class(entries, Renewed, size_class, day)]
    last = max(renewed, default=date.min)
    return next((c.day for c in of_class(entries, Suspended, size_class, day) if c.day >= last), None)


def closed_days(entries: Iterable[Entry], known_on: date | None = None) -> Mapping[str, tuple[Closed, ...]]:
    """Days without a grant or suspended, by size class, in order and without overlap; every class has its key.

    Only entries recorded on `known_on` or earlier count; all, where it is not given. Corrected entries never do.
    """
    known = standing(entries, known_on)
    return {name: _closed(known, name) for name in SIZE_CLASSES}


def suspensions(entries: Iterable[Entry], known_on: date | None = None) -> tuple[Suspension, ...]:
    """The days of `closed_days` as what holds the certificates of a procedure back (`decisions.suspension`)."""
    return tuple(
        Suspension(size_class, span.since or EVER, span.before, span.why)
        for size_class, spans in closed_days(entries, known_on).items()
        for span in spans
    )


def _closed(known: Sequence[Entry], size_class: str) -> tuple[Closed, ...]:
    grants = of_class(known, Grant, size_class)
    changes = {grant.since for grant in grants} | {_after(grant.until) for grant in grants}
    changes |= {content.day for content in of_class(known, Suspended, size_class)}
    changes |= {content.day for content in of_class(known, Renewed, size_class)}
    spans = [Closed(None, min(changes, default=None), "no_grant")]
    for since, before in _pairs(sorted(changes)):
        why = _why(known, size_class, since)
        if why is None:
            continue
        last = spans[-1]
        if last.why == why and last.before == since:
            spans[-1] = Closed(last.since, before, why)
        else:
            spans.append(Closed(since, before, why))
    return tuple(spans)


def _why(known: Sequence[Entry], size_class: str, day: date) -> Why | None:
    grant = latest_grant(known, size_class, day)
    if grant is None or day > grant.until:
        return "no_grant"
    return "suspended" if suspended_since(known, size_class, day) is not None else None


def _pairs(days: Sequence[date]) -> list[tuple[date, date | None]]:
    """Each day with the next one; None after the last."""
    return list(zip(days, [*days[1:], None], strict=True)) if days else []


def _after(day: date) -> date:
    """The next day; the last one that the calendar has stays."""
    return day if day == date.max else day + timedelta(days=1)
