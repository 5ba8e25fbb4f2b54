"""Chapter: the stage models beside challengers fitted on the same loans."""

from reports.sections import challengers
from reports.texts import both
from reports.validation.facts import Validated
from reports.view import Paragraph, Section


def section(of: Validated) -> Section:
    """The comparison as the study measured it, or where it is measured."""
    stale = (Paragraph(both("validation_again.stale_study"), "exceeded"),) if of.stale_study else ()
    return Section("benchmarks", both("validation_page.benchmarks"), (*stale, *challengers.blocks(of.run)))
