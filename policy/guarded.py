"""Reading YAML and JSON that people give: within bounds, no key twice, every fault one sentence.

A few lines of YAML whose aliases name each other can stand for billions of values, and brackets nested without end stop
a parser with a fault of its own; both are refused before anything is built.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from policy.errors import MendableError

MOST_BYTES = 4_000_000
"""Size of a file, at most: a mapping of 20 tables has 10,000 bytes."""
MOST_VALUES = 200_000
"""Values and keys of a YAML file, at most, with every alias written out."""
DEEPEST = 40
"""Lists and mappings in each other, at most."""
_EVENTS: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnreadableError(MendableError):
    """A file cannot be read as YAML or JSON: it is none, is too large, or would grow beyond bounds."""


class RepeatedKeyError(UnreadableError):
    """A key stands twice in one place of a file."""


class StrictLoader(yaml.SafeLoader):
    """Loader that refuses a repeated key, of which YAML would keep the last without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Keys with their values.

        Raises
        ------
        RepeatedKeyError
            When a key stands twice; the message names it and both lines.
        """
        lines: dict[Any, int] = {}
        for key_node, _ in node.value:
            key, line = getattr(key_node, "value", None), key_node.start_mark.line + 1
            if isinstance(key, str) and key in lines:
                message = f"key {key} stands twice, in line {lines[key]} and in line {line}; keep one"
                raise RepeatedKeyError(message)
            lines[str(key)] = line
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


def read_yaml(path: Path, loader: type[yaml.SafeLoader] = StrictLoader) -> Any:
    """Content of a YAML file in UTF-8.

    Raises
    ------
    UnreadableError
        When it is no YAML, is too large, nested too deep, or its aliases stand for too much.
    RepeatedKeyError
        When a key stands twice, as StrictLoader finds it.
    OSError
        When the file cannot be opened.
    """
    return load_yaml(_text(path), loader)


def load_yaml(text: str, loader: type[yaml.SafeLoader] = StrictLoader) -> Any:
    """Content of a YAML text; errors are those of `read_yaml`."""
    try:
        _require_bounded(text)
        return yaml.load(text, Loader=loader)  # a SafeLoader
    except UnreadableError:
        raise
    # PyYAML lets Python's own errors through: a day that is none, a number of thousands of digits.
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise UnreadableError(" ".join(str(error).split())) from error


def read_json(path: Path, most_bytes: int = MOST_BYTES) -> Any:
    """Content of a JSON file in UTF-8.

    Raises
    ------
    UnreadableError
        When it is no JSON, is larger than `most_bytes`, or nested too deep.
    RepeatedKeyError
        When a key stands twice.
    OSError
        When the file cannot be opened.
    """
    return load_json(_text(path, most_bytes))


def load_json(text: str | bytes) -> Any:
    """Content of a JSON text; errors are those of `read_json`."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError as error:
        message = "it is nested too deep"
        raise UnreadableError(message) from error
    except UnreadableError:
        raise
    except ValueError as error:
        raise UnreadableError(" ".join(str(error).split())) from error


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        message = f"key {next(name for name in names if names.count(name) > 1)!r:.80} stands twice; keep one"
        raise RepeatedKeyError(message)
    return found


def _text(path: Path, most_bytes: int = MOST_BYTES) -> str:
    with path.open("rb") as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        message = f"it is larger than {most_bytes:,} bytes"
        raise UnreadableError(message)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(str(error)) from error


def _require_bounded(text: str) -> None:
    """Nothing, when the text, with every alias written out, keeps the bounds; parsed piece by piece, nothing is built.

    Of every value the number of values in it and the depth of it are known when it ends, so an alias costs nothing.
    """
    ended: dict[str, tuple[int, int]] = {}
    begun: list[list[Any]] = []  # anchor, values and depth so far
    for event in yaml.parse(text, Loader=_EVENTS):
        if isinstance(event, yaml.events.CollectionStartEvent):
            begun.append([event.anchor, 1, 1])
            _require_within(event, 1, len(begun))
            continue
        if isinstance(event, yaml.events.CollectionEndEvent):
            anchor, values, depth = begun.pop()
        elif isinstance(event, yaml.events.ScalarEvent):
            anchor, values, depth = event.anchor, 1, 0
        elif isinstance(event, yaml.events.AliasEvent):
            if event.anchor not in ended:
                message = f"alias {event.anchor}, line {_line(event)}: it stands for nothing before it"
                raise UnreadableError(message)
            anchor, (values, depth) = None, ended[event.anchor]
        else:
            continue
        if anchor is not None:
            ended[anchor] = (values, depth)
        if begun:
            begun[-1][1] += values
            begun[-1][2] = max(begun[-1][2], depth + 1)
            _require_within(event, begun[-1][1], len(begun) + depth)


def _require_within(event: yaml.events.Event, values: int, depth: int) -> None:
    if depth > DEEPEST:
        message = f"line {_line(event)}: lists and mappings are nested more than {DEEPEST} deep"
        raise UnreadableError(message)
    if values > MOST_VALUES:
        message = f"line {_line(event)}: it stands for more than {MOST_VALUES:,} values, aliases written out"
        raise UnreadableError(message)


def _line(event: yaml.events.Event) -> int:
    return 0 if event.start_mark is None else event.start_mark.line + 1
