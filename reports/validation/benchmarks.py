"""Chapter: the stage models beside challengers fitted on the same loans."""

from reports.sections import challengers
from reports.texts import both
from reports.validation.facts import Validated
from reports.validation.studied import studied
from reports.view import Section


def section(of: Validated) -> Section:
    """The comparison as the study measured it, or where it is measured."""
    return Section("benchmarks", both("validation_page.benchmarks"), studied(of, challengers.blocks(of.run)))
