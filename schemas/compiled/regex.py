"""Regular expressions of Python as the engine reads them (RE2), where both can say the same."""

import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST_TIMES = 1000
"""Times that RE2 repeats at most."""


class NoSuchPatternError(ValueError):
    """A pattern has a part that RE2 does not know, or takes for something else."""


def searched(pattern: str) -> str:
    """The pattern in RE2 that is found in the same texts as `re.search` finds `pattern`.

    Classes of characters are spelled out as Python has them, and `$` is the end or a line feed that ends the text.

    Raises
    ------
    NoSuchPatternError
        When there is none: flags, references, what looks ahead or behind, word characters and edges, `$` within.
    """
    try:
        parsed = parser.parse(pattern)
    except re.error as error:
        raise NoSuchPatternError(str(error)) from error
    if parsed.state.flags != int(re.UNICODE):
        message = f"flags in {pattern}"
        raise NoSuchPatternError(message)
    return _sequence(parsed, True)


def _sequence(items: Any, last: bool) -> str:
    listed = list(items)
    return "".join(_item(code, about, last and place == len(listed) - 1) for place, (code, about) in enumerate(listed))


def _item(code: Any, about: Any, last: bool) -> str:
    if code in (op.MAX_REPEAT, op.MIN_REPEAT):
        low, high, repeated = about
        return f"(?:{_sequence(repeated, False)}){_times(low, high)}"
    if code is op.SUBPATTERN and not about[1] and not about[2]:
        return f"(?:{_sequence(about[3], last)})"
    if code is op.BRANCH:
        return f"(?:{'|'.join(_sequence(branch, last) for branch in about[1])})"
    if code is op.AT and about in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
        return "\\A"
    if code is op.AT and last and about in (op.AT_END, op.AT_END_STRING):
        return "(?:\\n?\\z)" if about is op.AT_END else "\\z"
    if code is op.ANY:
        return "[^\\n]"
    if code is op.LITERAL:
        return _character(about)
    if code is op.NOT_LITERAL:
        return f"[^{_character(about)}]"
    if code is op.IN:
        return f"[{''.join(_member(*member) for member in about)}]"
    message = f"{code} {about}"
    raise NoSuchPatternError(message)


def _times(low: int, high: Any) -> str:
    endless = high is op.MAXREPEAT
    if low > MOST_TIMES or (not endless and high > MOST_TIMES):
        message = f"more than {MOST_TIMES} times"
        raise NoSuchPatternError(message)
    return f"{{{low},{'' if endless else high}}}"


def _member(code: Any, about: Any) -> str:
    if code is op.NEGATE:
        return "^"
    if code is op.LITERAL:
        return _character(about)
    if code is op.RANGE:
        return f"{_character(about[0])}-{_character(about[1])}"
    if code is op.CATEGORY and str(about) in _CLASSES:
        return _class(str(about))
    message = f"{code} {about}"
    raise NoSuchPatternError(message)


def _character(point: int) -> str:
    return f"\\x{{{point:x}}}"


_CLASSES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_NOT_DIGIT": lambda c: not c.isdecimal(),
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_NOT_SPACE": lambda c: not c.isspace(),
}


@cache
def _class(category: str) -> str:
    """Members of a class of characters, as ranges; surrogates are none, since no text has them."""
    met = _CLASSES[category]
    points = [p for p in range(sys.maxunicode + 1) if not 0xD800 <= p <= 0xDFFF and met(chr(p))]
    return "".join(f"{_character(first)}-{_character(last)}" for first, last in _ranges(points))


def _ranges(points: Sequence[int]) -> list[tuple[int, int]]:
    starts = [p for at, p in enumerate(points) if not at or points[at - 1] != p - 1]
    ends = [p for at, p in enumerate(points) if at == len(points) - 1 or points[at + 1] != p + 1]
    return list(zip(starts, ends, strict=True))
