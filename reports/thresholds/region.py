"""The accepted region: who is out of it, and what approving applicants the older policy refused may risk."""

from collections.abc import Sequence
from typing import cast

from decisions.swap_ins import LARGEST, SHOWN
from reports.inputs import Json
from reports.numbers import count, decimal, percent, plain
from reports.texts import both
from reports.thresholds.facts import Statement, statements
from reports.view import Grid, Head, Paragraph, Row, number, short
from schemas.declarations import Text


def blocks(found: Json) -> tuple[Grid | Paragraph, ...]:
    """What the boundary rests on, and what refused applicants may risk; a note where nobody was refused."""
    acceptance, swaps = found["acceptance"], found["swap_ins"]
    if acceptance["rejected"] == 0:
        return (Paragraph(both("region.nobody_refused"), "note"),)
    told = both(
        "region.told",
        applications=count(acceptance["applications"]),
        rejected=count(acceptance["rejected"]),
        least=percent(acceptance["least"], 0),
        out=count(acceptance["out_of_region"]),
    )
    heads = (
        short("column.size_class"),
        number("column.swap_ins"),
        number("column.swap_share"),
        number("column.gamma"),
        number("column.manski"),
    )
    listed = [s for s in statements(found) if s.classes[0] in swaps]
    if not listed:
        return (Paragraph(told), Paragraph(both("region.nothing_certified"), "note"))
    rows = tuple(_row(s, swaps[s.classes[0]]) for s in listed)
    return (
        Paragraph(told),
        Grid(both("region.sensitivity"), heads, rows, both("region.note")),
        *_ratios(listed, swaps),
    )


def _ratios(listed: Sequence[Statement], swaps: Json) -> list[Grid]:
    """Default ratio of the whole new book by the multiplier of the odds, beside the ratio allowed."""
    rows = []
    for s in listed:
        limit, ratios = s.certificate["flow"], dict(swaps[s.classes[0]].get("ratios", ()))
        if ratios:
            rows.append(Row((s.name, *(percent(ratios.get(gamma)) for gamma in SHOWN), percent(limit))))
    if not rows:
        return []
    heads = (
        short("column.size_class"),
        *(Head(both("region.at_gamma", gamma=plain(gamma, 1))) for gamma in SHOWN),
        number("column.allowed"),
    )
    return [Grid(both("region.ratios"), heads, tuple(rows), both("region.ratios_note"))]


def _row(statement: Statement, found: Json) -> Row:
    cells = (
        statement.name,
        count(found["applications"]),
        percent(found["share"], 1),
        _gamma(cast("float | None", found["gamma"])),
        percent(found["manski_share"], 1),
    )
    return Row(cells)


def _gamma(gamma: float | None) -> Text | str:
    if gamma is None:
        return both("region.below_one")
    return both("region.any") if gamma >= LARGEST else decimal(gamma, 2)
