"""Unused features of the catalogue: missing in all development loans, or the same in all."""

from features.catalogue import by_name
from features.declarations import DOMAINS
from reports.inputs import Inputs
from reports.names import driver_name
from reports.numbers import count
from reports.texts import both, joined
from reports.view import Grid, Paragraph, Row, word
from schemas.declarations import Text


def blocks(inputs: Inputs) -> tuple[Paragraph | Grid, ...]:
    """A sentence with the counts and a folded table of the names by domain; nothing where every feature is used."""
    found = inputs.pool["unused"]
    if not any(found.values()):
        return ()
    counts = {why: count(len(names)) for why, names in found.items()}
    said = Paragraph(both("unused.said", used=count(len(inputs.pool["features"])), **counts), "note")
    heads = (word("column.domain"), word("column.missing_everywhere"), word("column.constant"))
    rows = [(label, *(_named(names, domain) for names in found.values())) for domain, label in DOMAINS.items()]
    listed = tuple(Row(cells) for cells in rows if any(cells[1:]))
    return (said, Grid(both("unused.listed"), heads, listed, folded=True))


def _named(names: list[str], domain: str) -> Text | str:
    known = by_name()
    mine = [driver_name(name) for name in names if known[name].domain == domain]
    return joined(mine, "; ", "；") if mine else ""
