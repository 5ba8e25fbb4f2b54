"""`techcredit ledger show` and `history`: balance and entries on a screen, or as JSON."""

import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from rich.table import Table as Screen
from rich.text import Text as Plain

from decisions.ledger.balance import Balance, balance
from decisions.ledger.entries import Content, plain
from decisions.ledger.granting import highest_grant
from decisions.ledger.values import LedgerError
from pipelines.commands.screens import show
from pipelines.ledger import Ledger, read
from pipelines.printing import Console
from policy.loader import PolicyError, figure
from reports.numbers import MISSING, count, decimal, percent, points
from reports.texts import text

Shown = Callable[[Balance, str], str]
STATES: Mapping[str, str] = {"in_force": "ledger.in_force", "expired": "ledger.expired", "none": "ledger.no_grant"}
ROWS: Mapping[str, Shown] = {
    "ledger.state": lambda b, language: text(STATES[b.state], language),
    "ledger.granted": lambda b, _: percent(b.grant.ratio if b.grant else None),
    "ledger.since": lambda b, _: str(b.grant.since) if b.grant else MISSING,
    "ledger.until": lambda b, _: str(b.grant.until) if b.grant else MISSING,
    "ledger.approved_by": lambda b, _: b.grant.approved_by if b.grant else MISSING,
    "ledger.suspended_since": lambda b, _: str(b.suspended_since or MISSING),
    "ledger.booked_on": lambda b, _: str(b.booked.day) if b.booked else MISSING,
    "ledger.balance": lambda b, _: decimal(b.booked.balance if b.booked else None, 2),
    "ledger.npl": lambda b, _: decimal(b.booked.npl if b.booked else None, 2),
    "ledger.loans": lambda b, _: count(b.booked.loans if b.booked else None),
    "ledger.realised": lambda b, _: percent(b.realised),
    "ledger.pipeline_on": lambda b, _: str(b.pipeline.day) if b.pipeline else MISSING,
    "ledger.amount": lambda b, _: decimal(b.pipeline.amount if b.pipeline else None, 2),
    "ledger.pipeline_bound": lambda b, _: percent(b.pipeline.bound if b.pipeline else None),
    "ledger.consumed": lambda b, _: percent(b.consumed),
    "ledger.room": lambda b, _: points(b.room),
    "ledger.room_amount": lambda b, language: _room(b.room_amount, language),
    "ledger.bound": lambda b, _: percent(b.bound),
    "ledger.looks": lambda b, _: count(b.looks),
}
"""Rows of the balance and what each shows of a size class."""
KINDS = {
    "grant": "ledger.kind_grant",
    "booked": "ledger.kind_booked",
    "pipeline": "ledger.kind_pipeline",
    "certification": "ledger.kind_certification",
    "suspended": "ledger.kind_suspended",
    "renewed": "ledger.kind_renewed",
}
HEADS = (
    "ledger.number",
    "ledger.recorded",
    "ledger.kind",
    "ledger.size_class",
    "ledger.day",
    "ledger.content",
    "ledger.corrects",
    "ledger.digest",
)


def show_balance(
    location: str, day: date, known_on: date | None, language: str, as_json: bool, holds: str | None
) -> None:
    """Print the balance of every size class at the end of `day`, from what was known on `known_on` (by default `day`).

    Raises
    ------
    LedgerError
        When there is no ledger, an entry was changed or removed, or none has the digest `holds`.
    """
    ledger = _read(location, holds)
    known = day if known_on is None else known_on
    found = balance(ledger.entries, day, known)
    if as_json:
        _write(plain_balance(ledger, day, known))
        return
    screen = Screen(title=Plain(text("ledger.title", language, ledger=ledger.name, day=str(day))))
    screen.add_column("")
    for name in found:
        screen.add_column(text(f"size.{name}", language), justify="right")
    for key, shown in ROWS.items():
        screen.add_row(text(key, language), *(Plain(shown(b, language)) for b in found.values()))
    show(screen)
    console = Console()
    for name, b in found.items():
        for line in _notes(b, language):
            console.print(f"{text(f'size.{name}', language)}: {line}", highlight=False, markup=False, soft_wrap=True)
    later = sum(entry.recorded > known for entry in ledger.entries)
    if later:
        console.print(text("ledger.note_later", language, entries=count(later), day=str(known)), soft_wrap=True)
    last = ledger.digests[-1] if ledger.digests else MISSING
    entries = text("ledger.head", language, entries=count(len(ledger.entries)), digest=last)
    console.print(entries, highlight=False, markup=False, soft_wrap=True)


def plain_balance(ledger: Ledger, day: date, known: date) -> dict[str, Any]:
    """The balance of every size class at the end of `day`, from what was known on `known`, as plain data."""
    classes = {name: _plain(b) for name, b in balance(ledger.entries, day, known).items()}
    return {"day": str(day), "known_on": str(known), **_head(ledger), "size_classes": classes}


def show_history(location: str, language: str, as_json: bool, holds: str | None) -> None:
    """Print every entry with its digest, corrected ones too.

    Raises
    ------
    LedgerError
        As `show_balance`.
    """
    ledger = _read(location, holds)
    lines = list(zip(ledger.entries, ledger.digests, strict=True))
    if as_json:
        listed = [
            {
                "number": entry.number,
                "recorded": str(entry.recorded),
                "kind": entry.kind,
                "corrects": entry.corrects,
                "digest": digest,
                **plain(entry.content),
            }
            for entry, digest in lines
        ]
        _write({**_head(ledger), "history": listed})
        return
    screen = Screen(title=Plain(text("ledger.history_title", language, ledger=ledger.name)))
    for key in HEADS:
        screen.add_column(text(key, language))
    for entry, digest in lines:
        screen.add_row(
            str(entry.number),
            str(entry.recorded),
            text(KINDS[entry.kind], language),
            text(f"size.{entry.content.size_class}", language),
            str(entry.content.day),
            Plain(_told(entry.content)),
            "" if entry.corrects is None else str(entry.corrects),
            digest[:12],
        )
    show(screen)


def _read(location: str, holds: str | None) -> Ledger:
    """The ledger, when it still has the entry whose digest was noted elsewhere."""
    ledger = read(location)
    if holds is not None and (len(holds) < 12 or not any(d.startswith(holds) for d in ledger.digests)):
        message = f"ledger {ledger.name}: wanted the entry with digest {holds} (12 digits or more); none has it"
        raise LedgerError(message)
    return ledger


def _head(ledger: Ledger) -> dict[str, Any]:
    return {"entries": len(ledger.entries), "digest": ledger.digests[-1] if ledger.digests else None}


def _plain(found: Balance) -> dict[str, Any]:
    """A balance as plain data; an amount without end is `unbounded`."""
    values = asdict(found)
    values["room_amount"] = _room(found.room_amount, None)
    for name, content in (("grant", found.grant), ("booked", found.booked), ("pipeline", found.pipeline)):
        values[name] = None if content is None else plain(content)
    return {name: str(value) if isinstance(value, date) else value for name, value in values.items()}


def _room(amount: float | None, language: str | None) -> Any:
    if amount is not None and math.isinf(amount):
        return "unbounded" if language is None else text("ledger.unbounded", language)
    return amount if language is None else decimal(amount, 2)


def _notes(found: Balance, language: str) -> list[str]:
    """What a reader must know of a balance beside its figures."""
    notes = []
    if found.suspended_since is not None:
        notes.append(text("ledger.note_suspended", language, day=str(found.suspended_since)))
    if found.state == "expired" and found.grant is not None:
        notes.append(text("ledger.note_expired", language, day=str(found.grant.until)))
    if found.exceeded:
        notes.append(text("ledger.note_exceeded", language))
    if found.pipeline_state == "outdated":
        notes.append(text("ledger.note_outdated", language))
    if found.pipeline_state == "not_stated" and found.granted is not None:
        notes.append(text("ledger.note_not_stated", language))
    if found.granted is not None and found.grant is not None:
        highest = _highest(found)
        if isinstance(highest, str):
            notes.append(text("ledger.note_unknown_ceiling", language, reason=highest))
        elif highest is not None and found.granted > highest:
            notes.append(text("ledger.note_ceiling", language, ceiling=percent(highest), day=str(found.day)))
    return notes


def _highest(found: Balance) -> float | str | None:
    """Highest grant that the notice allows on the day; None without a ceiling, a sentence where it is not known."""
    if found.grant is None:
        return None
    try:
        return highest_grant(found.size_class, figure("tolerance", found.grant.overall_npl), found.day)
    except PolicyError as error:
        return str(error)


def _told(content: Content) -> str:
    """Values of an entry in one line, without its size class and day."""
    shown = {name: value for name, value in plain(content).items() if name not in ("size_class", "day")}
    return "; ".join(f"{name} {_value(value)}" for name, value in shown.items())


def _value(value: Any) -> str:
    """A value as it stands; a certificate's identity as its three fingerprints."""
    if isinstance(value, dict):
        return " ".join(f"{name}:{part}" for name, part in value.items())
    return MISSING if value is None else str(value)


def _write(content: Any) -> None:
    sys.stdout.write(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
