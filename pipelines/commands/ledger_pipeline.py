"""`techcredit ledger pipeline`: what scores approved and nobody has booked, with the certificates it stands under."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from decisions.ledger.days import of_class
from decisions.ledger.entries import Booked, Certification, Content, Entry, Pipeline, standing
from pipelines.approved import approved_applications, by_class, certifications, read_conversion
from pipelines.booked_loans import read_booked_loans
from pipelines.commands.ledger import only, told
from pipelines.ledger import append
from policy.segments import SIZE_CLASSES
from schemas.conform import BadTableError
from scoring.bundle import open_bundle


def record_pipeline(
    location: str,
    run: tuple[Sequence[Path], Sequence[Path], Path],
    day: date,
    recorded: date,
    booked: Path | None,
    size_class: str | None,
    corrects: int | None,
) -> None:
    """Record the approved amount that is not booked at the end of `day`, and certifications the ledger has not seen.

    `run` is scores files, folders of the tables that were scored, and the folder of the run. Applications of the table
    `booked` are left out; without it those decided on the last booked day of their class or earlier, and it is said how
    many.

    Raises
    ------
    LedgerError
        When scores, tables and run do not belong together (`pipelines.approved`), or an entry cannot follow.
    BadTableError
        When a table cannot be read, or that of booked loans has no application_id.
    """
    scores, tables, model = run
    bundle = open_bundle(model)
    conversion = read_conversion(model)
    made = certifications(bundle, conversion, day)
    applications = approved_applications(scores, tables, bundle, day)
    named = None if booked is None else _booked_applications(booked)
    said = list[str]()

    def draft(entries: Sequence[Entry]) -> Sequence[Content]:
        known = standing(entries)
        left = _not_booked(applications, known, day, said) if named is None else _not_named(applications, named, said)
        stated: list[Content] = [] if corrects is not None else list(_new(known, list(made.values())))
        for found in by_class(left, bundle.procedure, conversion, day):
            certificate = made[found.size_class].certificate if found.size_class in made else None
            stated.append(Pipeline(found.size_class, day, found.amount, found.bound, certificate))
        return only(stated, size_class)

    told(append(location, draft, recorded, corrects))
    sys.stdout.writelines(f"{line}\n" for line in said)


def _new(known: Sequence[Entry], made: Sequence[Certification]) -> list[Certification]:
    """Certifications that the ledger does not hold yet, whatever day it has them under."""
    return [c for c in made if not any(_same(c, e.content) for e in known)]


def _same(made: Certification, content: Content) -> bool:
    return isinstance(content, Certification) and (
        (made.size_class, made.certificate, made.tolerance, made.delta, made.bound)
        == (content.size_class, content.certificate, content.tolerance, content.delta, content.bound)
    )


def _not_booked(applications: pd.DataFrame, known: Sequence[Entry], day: date, said: list[str]) -> pd.DataFrame:
    """Applications decided after the last booking of their class; what is left out is said."""
    covered = pd.Series(False, index=applications.index)
    for name in SIZE_CLASSES:
        last = next(reversed(of_class(known, Booked, name, day)), None)
        if last is not None:
            rows = (applications["size_class"] == name) & (applications["as_of"] <= pd.Timestamp(last.day))
            covered |= rows
            if rows.any():
                amount = applications.loc[rows, "exposure"].sum()
                said.append(
                    f"note: {rows.sum()} applications of {name}, {amount:,.2f}, decided on {last.day} or earlier, are "
                    "taken to be in the booking of that day; --booked names them exactly"
                )
    return applications[~covered]


def _not_named(applications: pd.DataFrame, booked: frozenset[str], said: list[str]) -> pd.DataFrame:
    """Applications that no booked loan names."""
    named = applications["application_id"].isin(booked)
    said.append(f"{named.sum()} of {len(named)} approved applications are booked")
    return applications[~named]


def _booked_applications(path: Path) -> frozenset[str]:
    found = read_booked_loans(path)["application_id"].dropna()
    if found.empty:
        message = (
            f"{path}: wanted application_id in the table of booked loans, to know which are booked; no row has one"
        )
        raise BadTableError(message)
    return frozenset(found.astype("str"))
