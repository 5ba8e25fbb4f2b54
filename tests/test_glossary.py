"""The glossary: sorted, in both languages, each term once, and the words it rejects found nowhere."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from features.declarations import DOMAINS
from policy.loader import FLAGS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "GLOSSARY.md").read_text(encoding="utf8")
MARKS = r"(?: Not: (?P<en>[^。]+?)\.)?(?: 不用：(?P<zh>.+?)。)?$"
"""The words an entry rejects, in English and in Chinese, at its end."""
ENTRIES = [
    (m["term"], m["chinese"], m["meaning"])
    for m in re.finditer(
        rf"^\*\*(?P<term>.+?)\*\* \((?P<chinese>.+?)\): (?P<meaning>.+?){MARKS}", TEXT, flags=re.MULTILINE
    )
]
REJECTED = [
    (word.strip(), m["chinese"])
    for m in re.finditer(rf"^\*\*.+?\*\* \((?P<chinese>.+?)\): .+?{MARKS}", TEXT, flags=re.MULTILINE)
    for word in [*(m["en"] or "").split(","), *(m["zh"] or "").split("、")]
    if word.strip()
]
"""Every rejected word, with the Chinese word of its entry."""
READ = (".py", ".md", ".yaml", ".yml", ".toml", ".ipynb", ".html", ".css", ".sql", ".txt")
ALLOWED = {
    ("pyproject.toml", "layer"): "import-linter's own key and kind of contract",
}
"""Files in which a rejected word may stand, with the reason."""


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


def _files() -> list[str]:
    """Text files in git but the machine's own (dvc.lock) and this one."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    wanted = (name for name in listed.split("\0") if name.endswith(READ) and (ROOT / name).exists())
    return [name for name in wanted if name not in ("tests/test_glossary.py", "constraints.txt")]


def _text(name: str) -> str:
    """Text of a file: of a notebook its cells, of the glossary what is not a mark."""
    raw = (ROOT / name).read_bytes().decode("utf8", errors="ignore")
    if name.endswith(".ipynb"):
        raw = "\n".join("".join(cell["source"]) for cell in json.loads(raw)["cells"])
    if name == "GLOSSARY.md":
        raw = re.sub(r"( Not: [^。\n]+?\.)?( 不用：.+?。)?$", "", raw, flags=re.MULTILINE)
    return raw


def found_in(text: str, word: str, kept: str = "") -> list[str]:
    """Lines of `text` with `word`: whole words of prose and of identifiers, in any case, plural too.

    A Chinese word does not count within `kept`, the word that is used in its place.
    """
    if re.search(r"[一-鿿]", word):
        pattern = re.escape(word)
        for part in re.split(r"[（）()／/]", kept):
            if word in part:
                before, after = part.split(word, 1)
                behind = f"(?<!{re.escape(before)})" if before else ""
                pattern = f"{behind}{re.escape(word)}" + (f"(?!{re.escape(after)})" if after else "")
    else:
        words = r"[\s_-]+".join(re.escape(part) for part in word.split())
        pattern = rf"(?<![A-Za-z]){words}s?(?![A-Za-z])"
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text)
    return [
        split[split.rfind("\n", 0, m.start()) + 1 : (split + "\n").find("\n", m.end())].strip()
        for m in re.finditer(pattern, split, flags=re.IGNORECASE)
    ]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Text of every file that is read."""
    return {name: _text(name) for name in _files()}


def test_the_glossary_rejects_words_in_both_languages():
    words = {word for word, _ in REJECTED}
    assert {"knob", "rival", "layer", "battery", "切点", "备忘录", "对数几率", "年景"} <= words
    assert not any("Not:" in meaning or "不用" in meaning for _, _, meaning in ENTRIES)


@pytest.mark.parametrize(("word", "chinese"), REJECTED)
def test_a_rejected_word_is_found_nowhere(word: str, chinese: str, texts: dict[str, str]):
    found = {
        name: lines
        for name, text in texts.items()
        if (name, word) not in ALLOWED and (lines := found_in(text, word, chinese))
    }
    assert found == {}


@pytest.mark.parametrize(("name", "word"), ALLOWED)
def test_what_is_allowed_is_still_needed(name: str, word: str):
    assert found_in(_text(name), word)


@pytest.mark.parametrize(
    ("text", "word", "kept", "times"),
    [
        ("two rivals of RivalModel in rival_pds", "rival", "", 3),
        ("arrival, rivalry", "rival", "", 0),
        ("player, layered, _layer", "layer", "", 1),
        ("promise\n    kept", "promise kept", "", 1),
        ("对数优势比与对数优势", "对数优势", "对数优势比", 1),
        ("被执行案件、执行案件", "执行案件", "被执行案件", 1),
    ],
)
def test_words_are_found_in_prose_and_identifiers_alone(text: str, word: str, kept: str, times: int):
    assert len(found_in(text, word, kept)) == times


def test_every_term_is_used_somewhere_else(texts: dict[str, str]):
    """What exists only in the glossary is not part of this project."""
    rest = "\n".join(text.lower() for name, text in texts.items() if name != "GLOSSARY.md").replace("_", " ")
    unused = []
    for term, chinese, _ in ENTRIES:
        names = [*re.split(r" / |, ", term.lower()), *re.split(r"[（）()／，]", chinese)]
        if not any(name.strip() and name.strip().replace("_", " ") in rest for name in names):
            unused.append(term)
    assert unused == []
