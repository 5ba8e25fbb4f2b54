"""A grant of tolerance, held against the highest one that the notice allows on every day of its life."""

from datetime import date
from pathlib import Path

from decisions.ledger.entries import Grant
from decisions.ledger.values import LedgerError, check_class
from decisions.tolerance import ARTICLE
from policy.digits import rounded_number
from policy.loader import FOLDER, Figure, figure
from policy.segments import CAPPED


def highest_grant(size_class: str, overall: Figure, day: date, folder: Path = FOLDER) -> float | None:
    """Highest NPL ratio that may be granted to a size class on `day`: `overall` of the day plus the ceiling of uplifts.

    None for a size class that the notice does not cap.

    Raises
    ------
    PolicyError
        When the overall ratio or the ceiling is not in force yet on that day.
    """
    check_class(size_class)
    if size_class not in CAPPED:
        return None
    return rounded_number(float(overall.on(day)) + float(figure("tolerance", "uplift_ceiling", folder).on(day)))


def granted(
    size_class: str,
    ratio: float,
    since: date,
    until: date,
    approved_by: str,
    source: str,
    overall: Figure,
    folder: Path = FOLDER,
) -> Grant:
    """The grant of NPL ratio `ratio` from `since` to `until`, both included, after the ceiling has been checked.

    `overall` is the policy figure of the bank's NPL ratio of all loans. A grant has to keep the ceiling on its first
    day and on every later day of its life for which the policy already knows another ratio or ceiling.

    Raises
    ------
    LedgerError
        When a value cannot stand, or the ratio lies above the ceiling of a capped size class.
    PolicyError
        When the overall ratio or the ceiling is not in force yet on the first day.
    """
    name = overall.name.removeprefix("tolerance.")
    found = Grant(size_class, ratio, since, until, approved_by, source, name, float(overall.on(since)))
    changes = {*overall.values, *figure("tolerance", "uplift_ceiling", folder).values}
    for day in sorted({since, *(change for change in changes if since < change <= until)}):
        highest = highest_grant(size_class, overall, day, folder)
        if highest is not None and ratio > highest:
            message = (
                f"tolerated NPL ratio of {size_class} enterprises must be at most {_percent(highest)} on {day}, the "
                f"overall ratio of {_percent(float(overall.on(day)))} plus the ceiling, by {ARTICLE}; "
                f"got {_percent(ratio)}"
            )
            raise LedgerError(message)
    return found


def _percent(fraction: float) -> str:
    """Percentage with all its digits: a grant that is refused for its third decimal has to show it."""
    return f"{100 * fraction:.10g}%"
