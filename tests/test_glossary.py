"""The glossary: sorted, in both languages, each term once, with the words of the catalogue among them."""

import re
from pathlib import Path

from features.declarations import DOMAINS
from policy.loader import FLAGS

TEXT = (Path(__file__).parents[1] / "GLOSSARY.md").read_text(encoding="utf8")
ENTRIES = re.findall(r"^\*\*(.+?)\*\* \((.+?)\): (.+)$", TEXT, flags=re.MULTILINE)


def test_every_paragraph_is_a_term_with_its_chinese_word_and_a_short_meaning():
    paragraphs = [p for p in TEXT.strip().split("\n\n") if p.startswith("**")]
    assert len(paragraphs) == len(ENTRIES) > 100
    for term, chinese, meaning in ENTRIES:
        assert re.search(r"[一-鿿]", chinese) or chinese.startswith(term)
        assert len(meaning) < 400


def test_terms_are_sorted_and_come_once():
    terms = [term.lower() for term, _, _ in ENTRIES]
    assert terms == sorted(set(terms))


def test_every_domain_and_every_verification_flag_is_explained():
    meanings = dict((term, meaning) for term, _, meaning in ENTRIES)
    for domain in DOMAINS.values():
        assert domain.zh in meanings["domain"]
    for flag in FLAGS:
        assert f"{flag} " in meanings["flag, verification flag"]
