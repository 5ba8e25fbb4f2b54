"""Entries of the tolerance ledger: what was granted, booked, approved, certified, suspended and renewed, and when."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from decisions.ledger.values import (
    LedgerError,
    check_amount,
    check_bound,
    check_class,
    check_count,
    check_day,
    check_inside,
    check_named,
)


@dataclass(frozen=True)
class Identity:
    """What a certificate is the certificate of: fingerprints of models, policy, and certification loans."""

    model: str
    policy: str
    loans: str

    def __post_init__(self) -> None:
        """Refuse a certificate that is not named whole."""
        for name in ("model", "policy", "loans"):
            check_named(f"version or fingerprint of a certificate's {name}", getattr(self, name))


@dataclass(frozen=True)
class Grant:
    """Tolerated NPL ratio of a size class [fraction of amounts], from the day `since` to the last day `until`.

    `overall` is the NPL ratio of all loans on the first day, `overall_npl` the policy figure it comes from.
    """

    size_class: str
    ratio: float
    since: date
    until: date
    approved_by: str
    source: str
    overall_npl: str
    overall: float

    @property
    def day(self) -> date:
        """First day in force."""
        return self.since

    def __post_init__(self) -> None:
        """Refuse an unknown class, a ratio that is no fraction, days out of order, and a grant by nobody."""
        check_class(self.size_class)
        check_day("first day of a grant", self.since)
        check_day("last day of a grant", self.until)
        check_inside("tolerated NPL ratio", self.ratio)
        check_inside("overall NPL ratio", self.overall)
        check_named("approver of a grant", self.approved_by)
        check_named("source of a grant", self.source)
        check_named("figure of the overall NPL ratio", self.overall_npl)
        if self.until < self.since:
            message = f"last day of a grant must not come before its first, {self.since}; got {self.until}"
            raise LedgerError(message)


@dataclass(frozen=True)
class Booked:
    """The booked loans of a size class at the end of a day: balance and NPL balance [money], number of loans."""

    size_class: str
    day: date
    balance: float
    npl: float
    loans: int

    def __post_init__(self) -> None:
        """Refuse amounts that cannot be a book."""
        check_class(self.size_class)
        check_day("day of an entry", self.day)
        check_amount("balance", self.balance)
        check_amount("NPL balance", self.npl)
        check_count("number of loans", self.loans)
        if self.npl > self.balance:
            message = f"NPL balance must be at most the balance, {self.balance:,.2f}; got {self.npl:,.2f}"
            raise LedgerError(message)
        if self.balance > 0 and self.loans == 0:
            message = f"number of loans must be at least 1 with a balance of {self.balance:,.2f}; got 0"
            raise LedgerError(message)


@dataclass(frozen=True)
class Pipeline:
    """Amount approved but not yet booked at the end of a day [money], and the certified upper bound of its NPL ratio.

    The whole of it: an entry replaces that of an earlier day. `bound` (see `decisions.ledger.bounds`) and `certificate`
    are missing only where the amount is 0, because nothing is approved without a certificate.
    """

    size_class: str
    day: date
    amount: float
    bound: float | None
    certificate: Identity | None

    def __post_init__(self) -> None:
        """Refuse an amount that is none, and approvals without a certificate."""
        check_class(self.size_class)
        check_day("day of an entry", self.day)
        check_amount("approved amount", self.amount)
        if self.bound is not None:
            check_bound(self.bound)
        if self.amount > 0 and (self.bound is None or self.certificate is None):
            message = f"an approved amount of {self.amount:,.2f} wants the upper bound and the name of its certificate"
            raise LedgerError(message)


@dataclass(frozen=True)
class Certification:
    """A certification of a size class made on a day; `bound` is missing where no cut-off was certified.

    `tolerance` is the ratio tested against, `delta` the accepted probability that the certificate is wrong.
    """

    size_class: str
    day: date
    certificate: Identity
    tolerance: float
    delta: float
    bound: float | None

    def __post_init__(self) -> None:
        """Refuse levels that are no fractions."""
        check_class(self.size_class)
        check_day("day of an entry", self.day)
        check_inside("tolerance", self.tolerance)
        check_inside("delta", self.delta)
        if self.bound is not None:
            check_bound(self.bound)


@dataclass(frozen=True)
class Suspended:
    """From this day on everything of the size class is referred; `reason` says which alarm or decision."""

    size_class: str
    day: date
    reason: str

    def __post_init__(self) -> None:
        """Refuse a suspension without a reason."""
        check_class(self.size_class)
        check_day("day of an entry", self.day)
        check_named("reason of a suspension", self.reason)


@dataclass(frozen=True)
class Renewed:
    """From this day on the suspensions of earlier days are lifted."""

    size_class: str
    day: date
    approved_by: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse a renewal by nobody or without a reason."""
        check_class(self.size_class)
        check_day("day of an entry", self.day)
        check_named("approver of a renewal", self.approved_by)
        check_named("reason of a renewal", self.reason)


Content = Grant | Booked | Pipeline | Certification | Suspended | Renewed
KINDS: Mapping[str, type[Content]] = {
    "grant": Grant,
    "booked": Booked,
    "pipeline": Pipeline,
    "certification": Certification,
    "suspended": Suspended,
    "renewed": Renewed,
}


@dataclass(frozen=True)
class Entry:
    """A line of the ledger: number from 1, day it was recorded, content; `corrects` is the entry it stands in for."""

    number: int
    recorded: date
    content: Content
    corrects: int | None = None

    @property
    def kind(self) -> str:
        """Name of the content's kind, one of KINDS."""
        return kind_of(self.content)


def kind_of(content: Content) -> str:
    """Name of a kind of content, one of KINDS."""
    return next(name for name, kind in KINDS.items() if type(content) is kind)


def plain(content: Content) -> dict[str, Any]:
    """Content as plain data, days as YYYY-MM-DD."""
    return {name: str(value) if isinstance(value, date) else value for name, value in asdict(content).items()}


def opened(kind: str, values: Mapping[str, Any]) -> Content:
    """The content that `plain` made these values of.

    Raises
    ------
    LedgerError
        When the kind is unknown, the keys are not those of the kind, or a value cannot stand.
    """
    if kind not in KINDS:
        message = f"kind of an entry must be one of {', '.join(KINDS)}; got {kind!r}"
        raise LedgerError(message)
    wanted = {f.name for f in fields(KINDS[kind])}
    if set(values) != wanted:
        message = f"wanted {', '.join(sorted(wanted))} in an entry of kind {kind}; got {', '.join(sorted(values))}"
        raise LedgerError(message)
    try:
        return KINDS[kind](**{name: _value(name, value) for name, value in values.items()})
    except TypeError as error:
        message = f"an entry of kind {kind} cannot be read: {error}"
        raise LedgerError(message) from error


def standing(entries: Iterable[Entry], known_on: date | None = None) -> tuple[Entry, ...]:
    """Entries recorded on `known_on` or earlier (all without it) that no other one of these corrects."""
    known = [entry for entry in entries if known_on is None or entry.recorded <= known_on]
    corrected = {entry.corrects for entry in known}
    return tuple(entry for entry in known if entry.number not in corrected)


def _value(name: str, value: Any) -> Any:
    if name in ("day", "since", "until"):
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            message = f"{name} must be a day as YYYY-MM-DD; got {value!r}"
            raise LedgerError(message) from None
    return Identity(**value) if name == "certificate" and value is not None else value
