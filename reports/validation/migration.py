"""The migration matrix of grades as a table; a part of the chapter on stability."""

from models.back_tests.moves import LEVEL
from reports.numbers import count, decimal, p_value, percent
from reports.texts import both
from reports.validation.facts import Validated
from reports.view import Grid, Head, Paragraph, Row, short
from schemas.declarations import Text


def blocks(of: Validated) -> tuple[Grid | Paragraph, ...]:
    """Counts and tests from grade to grade with the bandwidths; a sentence where too few enterprises applied again."""
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
    tests = tuple(
        Row((code, *("" if cell is None else p_value(cell) for cell in cells)))
        for code, cells in zip(codes, found["p_values"], strict=True)
    )
    told = both(
        "validation_stability.migration_tests_note",
        cells=count(found["cells"]),
        below=count(found["cells_below_level"]),
        level=percent(LEVEL, 0),
    )
    caption = both("validation_stability.migration_tests")
    return (
        Grid(both("validation_stability.migration"), heads, rows, note),
        Grid(caption, heads, tests, told, folded=True),
    )
