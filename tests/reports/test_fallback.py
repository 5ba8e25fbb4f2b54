"""A fallback is said where its PDs are shown: on the page, on the page for thresholds, in a terminal, as JSON."""

from collections.abc import Iterable

from reports.inputs import Inputs
from reports.sections import model_quality
from reports.thresholds.facts import facts
from reports.thresholds.page import thresholds_page
from reports.thresholds.spoken import figures, spoken
from reports.view import Grid, Paragraph
from schemas.declarations import Text
from tests.reports.conftest import UPPER_BOUNDS, with_fallback

SAID = (
    "Stage startup: the PDs are a fallback, upper bounds and not estimates. Its 10 development defaults are fewer "
    "than 30. So its 200 development and calibration loans are put in classes by the score of the pooled model (2), "
    "and each class has the highest PD that the defaults in it and in all worse classes allow at 75.0% confidence "
    "(Pluto and Tasche; asset correlation 0.12): 3.10%, 16.00%."
)


def said(blocks: Iterable[object]) -> list[Text]:
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def test_the_page_says_which_stage_why_and_its_bounds(inputs: Inputs) -> None:
    blocks = model_quality.section(with_fallback(inputs, "startup")).blocks
    (told,) = [text for text in said(blocks) if "fallback" in text.en]
    assert told.en.startswith(SAID)
    assert "初创期阶段：违约概率采用后备方法，为上限而非估计值。该阶段开发样本违约10笔，少于30笔" in told.zh
    assert "3.10%、16.00%" in told.zh


def test_the_calibration_of_the_stage_is_named_as_bounds_and_not_as_a_spline(inputs: Inputs) -> None:
    blocks = model_quality.section(with_fallback(inputs, "startup")).blocks
    (grid,) = [b for b in blocks if isinstance(b, Grid) and b.caption.en == "Composition of the models"]
    kinds = [row.cells[4].en for row in grid.rows[:3] if isinstance(row.cells[4], Text)]
    assert kinds == ["fallback: upper bounds, 2 classes", "straight line", "straight line"]


def test_a_stage_with_a_fallback_is_not_told_as_one_whose_own_stack_did_not_improve(inputs: Inputs) -> None:
    texts = said(model_quality.section(with_fallback(inputs, "startup")).blocks)
    assert not any(text.en.startswith("There is no model of their own") for text in texts)


def test_a_run_without_fallback_says_nothing_of_one(inputs: Inputs) -> None:
    assert not any("fallback" in text.en for text in said(model_quality.section(inputs).blocks))
    assert "fallback" not in thresholds_page(facts(inputs), Text("s", "s"))
    assert "fallback" not in figures(facts(inputs))


def test_the_page_for_thresholds_the_terminal_and_the_json_say_it_too(inputs: Inputs) -> None:
    known = facts(with_fallback(inputs, "startup"))
    assert SAID in thresholds_page(known, Text("s", "s"))
    (told,) = [text for text in said(spoken(known)) if "fallback" in text.en]
    assert told.en.endswith("Certificates do not rest on them: they are tested on outcomes.")
    assert figures(known)["fallback"] == {"startup": UPPER_BOUNDS}
