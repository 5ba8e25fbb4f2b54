"""The ledger of tolerances beside a score: who has no grant on the day is held back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from decisions.ledger.days import suspensions
from decisions.ledger.entries import Entry, Grant, standing
from decisions.procedure import Procedure
from pipelines.ledger import read
from policy.errors import MendableError
from scoring.bundle import Bundle


class GrantError(MendableError):
    """A certificate was tested against more than the ledger grants."""


def held_back(bundle: Bundle, location: str) -> Bundle:
    """The bundle whose certificates hold only on days with a grant, and without suspension, in the ledger.

    Raises
    ------
    LedgerError
        When there is no ledger, or an entry of it has been changed or removed.
    GrantError
        When a certificate was tested against a higher NPL ratio than the ledger grants.
    """
    entries = read(location).entries
    _require_granted(bundle.procedure, entries)
    known = bundle.procedure
    return replace(bundle, procedure=replace(known, suspensions=(*known.suspensions, *suspensions(entries))))


def _require_granted(procedure: Procedure, entries: Sequence[Entry]) -> None:
    """Nothing, when no certificate in force during a grant was tested against more than it."""
    grants = [entry.content for entry in standing(tuple(entries), None) if isinstance(entry.content, Grant)]
    for grant in grants:
        for number, issue in enumerate(procedure.issued):
            after = procedure.issued[number + 1].since if number + 1 < len(procedure.issued) else date.max
            certificate = issue.certificates.get(grant.size_class)
            if certificate is None or not certificate.certified or issue.since > grant.until or after <= grant.since:
                continue
            if certificate.tolerance > grant.ratio:
                message = (
                    f"wanted certificates tested against no more than the ledger grants; {grant.size_class} is granted "
                    f"{grant.ratio:.2%} from {grant.since} to {grant.until}, and its certificate of {issue.since} was "
                    f"tested against {certificate.tolerance:.2%}. Lower the tolerance of the policy and run again"
                )
                raise GrantError(message)
