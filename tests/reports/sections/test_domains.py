"""The section on what each domain adds: its sentences follow from the intervals."""

from typing import Any

from reports.sections import domains
from reports.view import Grid, Paragraph


def effects(value: float, low: float | None, high: float | None) -> dict[str, Any]:
    one = {"value": value, "low": low, "high": high}
    return {"auc": one, "log_loss": one, "approved": one}


def measured(**added: dict[str, Any]) -> dict[str, Any]:
    group = {"loans": 10, "defaults": 2, "with_all": {"auc": 0.7, "log_loss": 0.1, "approved": 0.9}, "added": added}
    return {"folds": 3, "resamples": 200, "features": {"rd": 12}, "groups": {"startup": group, "total": group}}


def said(section) -> list[str]:
    return [block.text.en for block in section.blocks if isinstance(block, Paragraph) and block.tone == "plain"]


def test_a_domain_whose_interval_lies_above_zero_is_named_and_a_harmful_one_too(studied):
    found = measured(
        rd=effects(0.02, 0.01, 0.03), patents=effects(-0.02, -0.03, -0.01), talent=effects(0.01, -0.01, 0.03)
    )
    texts = said(domains.section(studied(ablation=found)))
    assert texts == [
        "On this portfolio these domains raise the AUC beyond the noise: R&D.",
        "Without these domains the AUC would be higher beyond the noise: Patents.",
    ]


def test_a_book_on_which_nothing_stands_out_is_told_so(studied):
    found = measured(rd=effects(0.0, -0.01, 0.01), beyond_finance=effects(0.01, -0.01, 0.02))
    assert said(domains.section(studied(ablation=found))) == [
        "On this portfolio no single domain raises the AUC beyond the noise: each can be replaced by the others.",
        "The domains other than finance, financing and firm change the AUC by +0.010 [−0.010, +0.020]: "
        "not beyond the noise.",
    ]


def test_the_total_stands_open_before_the_stages_and_carries_intervals(studied):
    section = domains.section(studied(ablation=measured(rd=effects(0.02, 0.01, 0.03))))
    total, startup = (block for block in section.blocks if isinstance(block, Grid))
    assert not total.folded
    assert startup.folded
    assert total.caption.en.startswith("all stages: AUC 0.700 and 90.0% of the amount approved")
    assert total.rows[0].cells[1:] == (
        "12",
        "+0.020 [+0.010, +0.030]",
        "+0.0200 [+0.0100, +0.0300]",
        "+2.00 [+1.00, +3.00]",
    )


def test_an_effect_without_an_interval_shows_its_number_alone(studied):
    section = domains.section(studied(ablation=measured(rd=effects(0.02, None, None))))
    assert section.blocks[-1].rows[0].cells[2] == "+0.020"


def test_a_run_says_that_the_study_measures_it(inputs):
    (said,) = domains.section(inputs).blocks
    assert "`make study` measures it and completes this report" in said.text.en
