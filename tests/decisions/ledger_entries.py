"""Entries for tests: a ledger of one class, spelled short."""

from collections.abc import Sequence
from datetime import date

from decisions.ledger.entries import Booked, Certification, Content, Entry, Grant, Identity, Pipeline
from decisions.ledger.following import following

JAN, FEB, MAR = date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)
NAMED = Identity("model-1", "policy-1", "loans-1")


def grant(
    ratio: float = 0.045,
    since: date = date(2025, 1, 1),
    until: date = date(2025, 12, 31),
    size_class: str = "micro",
) -> Grant:
    return Grant(size_class, ratio, since, until, "Committee, minute 2025-1", "minute", "overall_npl_our_bank", 0.015)


def booked(balance: float = 1000.0, npl: float = 25.0, day: date = JAN, size_class: str = "micro") -> Booked:
    return Booked(size_class, day, balance, npl, 10)


def pipeline(amount: float = 500.0, bound: float = 0.065, day: date = JAN, size_class: str = "micro") -> Pipeline:
    return Pipeline(size_class, day, amount, bound, NAMED)


def certification(
    bound: float | None = 0.065, day: date = JAN, model: str = "model-1", loans: str = "loans-1"
) -> Certification:
    return Certification("micro", day, Identity(model, "policy-1", loans), 0.045, 0.1, bound)


def recorded(*contents: Content) -> tuple[Entry, ...]:
    """Entries in this order, each recorded on its own day, a grant on its first."""
    return tuple(Entry(number, content.day, content) for number, content in enumerate(contents, start=1))


def added(entries: Sequence[Entry], content: Content, day: date, corrects: int | None = None) -> tuple[Entry, ...]:
    """Entries and the one that follows them, by the rules of the ledger."""
    return (*entries, following(entries, content, day, corrects))
