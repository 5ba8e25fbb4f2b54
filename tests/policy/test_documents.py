"""Every policy document loads, says where each figure is from, and claims no more than its flag allows."""

import re
from datetime import date

import pytest

from policy.loader import FLAGS, FOLDER, Figure, figure, figures

DOCUMENTS = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "segments")
FIGURES = [found for document in DOCUMENTS for found in figures(document).values()]
UNVERIFIED = ("R", "U", "A")
CLAIM = re.compile(r"(?<!no )(?<!not )(?<!un)\bofficial(ly)?\b|官方", re.IGNORECASE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_document_loads_and_holds_figures(document: str) -> None:
    assert figures(document)


@pytest.mark.parametrize("found", FIGURES, ids=lambda f: f.name)
def test_every_figure_has_a_source_a_flag_and_both_languages(found: Figure) -> None:
    assert len(found.source.strip()) > 10
    assert found.flag in FLAGS
    assert found.unit.strip()
    assert found.meaning_en.strip()
    assert re.search(r"[\u4e00-\u9fff]", found.meaning_zh)
    assert found.on(date.max) is not None


@pytest.mark.parametrize("found", [f for f in FIGURES if f.flag in UNVERIFIED], ids=lambda f: f.name)
def test_no_unverified_figure_claims_to_be_official(found: Figure) -> None:
    assert not CLAIM.search(f"{found.meaning_en} {found.meaning_zh} {found.source} {found.unit}")


DOUBTS = re.compile(r"re-check|recalled|weak copy|to be checked|looked for", re.IGNORECASE)


@pytest.mark.parametrize("found", [f for f in FIGURES if f.flag in ("V", "D")], ids=lambda f: f.name)
def test_no_figure_whose_source_asks_for_a_check_is_flagged_as_verified(found: Figure) -> None:
    assert not DOUBTS.search(found.source)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("the official weights", True),
        ("officially published", True),
        ("官方权重", True),
        ("no official weights", False),
        ("these are not official", False),
        ("unofficial reading", False),
    ],
)
def test_what_counts_as_a_claim(text: str, claims: bool) -> None:
    assert bool(CLAIM.search(text)) is claims


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("hitech_enterprise", "staff_share_at_least"),
        ("hitech_enterprise", "revenue_share_at_least"),
        ("hitech_enterprise", "age_months_at_least"),
        ("quality_sme", "little_giant_middle_band_both_years"),
    ],
)
def test_recalled_figures_stay_flagged_as_recalled(document: str, name: str) -> None:
    assert figure(document, name).flag == "R"
    assert "recalled" in figure(document, name).source


@pytest.mark.parametrize("name", ["edition_2024", "edition_2_0"])
def test_innovation_points_say_that_their_weights_are_an_assumption(name: str) -> None:
    assert figure("innovation_points", name).flag == "A"
    assert "assumption of this project" in figure("innovation_points", name).source
