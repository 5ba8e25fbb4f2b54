"""Whether the loans a model was fitted on are like those it is used on; a part of the chapter on data."""

from reports.texts import both
from reports.validation import topics, verdicts
from reports.validation.facts import Validated
from reports.validation.names_of_tests import of_topic
from reports.view import Grid


def blocks(of: Validated) -> tuple[Grid, ...]:
    """Tables of the comparison; none where it was not made."""
    tests = of_topic(of.tests, "data")
    refused = (of.validation.get("representativeness") or {}).get("refused")
    caption = both("validation_data.refused")
    return (
        *verdicts.grids(of, tests, both("validation_data.representativeness")),
        *((topics.table([refused], caption, of.run.source, both("validation_data.refused_note")),) if refused else ()),
    )
