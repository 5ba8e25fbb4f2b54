"""Chapter: findings: limits that were exceeded, with severity, owner, due day and status; those that went too."""

from collections.abc import Sequence

from reports.inputs import Json
from reports.numbers import MISSING, count
from reports.texts import both
from reports.validation import verdicts
from reports.validation.facts import STANDING, Validated, mark
from reports.validation.limit_words import compared, limit
from reports.validation.names_of_tests import name_of_test
from reports.validation.words import SEVERITIES, STATUSES, group_of, named
from reports.validation.written import room
from reports.view import Grid, Paragraph, Row, Section, number, short, word
from schemas.declarations import Text

LOW, LONG = "low", 12
"""Findings of this severity have a table of their own, folded where it has more rows than this."""


def section(of: Validated) -> Section:
    """Findings that stand, then those closed or gone; how they are kept; independence, monitoring, conclusion."""
    standing = of.standing()
    main, low = ([f for f in standing if (f["severity"] == LOW) == asked] for asked in (False, True))
    rest = [finding for finding in of.findings if finding["status"] not in STANDING]
    told = Paragraph(both("validation_findings.none")) if not standing else Paragraph(_counted(standing))
    blocks = (
        told,
        verdicts.tally(of.tests, of.run.source),
        *((grid(of, main, both("validation_findings.standing")),) if main else ()),
        *((grid(of, low, both("validation_findings.low"), folded=len(low) > LONG),) if low else ()),
        *((grid(of, rest, both("validation_findings.rest"), folded=True),) if rest else ()),
        Paragraph(both("validation_findings.kept"), "note"),
        room(of.written, "monitoring_plan", mark(of.run)),
    )
    return Section("findings", both("validation_page.findings"), blocks)


def _counted(standing: Sequence[Json]) -> Text:
    unowned = sum(not finding["owner"] for finding in standing)
    return both("validation_findings.counted", standing=count(len(standing)), unowned=count(unowned))


def grid(of: Validated, findings: Sequence[Json], caption: Text, folded: bool = False) -> Grid:
    """One row per finding; an owner or a note that nobody gave is empty room."""
    heads = (
        short("validation_column.severity"),
        word("validation_column.test"),
        word("validation_column.group"),
        number("validation_column.compared"),
        number("validation_column.limit"),
        word("validation_column.owner"),
        short("validation_column.found_on"),
        short("validation_column.due"),
        short("validation_column.status"),
        word("validation_column.note"),
        word("validation_column.id"),
    )
    rows = tuple(
        Row(
            (
                named(SEVERITIES, f["severity"]),
                name_of_test(f["test"]),
                group_of(f, of.run.source),
                compared(of.record(f), of.day),
                limit(of.record(f), of.day),
                f["owner"] or MISSING,
                f["found_on"] or MISSING,
                f["due"] or MISSING,
                named(STATUSES, f["status"]),
                f["note"] or "",
                f["id"],
            )
        )
        for f in findings
    )
    return Grid(caption, heads, rows, folded=folded)
