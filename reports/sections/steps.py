"""From the tolerated NPL ratio to the level tested, and what the years before say of the margin."""

from policy.segments import SIZE_CLASSES
from reports.inputs import Json
from reports.numbers import count, decimal, percent
from reports.texts import both, coded
from reports.view import Grid, Paragraph, Row, number, short
from schemas.declarations import Text


def blocks(found: Json) -> tuple[Grid | Paragraph, ...]:
    """The steps of each size class, the estimate of the correlation of a year, and the number of certifications."""
    heads = (
        short("column.size_class"),
        number("column.tolerance"),
        number("column.new_loans"),
        number("column.allowed"),
        number("column.tested"),
    )
    known = found["stock_flow"]
    rows = tuple(
        Row((coded("size", name), *(percent(level[key]) for key in ("npl", "new_loans", "flow", "tested"))))
        for name in SIZE_CLASSES
        if (level := found["levels"].get(name)) is not None
    )
    years = next(iter(found["levels"].values()))["years"]
    note = both("threshold.levels_note", years=decimal(years, 0), name=known["name"], flag=known["flag"])
    looks = found["looks"]
    return (
        Grid(both("threshold.levels"), heads, rows, note),
        Paragraph(_years(found)),
        Paragraph(both("threshold.looks", made=count(looks["made"]), planned=count(looks["planned"])), "note"),
    )


def _years(found: Json) -> Text:
    """The estimate of rho from the years before the certification, beside the one of the policy."""
    seen, used = found["year_effects"], decimal(found["stock_flow"]["rho"], 3)
    if seen["rho"] is None:
        return both("threshold.years_unknown", used=used)
    return both("threshold.years", rho=decimal(seen["rho"], 3), upper=decimal(seen["upper"], 3), used=used)
