"""What only `make study` measures, or a sentence on why it is not shown."""

from collections.abc import Sequence

from reports.texts import both
from reports.validation.facts import Validated
from reports.view import Paragraph


def studied(of: Validated, blocks: Sequence[object]) -> tuple[object, ...]:
    """The blocks where a study measured these models; where it did not, or measured others, a sentence instead."""
    if of.stale_study:
        return (Paragraph(both("validation_again.stale_study"), "exceeded"),)
    if of.run.study is None:
        return (Paragraph(both("validation_again.no_study"), "note"),)
    return tuple(blocks)
