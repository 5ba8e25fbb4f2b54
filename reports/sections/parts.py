"""The split: which applications the models are fitted on, which certify the cut-offs, which only test."""

from models.fitting.split import PARTS
from reports.inputs import Inputs
from reports.links import counted
from reports.numbers import count, rate
from reports.sections.tally import tally
from reports.texts import both, coded
from reports.view import Grid, Paragraph, Row, Section, number, short, word


def section(inputs: Inputs) -> Section:
    """Parts with their days, loans and defaults; what `built_on` means; what was left out, by reason."""
    heads = (
        short("column.part"),
        word("column.purpose"),
        short("column.first_day"),
        short("column.last_day"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.population"),
        number("column.default_rate"),
    )
    rows = [_row(inputs, part) for part in PARTS]
    left = tally(inputs).left_out
    heads_left = (word("column.left_out"), number("column.applications"))
    rows_left = [Row((coded("left_out", reason), count(rows))) for reason, rows in left.items()]
    blocks = (
        Paragraph(both("parts.built_on", day=inputs.built_on)),
        Grid(both("parts.grid"), heads, tuple(rows), both("note.population")),
        Grid(both("parts.left_out"), heads_left, tuple(rows_left), both("parts.left_out_note")),
    )
    return Section("split", both("page.split"), blocks)


def _row(inputs: Inputs, part: str) -> Row:
    found = inputs.split_meta["parts"][part]
    total = inputs.metrics["parts"][part]["total"] or {}
    first, last = inputs.days[part]
    return Row(
        (
            coded("part", part),
            both(f"purpose.{part}"),
            first,
            last,
            counted(found["loans"]) if part == PARTS[-1] else count(found["loans"]),
            count(found["defaults"]),
            count(found["population"]),
            rate(total.get("default_rate")),
        )
    )
