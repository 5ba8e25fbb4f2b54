"""The state of the watches of a run: plain data, replayable, refused when it is damaged."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from decisions.alarm import START, AlarmError, Fed, Terms, fired_on, settled
from decisions.suspension import Suspension

RENEWED_WITHIN = 366
"""Most days between the last one watched and a renewal: loans granted between are watched by nobody."""
LAYOUT = 1
"""Version of the layout of the state."""


@dataclass(frozen=True)
class Renewal:
    """A person ended a watch: the day from which the certificate in force then holds, who, and why."""

    on: date
    by: str
    reason: str


@dataclass(frozen=True)
class Watch:
    """One watch over the certificate of a size class: its terms, the periods fed, and how it ended, if it did."""

    size_class: str
    opened_on: date
    terms: Terms
    periods: tuple[Fed, ...] = ()
    renewal: Renewal | None = None

    @property
    def fired_on(self) -> date | None:
        """Day the alarm fired; None when it has not."""
        return fired_on(self.terms, self.periods)

    @property
    def standing(self) -> bool:
        """Whether its alarm stands: it fired and nobody has renewed the certificate."""
        return self.fired_on is not None and self.renewal is None

    @property
    def suspension(self) -> Suspension | None:
        """Days on which the certificate does not hold for this watch's alarm."""
        if self.fired_on is None:
            return None
        return Suspension(self.size_class, self.fired_on, None if self.renewal is None else self.renewal.on)


@dataclass(frozen=True)
class State:
    """All watches of a run, those of one size class in order of time; the last one of a class may be open."""

    watches: tuple[Watch, ...] = ()

    def open(self, size_class: str) -> Watch | None:
        """The watch of a class that nobody has ended; None when there is none."""
        return next((w for w in self.watches if w.size_class == size_class and w.renewal is None), None)

    def standing(self) -> tuple[Watch, ...]:
        """Watches whose alarm stands."""
        return tuple(watch for watch in self.watches if watch.standing)

    def suspensions(self) -> tuple[Suspension, ...]:
        """Days on which the certificates do not hold."""
        return tuple(watch.suspension for watch in self.watches if watch.suspension is not None)

    def with_watch(self, watch: Watch) -> "State":
        """The state with the open watch of its class replaced by this one, or this one added."""
        old = self.open(watch.size_class)
        kept = tuple(watch if known is old else known for known in self.watches)
        return State(kept if old is not None else (*self.watches, watch))


def renewed(state: State, size_class: str, renewal: Renewal) -> State:
    """The state with the watch of a class ended: its certificate holds again from `renewal.on`, and is watched anew.

    Raises
    ------
    AlarmError
        When nothing of that class is watched, the day is not after the alarm and the last period, or nobody or no
        reason is named.
    """
    watch = state.open(size_class)
    if watch is None:
        watched = ", ".join(w.size_class for w in state.watches if w.renewal is None) or "none"
        message = f"wanted a size class that is watched ({watched}); got {size_class!r}"
        raise AlarmError(message)
    if not renewal.by.strip() or not renewal.reason.strip():
        message = f"wanted who renews the certificate of {size_class}, and why; got {renewal.by!r}, {renewal.reason!r}"
        raise AlarmError(message)
    last = watch.periods[-1].end if watch.periods else watch.opened_on
    if renewal.on <= last:
        message = f"wanted a day of renewal after {last}, the last day watched of {size_class}; got {renewal.on}"
        raise AlarmError(message)
    if (renewal.on - last).days > RENEWED_WITHIN:
        message = (
            f"wanted a day of renewal within {RENEWED_WITHIN} days of {last}, the last day watched of {size_class}; "
            f"got {renewal.on}: loans granted until then would not be watched"
        )
        raise AlarmError(message)
    return state.with_watch(replace(watch, renewal=renewal))


def plain(state: State) -> dict[str, Any]:
    """The state as plain data, with the fingerprint of its content: the same state gives the same bytes."""
    watches = json.loads(json.dumps([_dated(asdict(watch)) for watch in state.watches]))
    return {"layout": LAYOUT, "watches": watches, "fingerprint": _fingerprint(watches)}


def opened(content: Any) -> State:
    """The state from plain data.

    Raises
    ------
    AlarmError
        When it is of another layout, was cut short or changed by hand, or its capitals do not follow from its periods.
    """
    known = isinstance(content, Mapping) and content.get("layout") == LAYOUT
    if not known or not isinstance(content.get("watches"), list):
        message = f"wanted the state of an alarm, layout {LAYOUT}; got something else"
        raise AlarmError(message)
    if content.get("fingerprint") != _fingerprint(content["watches"]):
        message = "wanted a state as it was written; its fingerprint does not fit: it was changed or damaged"
        raise AlarmError(message)
    try:
        state = State(tuple(_watch(entry) for entry in content["watches"]))
    except (KeyError, TypeError, ValueError) as error:
        message = f"wanted the state of an alarm; a part of it cannot be read ({error!r:.150})"
        raise AlarmError(message) from error
    for watch in state.watches:
        _check_capitals(watch)
    return state


def links(watch: Watch) -> tuple[str, ...]:
    """The chain of a watch: SHA-256 digests of its terms, each period fed and its renewal, each with the one before.

    What is fed later adds digests and changes none, so a state that has a digest has all that was there when it was
    noted down.
    """
    whole = _dated(asdict(watch))
    first = {name: whole[name] for name in ("size_class", "opened_on", "terms")}
    parts = [first, *whole["periods"], *([] if watch.renewal is None else [whole["renewal"]])]
    found: list[str] = []
    for part in parts:
        text = json.dumps([found[-1] if found else "", part], sort_keys=True)
        found.append(hashlib.sha256(text.encode("utf8")).hexdigest())
    return tuple(found)


def _fingerprint(watches: Any) -> str:
    return hashlib.sha256(json.dumps(watches, sort_keys=True).encode("utf8")).hexdigest()[:16]


def _dated(entry: Any) -> Any:
    if isinstance(entry, dict):
        return {key: _dated(value) for key, value in entry.items()}
    if isinstance(entry, list | tuple):
        return [_dated(value) for value in entry]
    return str(entry) if isinstance(entry, date) else entry


def _watch(entry: Mapping[str, Any]) -> Watch:
    renewal = entry["renewal"]
    return Watch(
        entry["size_class"],
        date.fromisoformat(entry["opened_on"]),
        Terms(**entry["terms"]),
        tuple(_fed(period) for period in entry["periods"]),
        None if renewal is None else Renewal(date.fromisoformat(renewal["on"]), renewal["by"], renewal["reason"]),
    )


def _fed(entry: Mapping[str, Any]) -> Fed:
    days = {name: date.fromisoformat(entry[name]) for name in ("start", "end")}
    many = {name: tuple(entry[name]) for name in ("stakes", "capitals")}
    return Fed(**{field.name: entry[field.name] for field in fields(Fed)} | days | many)


def _check_capitals(watch: Watch) -> None:
    held = START
    for period in watch.periods:
        found = settled(held, period.stakes, period.defaulted - period.tolerated)
        # Stored amounts are rounded, so the product may differ from the stored capital in its last digits.
        if any(abs(a - b) > 1e-5 * max(a, b) for a, b in zip(found, period.capitals, strict=True)):
            message = (
                f"state of {watch.size_class}: the capital after {period.end} does not follow from its period; "
                f"wanted {found[0]} of the first bet, got {period.capitals[0]}"
            )
            raise AlarmError(message)
        held = period.capitals
