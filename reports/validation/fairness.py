"""Chapter: fairness: decisions and errors by region, industry and ownership, with what they cannot show."""

from collections.abc import Sequence

from reports.inputs import Json
from reports.texts import both
from reports.validation import topics, verdicts
from reports.validation.facts import Validated
from reports.validation.names_of_tests import of_topic
from reports.validation.words import DIMENSIONS, named
from reports.view import Grid, Paragraph, Section

NO_VERDICT = "no_verdict"


def _table(of: Validated, dimension: str, rows: Sequence[Json]) -> Grid:
    caption = both("validation_fairness.by", dimension=named(DIMENSIONS, dimension))
    known = [{"dimension": dimension, **row} for row in rows]
    return topics.table(known, caption, of.run.source, both("validation_fairness.note"))


def section(of: Validated) -> Section:
    """Tables by group and the tests; a sentence where the data name no group."""
    tests = [test for test in of_topic(of.tests, "fairness") if test["verdict"] != NO_VERDICT]
    found = of.validation.get("fairness") or {}
    tables = tuple(_table(of, dimension, rows) for dimension, rows in found.items() if rows)
    approved = any(row["approved_share"] for rows in found.values() for row in rows)
    unknown = () if tables else (Paragraph(both("validation_fairness.none")),)
    nobody = () if approved or not tables else (Paragraph(both("validation_fairness.nobody")),)
    blocks = (
        Paragraph(both("validation_fairness.reading")),
        *unknown,
        *nobody,
        *tables,
        *verdicts.grids(of, tests, both("validation_fairness.tests")),
    )
    return Section("fairness", both("validation_page.fairness"), blocks)
