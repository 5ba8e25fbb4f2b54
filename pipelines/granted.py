"""The ledger of tolerances beside a score: who has no grant on the day is held back."""

from dataclasses import replace
from datetime import date

from decisions.ledger.days import closed_days
from decisions.suspension import Suspension
from pipelines.ledger import read
from scoring.bundle import Bundle

EVER = date(1901, 1, 1)
"""Day from which a size class is closed of which the ledger has never spoken."""


def held_back(bundle: Bundle, location: str) -> Bundle:
    """The bundle whose certificates hold only on days with a grant, and without suspension, in the ledger.

    Raises
    ------
    LedgerError
        When there is no ledger, or an entry of it has been changed or removed.
    """
    closed = [
        Suspension(size_class, span.since or EVER, span.before, span.why)
        for size_class, spans in closed_days(read(location).entries).items()
        for span in spans
    ]
    known = bundle.procedure
    return replace(bundle, procedure=replace(known, suspensions=(*known.suspensions, *closed)))
