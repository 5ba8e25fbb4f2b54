"""All text a person reads, from one catalogue in both languages: the YAML files beside this module."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml

from policy.errors import MendableError
from policy.segments import SEGMENTS
from schemas.declarations import Text

LANGUAGES = ("en", "zh")
FILE = Path(__file__).with_name("texts.yaml")
FILES = tuple(sorted(Path(__file__).parent.glob("*texts.yaml")))
"""FILE and those with a section each beside it, since none may grow above 100 kB."""


SEGMENT_FAMILIES = {"stage": SEGMENTS.stages, "size": SEGMENTS.size_classes}


class TextError(MendableError):
    """A text is asked for by a key, a language or values that the catalogue does not have."""


@cache
def catalogue(*paths: Path) -> Mapping[str, Text]:
    """Every text by its key, `section.name`; those of stages and size classes are the labels of policy/segments.yaml.

    `paths` are the files; without any, all of them.

    Raises
    ------
    TextError
        When an entry does not hold exactly the two languages, or two files have the same section.
    """
    found = {f"{family}.{name}": _label(name) for family, names in SEGMENT_FAMILIES.items() for name in names}
    for path in paths or FILES:
        texts = _texts(path)
        twice = sorted({key.split(".")[0] for key in texts} & {key.split(".")[0] for key in found})
        if twice:
            message = f"{path.name}: wanted sections that no other file has; {', '.join(twice)} stands elsewhere too"
            raise TextError(message)
        found |= texts
    return found


def _texts(path: Path) -> dict[str, Text]:
    sections = yaml.load(path.read_text(encoding="utf8"), Loader=yaml.CSafeLoader)
    found = {}
    for section, entries in sections.items():
        for name, entry in entries.items():
            if set(entry) != set(LANGUAGES):
                message = f"{path.name}, {section}.{name}: wanted {' and '.join(LANGUAGES)}; got {', '.join(entry)}"
                raise TextError(message)
            found[f"{section}.{name}"] = Text(entry["en"], entry["zh"])
    return found


def _label(name: str) -> Text:
    return Text(*(SEGMENTS.labels[name][language] for language in LANGUAGES))


def both(key: str, /, **values: str | Text) -> Text:
    """Text of `key` in both languages with its placeholders filled; a value that is a Text fills in its own language.

    Raises
    ------
    TextError
        When there is no such key, or a placeholder has no value.
    """
    if key not in catalogue():
        message = f"text must be a key of {FILE.name}; got {key!r}"
        raise TextError(message)
    entry = catalogue()[key]
    return Text(*(_filled(key, pattern, at, values) for at, pattern in enumerate(entry)))


def _filled(key: str, pattern: str, at: int, values: Mapping[str, str | Text]) -> str:
    in_language = {name: value[at] if isinstance(value, Text) else value for name, value in values.items()}
    try:
        return pattern.format_map(in_language)
    except KeyError as error:
        message = f"text {key}: wanted a value for {error.args[0]}; got {', '.join(values) or 'none'}"
        raise TextError(message) from error


def text(key: str, language: str, /, **values: str | Text) -> str:
    """Text of `key` in one language (en or zh) with its placeholders filled.

    Raises
    ------
    TextError
        When the language or the key does not exist, or a placeholder has no value.

    >>> text("decision.approve", "en")
    'approve'
    """
    return in_language(both(key, **values), language)


def in_language(value: Text | str, language: str) -> str:
    """A text in one language (en or zh); a plain text as it stands.

    Raises
    ------
    TextError
        When the language does not exist.
    """
    if language not in LANGUAGES:
        message = f"language must be one of {', '.join(LANGUAGES)}; got {language!r}"
        raise TextError(message)
    return value[LANGUAGES.index(language)] if isinstance(value, Text) else value


def coded(family: str, code: str) -> Text:
    """Text of a code of the product: a stage, a rule, a reason; the code itself where a bank has added its own."""
    key = f"{family}.{code}"
    return both(key) if key in catalogue() else Text(code, code)


def joined(parts: Iterable[Text | str], en: str = ", ", zh: str = "、") -> Text:
    """Several texts as one list in each language."""
    listed = [part if isinstance(part, Text) else Text(part, part) for part in parts]
    return Text(en.join(part.en for part in listed), zh.join(part.zh for part in listed))
