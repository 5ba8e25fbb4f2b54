"""Chapter: what the models are for, who may use them, and what they must not be used for."""

from reports.sources import notes
from reports.texts import both
from reports.validation.facts import Validated, mark
from reports.validation.written import room
from reports.view import Paragraph, Points, Section

INTENDED = ("validation_purpose.use_order", "validation_purpose.use_rules", "validation_purpose.use_certificate")
NOT_INTENDED = (
    "validation_purpose.not_alone",
    "validation_purpose.not_out_of_region",
    "validation_purpose.not_missing",
    "validation_purpose.not_capital",
    "validation_purpose.not_cause",
)


def section(of: Validated) -> Section:
    """Purpose, intended and not intended use, and the bank's own words on its business."""
    blocks = (
        Paragraph(both("validation_purpose.what", source=both(notes(of.run.source).name))),
        Points(both("validation_purpose.intended"), tuple(both(key) for key in INTENDED)),
        Points(both("validation_purpose.not_intended"), tuple(both(key) for key in NOT_INTENDED)),
        room(of.written, "business_context", mark(of.run)),
    )
    return Section("purpose", both("validation_page.purpose"), blocks)
