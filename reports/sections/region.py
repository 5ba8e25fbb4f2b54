"""The accepted region: who is out of it, and what approving applicants the older policy refused may risk."""

from typing import cast

from decisions.swap_ins import LARGEST
from reports.inputs import Inputs, Json
from reports.numbers import count, decimal, percent
from reports.texts import both, coded
from reports.view import Grid, Paragraph, Row, number, short
from schemas.declarations import Text


def blocks(inputs: Inputs) -> tuple[Grid | Paragraph, ...]:
    """What the boundary rests on, and the sensitivity of each certified class; a note where nobody was refused."""
    acceptance, swaps = inputs.thresholds["acceptance"], inputs.thresholds["swap_ins"]
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
    rows = tuple(_row(name, found) for name, found in swaps.items())
    return (Paragraph(told), Grid(both("region.sensitivity"), heads, rows, both("region.note")))


def _row(name: str, found: Json) -> Row:
    cells = (
        coded("size", name),
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
