"""The catalogue of texts: both languages everywhere, every key used, every code told."""

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

from decisions.decide import OUTCOMES, WITHOUT_LIMIT
from policy.segments import SEGMENTS
from reports.applications.page import COLUMNS, FILTERS
from reports.codes import families
from reports.numbers import CURRENCIES
from reports.texts import FILE, TextError, both, catalogue, coded, joined, text
from schemas.declarations import Text

ROOT = Path(__file__).parents[2]
CODE = [
    *(ROOT / "reports").rglob("*.py"),
    *(ROOT / "pipelines").rglob("*.py"),
    *(ROOT / "reports" / "templates").glob("*.html"),
    *(ROOT / "reports" / "templates").glob("*.js"),
]
SOURCE = {path: path.read_text(encoding="utf8") for path in CODE}
CODED = {"purpose": "part", "limit_of": "rule"}
"""Sections whose names are codes of a family (of limit_of: only the rules that compare)."""
BUILT = {
    *(f"headline.lead_{name}" for name in ("above", "below", "not_certified", "nothing_approved")),
    *(f"headline.{name}" for name in ("met_in", "exceeded_in", "excess_beyond", "excess_within")),
    *("truth.level_high", "truth.level_low", "truth.met", "truth.exceeded", "truth.not_certified"),
    *(f"unit_per.{unit}" for unit in ("a person", "a right")),
    *("challengers.ece", "challengers.cox_slope", "blanked.met", "blanked.exceeded"),
    *(f"waterfall.{step}" for step in ("overall", "uplift", "npl", "legacy", "conversion", "flow", "margin")),
    *(f"waterfall.{step}" for step in ("tested", "bound", "observed")),
    *(f"currency.{code}" for code in CURRENCIES),
    *(f"applications.{key}" for key in (*COLUMNS, *FILTERS, "table", "rising", "falling")),
    *(f"applications.{to}" for to in ("first", "previous", "next", "last", "pages", "search_hint", "filters")),
    *(f"applications.{what}" for what in ("search", "amount_from", "amount_to", "day_from", "day_to", "sorted")),
    *(f"applications.{what}" for what in ("any", "none", "absent", "other_run", "more_note")),
    *(f"applications.memos_{state}" for state in ("all", "some", "other")),
    *(f"application_memo.{what}" for what in ("wait", "which", "absent", "file", "old_browser")),
    *("model.discrimination_note", "model.level_note", "cover_text.by_size_class", "cover_text.by_stage"),
}
"""Keys the code puts together, besides those of families."""


def _placeholders(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}


def test_every_text_has_both_languages_with_the_same_placeholders():
    assert [key for key, entry in catalogue().items() if not (entry.en.strip() and entry.zh.strip())] == []
    assert [key for key, entry in catalogue().items() if _placeholders(entry.en) != _placeholders(entry.zh)] == []


@pytest.mark.parametrize("family", sorted(families()))
def test_every_code_has_a_text_and_every_text_of_a_family_a_code(family: str):
    told = {key.removeprefix(f"{family}.") for key in catalogue() if key.startswith(f"{family}.")}
    assert told == set(families()[family])


def _asked() -> set[str]:
    """Keys asked for by a literal, in the code, in the templates and by the command line."""
    asked = set()
    for source in SOURCE.values():
        asked |= set(re.findall(r'\b(?:both|text|word|short|number)\(\s*"([a-z_]+\.[\w-]+)"', source))
        asked |= set(re.findall(r"""["']([a-z_]+\.[\w-]+)["']\s*\|\s*(?:k|key)\b""", source))
        asked |= {f"cli.{name}" for name in re.findall(r'\bhelp_of\("(\w+)"', source)}
        asked |= {f"summary.{name}" for name in re.findall(r'\bsay\("(\w+)"', source)}
    return asked


def test_every_key_that_is_asked_for_exists():
    assert _asked() - set(catalogue()) == set()


def test_no_text_is_unused():
    literals = {word for source in SOURCE.values() for word in re.findall(r"""["']([a-z_]+\.[\w -]+)["']""", source)}
    columns = {f"summary.column_{name}" for name in re.findall(r'"(\w+)"', SOURCE[ROOT / "reports" / "summary.py"])}
    used = literals | columns | _asked() | BUILT
    coded_sections = {*families(), *CODED}
    assert [key for key in catalogue() if key not in used and key.split(".")[0] not in coded_sections] == []


def test_every_key_the_code_puts_together_exists():
    assert set(catalogue()) >= BUILT


@pytest.mark.parametrize(("section", "family"), CODED.items())
def test_sections_built_from_codes_hold_only_codes(section: str, family: str):
    told = {key.removeprefix(f"{section}.") for key in catalogue() if key.startswith(f"{section}.")}
    assert told <= set(families()[family])


def test_every_rule_that_compares_names_its_limit():
    nothing = {f"limit_of.{rule}" for rule in WITHOUT_LIMIT}
    compared = {f"limit_of.{rule}" for rule in OUTCOMES} - nothing
    assert compared <= set(catalogue())


def test_a_text_is_filled_in_each_language():
    filled = both("memo.assigned", name=coded("stage", "growth"), rule="x")
    assert filled == Text("growth — by rule: x", "成长期 — 依据规则：x")


def test_a_code_of_a_bank_is_shown_as_it_is():
    assert coded("stage_rule", "our_own_rule") == Text("our_own_rule", "our_own_rule")


def test_texts_are_joined_in_each_language():
    assert joined((Text("a", "甲"), "b")) == Text("a, b", "甲、b")


def test_an_unknown_key_is_named():
    with pytest.raises(TextError, match=r"text must be a key of texts.yaml; got 'no.such'"):
        both("no.such")


def test_an_unknown_language_is_named():
    with pytest.raises(TextError, match="language must be one of en, zh; got 'fr'"):
        text("decision.approve", "fr")


def test_a_missing_value_is_named():
    with pytest.raises(TextError, match=r"text memo.title: wanted a value for application; got none"):
        both("memo.title")


def test_an_entry_without_both_languages_is_refused(tmp_path: Path):
    path = tmp_path / "texts.yaml"
    path.write_text("a:\n  b: {en: only}\n", encoding="utf8")
    with pytest.raises(TextError, match=r"texts.yaml, a.b: wanted en and zh; got en"):
        catalogue(path)


def test_two_files_have_no_section_in_common(tmp_path: Path):
    path = tmp_path / "other.yaml"
    path.write_text("a:\n  b: {en: c, zh: 丙}\n", encoding="utf8")
    with pytest.raises(TextError, match=r"other.yaml: wanted sections that no other file has; a stands elsewhere too"):
        catalogue(path, path)


def test_stages_and_size_classes_are_told_as_the_segments_label_them():
    for family, names in (("stage", SEGMENTS.stages), ("size", SEGMENTS.size_classes)):
        for name in names:
            assert coded(family, name) == Text(SEGMENTS.labels[name]["en"], SEGMENTS.labels[name]["zh"])
    assert not {"stage", "size"} & set(yaml.safe_load(FILE.read_text(encoding="utf8")))
