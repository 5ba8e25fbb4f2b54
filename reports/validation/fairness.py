"""Chapter: fairness: decisions and errors by region, industry and ownership, with what they cannot show."""

from reports.texts import both
from reports.validation import topics, verdicts
from reports.validation.facts import Validated
from reports.validation.names_of_tests import of_topic
from reports.view import Paragraph, Section


def section(of: Validated) -> Section:
    """Tables by group and the judged tests; a sentence where the data name no group."""
    tests = of_topic(of.tests, "fairness")
    tables = topics.grids(of.validation.get("fairness"), both("validation_fairness.by"), of.run.source)
    unknown = () if tables else (Paragraph(both("validation_fairness.none")),)
    blocks = (
        Paragraph(both("validation_fairness.reading")),
        *unknown,
        *tables,
        *((verdicts.grid(of, tests, both("validation_fairness.tests")),) if tests else ()),
    )
    return Section("fairness", both("validation_page.fairness"), blocks)
