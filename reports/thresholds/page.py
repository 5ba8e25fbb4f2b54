"""The page for thresholds: what was certified, why at that level, what it depends on, and what it does to loans."""

from dataclasses import dataclass
from typing import ClassVar

from reports.fallback import paragraphs
from reports.render import page
from reports.sections import steps
from reports.sections.thresholds import tolerances
from reports.texts import both
from reports.thresholds import ledger, lines, region, rules, sensitivity, sentence
from reports.thresholds.curves import curves
from reports.thresholds.facts import Facts, statements
from reports.thresholds.inputs import inputs_grid
from reports.thresholds.waterfall import Waterfall, waterfall
from reports.view import Link, Paragraph, Section
from schemas.declarations import Text

REPORT = "index.html"
"""The report, beside which this page lies."""


@dataclass(frozen=True)
class Waterfalls:
    """The drawings of all certificates side by side."""

    kind: ClassVar[str] = "waterfalls"
    items: tuple[Waterfall, ...]


def thresholds_page(facts: Facts, source: Text, back: str | None = REPORT) -> str:
    """HTML of the page, in both languages; `back` is the address of the report, None where there is none beside it."""
    subtitle = both("committee.subtitle", source=source, day=facts.found["policy_on"])
    return page("page.html", both("committee.title"), subtitle, sections(facts, back))


def sections(facts: Facts, back: str | None = None) -> tuple[Section, ...]:
    """The sections in their order, as plain data."""
    found = facts.found
    drawn = Waterfalls(tuple(waterfall(found, s) for s in statements(found)))
    charts = [chart for s in statements(found) if (chart := curves(facts, s)) is not None]
    reading = both("curve.reading" if charts else "curve.none")
    links = (Link(both("committee.back"), f"{back}#thresholds"),) if back is not None else ()
    return (
        Section(
            "sentence", both("committee.sentence"), (*links, *sentence.blocks(found), *paragraphs(facts.fallbacks))
        ),
        Section(
            "steps",
            both("committee.steps"),
            (
                drawn,
                Paragraph(both("waterfall.reading"), "note"),
                *steps.blocks(found),
                tolerances(found),
                inputs_grid(found),
            ),
        ),
        Section("curves", both("committee.curves"), (*charts, Paragraph(reading, "note"))),
        Section("lines", both("committee.lines"), lines.blocks(found) or (Paragraph(both("committee.no_lines")),)),
        Section(
            "sensitivity",
            both("committee.sensitivity"),
            (*_lines_by_inputs(facts), *region.blocks(found), *sensitivity.ramp(found)),
        ),
        Section(
            "fired",
            both("committee.fired"),
            (rules.fired(found, linked=back is not None), *rules.cross_class(facts.cross_class)),
        ),
        Section("ledger", both("committee.ledger"), ledger.blocks(facts.ledger)),
    )


def _lines_by_inputs(facts: Facts) -> tuple[object, ...]:
    made = sensitivity.grids(facts.found)
    return tuple(made) if made else (Paragraph(both("sensitivity.none")),)
