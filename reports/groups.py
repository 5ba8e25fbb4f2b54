"""The groups that figures are given for: every stage, and all stages together."""

from policy.segments import STAGES
from reports.texts import both, coded
from schemas.declarations import Text

GROUPS = (*STAGES, "total")


def group_name(name: str) -> Text:
    """Name of a stage, or of all stages together."""
    return both("stage_text.total") if name == "total" else coded("stage", name)
