"""What may be recorded next: the rules that a new entry has to keep beside those already in the ledger."""

from collections.abc import Sequence
from datetime import date

from decisions.ledger.days import suspended_since
from decisions.ledger.entries import Certification, Content, Entry, Grant, Renewed, kind_of, standing
from decisions.ledger.values import LedgerError, check_day


def following(entries: Sequence[Entry], content: Content, recorded: date, corrects: int | None = None) -> Entry:
    """The entry that records `content` on the day `recorded` after `entries`; `corrects` is the one it stands in for.

    Raises
    ------
    LedgerError
        When it is recorded before the last entry, speaks of a day that had not come, does not come after the entry of
        its kind and size class before it, repeats a certification, renews what is not suspended, grants what has
        expired, or corrects what it cannot.
    """
    check_day("day of the record", recorded)
    if entries and recorded < entries[-1].recorded:
        last = entries[-1]
        message = f"an entry must be recorded on {last.recorded} or later, after entry {last.number}; got {recorded}"
        raise LedgerError(message)
    if isinstance(content, Grant):
        _not_expired(content, recorded)
    elif content.day > recorded:
        message = (
            f"an entry of kind {kind_of(content)} must speak of {recorded} or earlier, its record; got {content.day}"
        )
        raise LedgerError(message)
    others = standing(entries)
    if corrects is not None:
        corrected = _corrected(others, content, corrects)
        others = tuple(entry for entry in others if entry is not corrected)
    _in_order(others, content, correcting=corrects is not None)
    if isinstance(content, Renewed):
        _suspended(others, content)
    return Entry(len(entries) + 1, recorded, content, corrects)


def _not_expired(grant: Grant, recorded: date) -> None:
    if grant.until < recorded:
        message = f"a grant must not have expired when it is recorded, on {recorded}; its last day is {grant.until}"
        raise LedgerError(message)


def _corrected(others: Sequence[Entry], content: Content, number: int) -> Entry:
    """The entry that is corrected, among those that no other one corrects."""
    found = next((entry for entry in others if entry.number == number), None)
    if found is None:
        message = f"wanted to correct an entry that stands; entry {number} is not there or has been corrected already"
        raise LedgerError(message)
    if found.kind != kind_of(content) or found.content.size_class != content.size_class:
        message = (
            f"a correction must be of the kind and size class of entry {number}, {found.kind} of "
            f"{found.content.size_class}; got {kind_of(content)} of {content.size_class}"
        )
        raise LedgerError(message)
    return found


def _in_order(others: Sequence[Entry], content: Content, *, correcting: bool) -> None:
    """One entry per kind, size class and day, in the order of days; certifications of one day only have to differ.

    A correction may speak of any day that no other entry speaks of.
    """
    alike = [e for e in others if e.kind == kind_of(content) and e.content.size_class == content.size_class]
    if isinstance(content, Certification):
        same = next((entry for entry in alike if entry.content == content), None)
        if same is not None:
            message = f"entry {same.number} is this certification already"
            raise LedgerError(message)
        return
    wrong = [e for e in alike if e.content.day == content.day or (e.content.day > content.day and not correcting)]
    if wrong:
        last = max(wrong, key=lambda entry: entry.content.day)
        message = (
            f"{kind_of(content)} of {content.size_class}: its day must come after {last.content.day}, that of entry "
            f"{last.number}; got {content.day}. What is wrong there is corrected by naming that entry (--corrects)"
        )
        raise LedgerError(message)


def _suspended(others: Sequence[Entry], content: Renewed) -> None:
    since = suspended_since(others, content.size_class, content.day)
    if since is None or since >= content.day:
        came = "none stands" if since is None else f"it stands since {since}"
        message = (
            f"renewal of {content.size_class} on {content.day}: wanted a suspension of an earlier day to lift; {came}"
        )
        raise LedgerError(message)
