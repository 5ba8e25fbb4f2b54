"""The balance of the bank's tolerance ledger on a day, by size class."""

from reports.inputs import Json
from reports.numbers import MISSING, count, decimal, percent, points
from reports.texts import both, coded
from reports.view import Cell, Grid, Paragraph, Row, number, short
from schemas.declarations import Text

STATES = {"in_force": "balance.in_force", "expired": "balance.expired", "none": "balance.no_grant"}


def blocks(ledger: Json | None) -> tuple[Grid | Paragraph, ...]:
    """Granted, consumed, head-room, expiry and approver of each class; a note where no ledger was given."""
    if ledger is None:
        return (Paragraph(both("balance.no_ledger"), "note"),)
    heads = (
        short("column.size_class"),
        short("balance.state"),
        number("balance.granted"),
        short("balance.until"),
        short("balance.approved_by"),
        number("balance.realised"),
        number("balance.consumed"),
        number("balance.room"),
        number("balance.room_amount"),
        number("balance.looks"),
    )
    rows = tuple(
        Row(_cells(name, b), tone="exceeded" if b["exceeded"] else "") for name, b in ledger["size_classes"].items()
    )
    values = {"day": ledger["day"], "known_on": ledger["known_on"], "entries": count(ledger["entries"])}
    note = both("balance.note", digest=(ledger["digest"] or MISSING)[:12], **values)
    return (Grid(both("balance.caption", day=ledger["day"]), heads, rows, note),)


def _cells(name: str, balance: Json) -> tuple[Cell, ...]:
    grant = balance["grant"] or {}
    suspended = balance["suspended_since"]
    state = both(STATES[balance["state"]]) if suspended is None else both("balance.suspended", day=suspended)
    return (
        coded("size", name),
        state,
        percent(grant.get("ratio")),
        grant.get("until", MISSING),
        grant.get("approved_by", MISSING),
        percent(balance["realised"]),
        percent(balance["consumed"]),
        points(balance["room"]),
        _amount(balance["room_amount"]),
        count(balance["looks"]),
    )


def _amount(amount: float | str | None) -> str | Text:
    return both("balance.unbounded") if isinstance(amount, str) else decimal(amount, 0)
