"""Chapter: fairness: decisions and errors by region, industry and ownership, with what they cannot show."""

from collections.abc import Sequence

from reports.inputs import Json
from reports.numbers import count, decimal
from reports.texts import both, joined
from reports.validation import topics, verdicts
from reports.validation.facts import Validated
from reports.validation.names_of_tests import of_topic
from reports.validation.words import DIMENSIONS, named
from reports.view import Grid, Paragraph, Section
from schemas.declarations import Text

NO_VERDICT = "no_verdict"


def told(of: Validated) -> Text:
    """In one sentence how many groups are approved less often than the limit allows, of those with a verdict."""
    tests = [test for test in of_topic(of.tests, "fairness") if test["verdict"] != NO_VERDICT]
    if not tests:
        return both("validation_fairness.no_verdict")
    dimensions = dict.fromkeys(test["dimension"] for test in tests)
    return both(
        "validation_fairness.told",
        dimensions=joined([named(DIMENSIONS, dimension) for dimension in dimensions]),
        groups=count(len(tests)),
        exceeded=count(sum(test["verdict"] == "exceeded" for test in tests)),
        limit=decimal(tests[0]["limit"], 2),
    )


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
