"""Whether the loans a model was fitted on are like those it is used on; a part of the chapter on data."""

from reports.texts import both
from reports.validation import topics
from reports.validation.facts import Validated
from reports.view import Grid


def blocks(of: Validated) -> tuple[Grid, ...]:
    """Tables of the comparison; none where it was not made."""
    caption = both("validation_data.representativeness")
    return topics.grids(of.validation.get("representativeness"), caption, of.run.source)
