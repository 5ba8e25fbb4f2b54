"""Chapter: who validated, what they conclude, and the sign-off: written by people only."""

from reports.texts import both
from reports.validation.facts import Validated, mark
from reports.validation.written import room
from reports.view import Paragraph, Section


def section(of: Validated) -> Section:
    """Room for independence, conclusion and sign-off, with what the bank wrote."""
    rooms = (room(of.written, key, mark(of.run)) for key in ("independence", "conclusion", "sign_off"))
    blocks = (Paragraph(both("validation_written.why")), *rooms)
    return Section("conclusion", both("validation_page.conclusion"), blocks)
