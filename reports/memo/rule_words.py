"""Rules in few words, where a memo names them beside the sentence of the one that decided."""

from reports.rule_texts import meaning
from reports.texts import both, catalogue
from schemas.declarations import Text

SHORTENED = (
    "data_gap",
    "out_of_accepted_region",
    "stale_statements",
    "stale_annual_statement",
    "stale_headcount",
    "stale_registry",
    "staff_missing",
    "main_figures_missing",
)
"""Rules of policy/rules.yaml whose meaning is longer than a line of a memo."""


def short(code: str) -> Text:
    """What a rule says, in few words where its meaning is long."""
    key = f"short_rule.{code}"
    return both(key) if key in catalogue() else meaning(code)
