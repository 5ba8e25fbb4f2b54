"""Chapters that only a person can write: read from a file of the bank, marked where nobody wrote them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from policy.errors import MendableError
from policy.guarded import UnreadableError, read_yaml
from reports.texts import LANGUAGES, both
from reports.view import Paragraph
from schemas.declarations import Text

CHAPTERS: Mapping[str, tuple[str, str]] = {
    "business_context": ("validation_written.business_context", "validation_written.business_context_asks"),
    "data_ownership": ("validation_written.data_ownership", "validation_written.data_ownership_asks"),
    "overrides": ("validation_written.overrides", "validation_written.overrides_asks"),
    "independence": ("validation_written.independence", "validation_written.independence_asks"),
    "monitoring_plan": ("validation_written.monitoring_plan", "validation_written.monitoring_plan_asks"),
    "conclusion": ("validation_written.conclusion", "validation_written.conclusion_asks"),
    "sign_off": ("validation_written.sign_off", "validation_written.sign_off_asks"),
}
"""Keys of the chapters, each with the keys of its title and of what belongs there."""
KEYS = {"written_for", "chapters"}
BULLET = "- "


class WrittenError(MendableError):
    """The file of chapters is not as docs/validation_report.md says."""


@dataclass(frozen=True)
class Written:
    """Chapters by key, in one or both languages, and the mark of the report they were written for (may be empty)."""

    chapters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    written_for: str = ""


@dataclass(frozen=True)
class Piece:
    """A paragraph, or a list where `items` is not empty."""

    text: Text
    items: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Room:
    """One chapter of a person: title, what belongs there, its pieces; without any, room to write by hand."""

    kind: ClassVar[str] = "room"
    title: Text
    asks: Text
    pieces: Mapping[str, tuple[Piece, ...]]
    notices: tuple[Paragraph, ...] = ()


def read_written(path: Path) -> Written:
    """Chapters of a YAML file: `written_for` and, under `chapters`, a text or one per language (en, zh) for each key.

    Raises
    ------
    WrittenError
        When the file is no YAML, or has a key, a chapter, a language or a value that it should not.
    """
    try:
        content = read_yaml(path)
    except UnreadableError as error:
        message = f"wanted chapters as YAML in {path}; {error}"
        raise WrittenError(message) from error
    if not isinstance(content, dict) or set(content) - KEYS:
        got = ", ".join(map(str, content)) if isinstance(content, dict) else type(content).__name__
        message = f"{path}: wanted the keys {' and '.join(sorted(KEYS))}; got {got}"
        raise WrittenError(message)
    named = content.get("written_for", "")
    if not isinstance(named, str | None):
        message = f'{path}, written_for: wanted the mark as a text in quotes, like "547cf121a727"; got {named!r}'
        raise WrittenError(message)
    chapters = content.get("chapters") or {}
    unknown = sorted(set(chapters) - set(CHAPTERS)) if isinstance(chapters, dict) else [type(chapters).__name__]
    if unknown:
        message = f"{path}: a chapter must be one of {', '.join(CHAPTERS)}; got {', '.join(map(str, unknown))}"
        raise WrittenError(message)
    found = {key: texts for key, value in chapters.items() if (texts := _texts(path, key, value))}
    return Written(found, named or "")


def _texts(path: Path, key: str, value: object) -> dict[str, str]:
    """Texts of one chapter by language; a plain text, or a language left out, stands in both languages as it is."""
    given = {"": value} if isinstance(value, str) else value or {}
    if (
        not isinstance(given, dict)
        or set(given) - {"", *LANGUAGES}
        or not all(isinstance(v, str) for v in given.values())
    ):
        message = f"{path}, {key}: wanted a text, or texts under {' and '.join(LANGUAGES)}; got {value!r:.100}"
        raise WrittenError(message)
    return {language: text.strip() for language, text in given.items() if text.strip()}


def room(written: Written, key: str, mark: str) -> Room:
    """The chapter `key` of the report with that mark; with a notice where it was written for another report."""
    title, asks = CHAPTERS[key]
    texts = written.chapters.get(key, {})
    notices = []
    if texts and written.written_for != mark:
        named = written.written_for or "–"
        notices.append(Paragraph(both("validation_written.other_mark", named=named, mark=mark), "exceeded"))
    return Room(both(title), both(asks), {x: _pieces(_in(texts, x)) for x in LANGUAGES if texts}, tuple(notices))


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("") or next(iter(texts.values()))


def _pieces(text: str) -> tuple[Piece, ...]:
    """Paragraphs between empty lines; one whose lines all begin with `- ` is a list."""
    found = []
    for block in (block.strip("\n") for block in text.replace("\r", "").split("\n\n")):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        if lines and all(line.startswith(BULLET) for line in lines):
            found.append(Piece(Text("", ""), tuple(Text(x, x) for x in (line.removeprefix(BULLET) for line in lines))))
        elif lines:
            found.append(Piece(Text(" ".join(lines), " ".join(lines))))
    return tuple(found)
