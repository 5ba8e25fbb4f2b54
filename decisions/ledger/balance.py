"""The balance of the tolerance ledger on a day: granted, consumed, head-room; nothing known later counts."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from decisions.ledger.days import latest_grant, of_class, suspended_since
from decisions.ledger.entries import Booked, Certification, Entry, Grant, Identity, Pipeline, standing
from policy.digits import rounded_number
from policy.segments import SIZE_CLASSES

State = Literal["in_force", "expired", "none"]
PipelineState = Literal["stated", "not_stated", "outdated"]


@dataclass(frozen=True)
class Balance:
    """The ledger of one size class on a day; ratios are fractions of amounts, amounts money, missing what is not known.

    `state` tells whether a grant is in force; `granted` is its ratio, missing when expired. `realised` is the NPL ratio
    of the booked loans, `consumed` that of booked and approved loans together, the approved ones at the certified upper
    bound of their ratio. `room` is what the higher of the two leaves of the grant [fraction of amounts, negative when
    exceeded], `room_amount` the largest further amount that can be approved at `bound` with `consumed` still within the
    grant: infinite where the bound is, 0 where the grant is exceeded or none is in force. `looks` counts the different
    certifications on the loans of the latest one. `pipeline_state` is `outdated` where loans were booked later: what is
    approved and not booked has to be stated again, and until then `consumed`, `room` and `room_amount` are not known.
    """

    size_class: str
    day: date
    state: State
    grant: Grant | None
    granted: float | None
    suspended_since: date | None
    booked: Booked | None
    realised: float | None
    pipeline: Pipeline | None
    pipeline_state: PipelineState
    certificate: Identity | None
    bound: float | None
    looks: int
    consumed: float | None
    exceeded: bool | None
    room: float | None
    room_amount: float | None


def balance(entries: Iterable[Entry], day: date, known_on: date | None = None) -> Mapping[str, Balance]:
    """Balance of every size class at the end of `day`, from entries that speak of it or of an earlier day.

    Entries recorded after `known_on` (after `day`, where it is not given) do not count: neither they nor what they
    correct was known.
    """
    known = standing(entries, day if known_on is None else known_on)
    return {name: _of_class(known, name, day) for name in SIZE_CLASSES}


def looks(entries: Iterable[Entry], size_class: str, loans: str) -> int:
    """Different certifications of a size class on the loans of one fingerprint; the same one again is no new look."""
    made = {
        (c.certificate, c.tolerance, c.delta, c.bound)
        for e in entries
        if isinstance(c := e.content, Certification) and c.size_class == size_class and c.certificate.loans == loans
    }
    return len(made)


def ratio(booked: Booked | None, pipeline: Pipeline | None = None) -> float | None:
    """NPL ratio of booked loans and, at its certified bound, of the pipeline: (NPL + bound x amount) / (sum of both).

    Missing where there is neither a balance nor an amount.
    """
    balance_, npl = (booked.balance, booked.npl) if booked else (0.0, 0.0)
    amount, bound = (pipeline.amount, pipeline.bound or 0.0) if pipeline else (0.0, 0.0)
    return rounded_number((npl + bound * amount) / (balance_ + amount)) if balance_ + amount > 0 else None


def room_amount(granted: float, bound: float, booked: Booked | None, pipeline: Pipeline | None = None) -> float:
    """Largest further amount V at NPL ratio `bound` with (NPL + bound_p P + bound V) / (B + P + V) <= granted [money].

    That is (granted (B + P) - NPL - bound_p P) / (bound - granted); infinite where the bound is within the grant, 0
    where the grant is exceeded already, by the booked loans alone or with the pipeline: approving more good loans does
    not mend an exceeded grant.

    >>> room_amount(0.045, 0.065, Booked("micro", date(2025, 1, 31), 1000.0, 25.0, 10))
    1000.0
    """
    if any(found is not None and found > granted for found in (ratio(booked), ratio(booked, pipeline))):
        return 0.0
    if bound <= granted:
        return math.inf
    balance_, npl = (booked.balance, booked.npl) if booked else (0.0, 0.0)
    amount, at = (pipeline.amount, pipeline.bound or 0.0) if pipeline else (0.0, 0.0)
    return max(0.0, rounded_number((granted * (balance_ + amount) - npl - at * amount) / (bound - granted)))


def _of_class(known: Sequence[Entry], name: str, day: date) -> Balance:
    grant = latest_grant(known, name, day)
    state: State = "none" if grant is None else "expired" if day > grant.until else "in_force"
    granted = grant.ratio if grant is not None and state == "in_force" else None
    booked = next(reversed(of_class(known, Booked, name, day)), None)
    pipeline = next(reversed(of_class(known, Pipeline, name, day)), None)
    outdated = booked is not None and pipeline is not None and pipeline.day < booked.day
    identity, bound = _latest_certificate(known, name, day)
    realised, consumed = ratio(booked), None if outdated else ratio(booked, pipeline)
    highest = max((found for found in (realised, consumed) if found is not None), default=None)
    unknown = outdated or highest is None or granted is None
    return Balance(
        size_class=name,
        day=day,
        state=state,
        grant=grant,
        granted=granted,
        suspended_since=suspended_since(known, name, day),
        booked=booked,
        realised=realised,
        pipeline=pipeline,
        pipeline_state="not_stated" if pipeline is None else "outdated" if outdated else "stated",
        certificate=identity,
        bound=bound,
        looks=0 if identity is None else looks([e for e in known if e.content.day <= day], name, identity.loans),
        consumed=consumed,
        exceeded=None if granted is None or highest is None else _exceeded(highest, granted, outdated=outdated),
        room=None if unknown or granted is None or highest is None else rounded_number(granted - highest),
        room_amount=_room_amount(granted, bound, booked, pipeline, outdated=outdated),
    )


def _exceeded(highest: float, granted: float, *, outdated: bool) -> bool | None:
    """Whether the ratio is above the grant; not known where an outdated pipeline could still lift it above."""
    return True if highest > granted else None if outdated else False


def _room_amount(
    granted: float | None, bound: float | None, booked: Booked | None, pipeline: Pipeline | None, *, outdated: bool
) -> float | None:
    realised = ratio(booked)
    if granted is None or (realised is not None and realised > granted):
        return 0.0
    return None if outdated or bound is None else room_amount(granted, bound, booked, pipeline)


def _latest_certificate(known: Sequence[Entry], name: str, day: date) -> tuple[Identity | None, float | None]:
    """Identity and bound of the certificate stated last; of several of one day the highest bound, missing if one is."""
    found: list[Certification | Pipeline] = [*of_class(known, Certification, name, day)]
    found += [content for content in of_class(known, Pipeline, name, day) if content.certificate is not None]
    if not found:
        return None, None
    last = max(content.day for content in found)
    of_day = [content for content in found if content.day == last]
    # Missing is worst: under a certification without a cut-off nothing can be approved.
    chosen = max(of_day, key=lambda content: math.inf if content.bound is None else content.bound)
    return chosen.certificate, chosen.bound
