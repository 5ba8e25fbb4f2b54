"""The migration matrix of grades as a table; a part of the chapter on stability."""

from reports.numbers import count, decimal, percent
from reports.texts import both
from reports.validation.facts import Validated
from reports.view import Grid, Head, Paragraph, Row, short
from schemas.declarations import Text


def blocks(of: Validated) -> tuple[Grid | Paragraph, ...]:
    """Counts from grade to grade with the bandwidths; a sentence where too few enterprises applied again."""
    found = of.validation.get("migration")
    if not found:
        return ()
    if found["matrix"] is None:
        return (Paragraph(both("validation_stability.no_migration", pairs=count(found["pairs"])), "note"),)
    codes = found["grades"]
    heads = (short("validation_column.grade_before"), *(Head(Text(code, code)) for code in codes))
    rows = tuple(
        Row((code, *(count(cell) if cell else "" for cell in cells)))
        for code, cells in zip(codes, found["matrix"], strict=True)
    )
    note = both(
        "validation_stability.migration_note",
        pairs=count(found["pairs"]),
        months=str(found["months"]),
        stayed=percent(found["stayed"], 0),
        upper=decimal(found["upper"], 2),
        lower=decimal(found["lower"], 2),
    )
    return (Grid(both("validation_stability.migration"), heads, rows, note),)
