"""Features that a stage's model reads against the direction that a lender expects."""

from reports.groups import group_name
from reports.inputs import Inputs
from reports.names import driver_name
from reports.numbers import count, decimal, signed
from reports.texts import both, coded
from reports.view import Grid, Paragraph, Row, number, short, word


def blocks(inputs: Inputs) -> tuple[Paragraph | Grid, ...]:
    """A sentence with the counts, and the features read against expectation by stage, strongest first."""
    found = inputs.leanings
    if found.empty:
        return ()
    against = found[found["against"] & ~found["held"]].sort_values(["stage", "size"], ascending=[True, False])
    said = both(
        "leanings.said",
        directed=count(found["feature"].nunique()),
        held=count(found.loc[found["held"], "feature"].nunique()),
        against=count(against["feature"].nunique()),
    )
    heads = (
        short("column.stage"),
        word("column.feature"),
        short("leanings.expected"),
        number("leanings.size"),
        number("leanings.correlation"),
    )
    rows = tuple(
        Row(
            (
                group_name(str(row["stage"])),
                driver_name(str(row["feature"])),
                coded("risk", str(row["direction"])),
                decimal(float(row["size"]), 3),
                signed(float(row["rank_correlation"]), 2),
            )
        )
        for row in against.to_dict("records")
    )
    listed = (Grid(both("leanings.grid"), heads, rows, both("leanings.note"), folded=True),) if rows else ()
    return (Paragraph(said, "note"), *listed)
