"""Lifecycle stages and size classes: their names, order and labels, from `segments.yaml` beside this module."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy.guarded import read_yaml
from policy.loader import PolicyError

FILE = Path(__file__).with_name("segments.yaml")
KEYS = ("stages", "size_classes", "capped", "labels")
LANGUAGES = ("en", "zh")
RESERVED = ("total", "all")
"""Names that mean all stages, or all size classes, together."""


@dataclass(frozen=True)
class Segments:
    """Stages in the order of an enterprise's life, size classes from the smallest, those whose uplift is capped.

    `labels` gives the label of every stage and size class by language (en, zh).
    """

    stages: tuple[str, ...]
    size_classes: tuple[str, ...]
    capped: tuple[str, ...]
    labels: Mapping[str, Mapping[str, str]]


def read_segments(path: Path = FILE) -> Segments:
    """Segments of a file.

    Raises
    ------
    PolicyError
        When a key is missing or unknown, a name is no code or stands twice, a label lacks a language, or a capped class
        is no size class.
    """
    found = read_yaml(path)["segments"]
    if set(found) != set(KEYS):
        message = f"{path.name}: wanted keys {', '.join(KEYS)}; got {', '.join(map(str, found))}"
        raise PolicyError(message)
    stages, sizes = (_codes(found[key], f"{path.name}, {key}") for key in ("stages", "size_classes"))
    _unique((*stages, *sizes), path.name)
    unknown = [name for name in found["capped"] if name not in sizes]
    if unknown:
        message = f"{path.name}, capped: a class must be one of {', '.join(sizes)}; got {', '.join(map(str, unknown))}"
        raise PolicyError(message)
    return Segments(stages, sizes, tuple(found["capped"]), _labels(found["labels"], (*stages, *sizes), path.name))


def _codes(names: Sequence[Any], where: str) -> tuple[str, ...]:
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in RESERVED:
            message = (
                f"{where}: a name must be lower-case letters, digits and underscores, and none of "
                f"{', '.join(RESERVED)}; got {name!r}"
            )
            raise PolicyError(message)
    if not names:
        message = f"{where}: wanted at least one name; got none"
        raise PolicyError(message)
    return tuple(names)


def _unique(names: Sequence[str], where: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"{where}: every stage and size class must have a name of its own; {', '.join(twice)} stands twice"
        raise PolicyError(message)


def _labels(labels: Mapping[str, Any], names: Sequence[str], where: str) -> Mapping[str, Mapping[str, str]]:
    if set(labels) != set(names):
        message = f"{where}, labels: wanted a label for {', '.join(names)}; got {', '.join(map(str, labels))}"
        raise PolicyError(message)
    for name, label in labels.items():
        if not isinstance(label, Mapping) or set(label) != set(LANGUAGES) or not all(label.values()):
            message = f"{where}, labels, {name}: wanted {' and '.join(LANGUAGES)}; got {label!r}"
            raise PolicyError(message)
    return labels


SEGMENTS = read_segments()
STAGES = SEGMENTS.stages
SIZE_CLASSES = SEGMENTS.size_classes
CAPPED = SEGMENTS.capped
"""Size classes whose uplift the notice caps."""
