"""Chapter: certificates, and the limits within which the models may be used."""

from reports.sections import steps
from reports.sections.thresholds import certificates, tolerances
from reports.sections.versions import policy_section
from reports.texts import both
from reports.validation.facts import Validated, mark
from reports.validation.written import room
from reports.view import Paragraph, Points, Section


def section(of: Validated) -> Section:
    """Tolerances and certificates, limits of use, the bank's overrides policy, and every policy figure used."""
    found = of.run.thresholds
    limits = (
        "validation_limits.region",
        "validation_limits.gap",
        "validation_limits.years",
        "validation_limits.ceiling",
        "validation_limits.assumed",
    )
    blocks = (
        tolerances(found),
        *steps.blocks(found),
        certificates(found),
        Points(both("validation_limits.title"), tuple(both(key) for key in limits)),
        Paragraph(both("validation_limits.overrides")),
        room(of.written, "overrides", mark(of.run)),
        *policy_section(of.run).blocks,
    )
    return Section("limits-of-use", both("validation_page.limits"), blocks)
