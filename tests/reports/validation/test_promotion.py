"""How its run became champion stands on the first page of a validation report, and an override stands out."""

from dataclasses import replace

import pytest

from reports.validation import summary
from reports.validation.facts import Promoted, Validated
from reports.view import Paragraph
from schemas.declarations import Text


def leads(of: Validated) -> list[tuple[str, str]]:
    return [(block.text.en, block.tone) for block in summary.section(of).blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(("override", "tone"), [(True, "lead exceeded"), (False, "lead")])
def test_a_promotion_is_told_on_the_first_page(validated: Validated, override: bool, tone: str) -> None:
    told = Promoted(Text("v2 was promoted", "v2已发布"), override)
    assert ("v2 was promoted", tone) in leads(replace(validated, promotion=told))
    assert all("promoted" not in text for text, _ in leads(validated))
