"""Last chapter: every test record, by test; where each test comes from."""

from reports.texts import both
from reports.validation import verdicts
from reports.validation.facts import Validated
from reports.validation.names_of_tests import name_of_test
from reports.view import Paragraph, Section


def section(of: Validated) -> Section:
    """Sources of the tests, then a folded table per test."""
    names = dict.fromkeys(test["test"] for test in of.tests)
    blocks = (
        Paragraph(both("validation_tests.reading"), "note"),
        verdicts.sources(of.tests),
        *(
            verdicts.grid(of, [t for t in of.tests if t["test"] == name], name_of_test(name), folded=True)
            for name in names
        ),
    )
    return Section("appendix", both("validation_page.appendix"), blocks)
