"""What becomes of more than a page holds: long texts end in an ellipsis, long lists in how many are left out."""

from collections.abc import Sequence

from reports.texts import both
from schemas.declarations import Text

LONGEST = 60
"""Characters of a text of the bank's own; one of Chinese counts as two."""


def cut(text: str, most: int = LONGEST) -> str:
    """The text on one line, or its beginning and an ellipsis where it is longer than `most` narrow characters.

    >>> cut("a" * 12, 8), cut("示例科技有限公司", 8), cut("short", 8)
    ('aaaaaaa…', '示例科…', 'short')
    """
    line, width = visible(" ".join(text.split())), 0
    for at, letter in enumerate(line):
        width += 2 if ord(letter) > 0x2E7F else 1
        if width > most:
            end, room = at, most - 1
            while end and sum(2 if ord(c) > 0x2E7F else 1 for c in line[:end]) > room:
                end -= 1
            return f"{line[:end]}…"
    return line


def visible(text: str) -> str:
    """The text with signs that cannot be seen, or turn its direction, written as their numbers.

    >>> visible("a\u202eb"), visible("示例 A1")
    ('a⟨U+202E⟩b', '示例 A1')
    """
    return "".join(c if c.isprintable() else f"⟨U+{ord(c):04X}⟩" for c in text)


def listed(parts: Sequence[Text], most: int) -> tuple[Text, ...]:
    """The first `most` of the parts, and how many more there are."""
    if len(parts) <= most:
        return tuple(parts)
    return (*parts[:most], both("memo.more", count=str(len(parts) - most)))
