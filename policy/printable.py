"""Texts that came from outside, made safe to show: no character of them steers a terminal, a log line or a page."""

import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of Unicode that are never shown as they are: control characters of C0 and C1, characters without a width
or that turn the direction of writing (U+202A to U+202E, U+2066 to U+2069 among them), halves of a character, and line
and paragraph separators. Characters for private use stay: banks write rare names with them."""


def printable(text: str, keep: str = "") -> str:
    r"""Text with every character of the categories HIDDEN, but those in `keep`, written as an escape of Python.

    A line break is one of them, so that one message stays one line.

    >>> printable("A\x1b[2J\u202etxt.exe\n")
    'A\\x1b[2J\\u202etxt.exe\\n'
    >>> printable("甲　公司 (一)")
    '甲\u3000公司 (一)'
    """
    if text.isprintable():  # the common case, and quick
        return text
    return "".join(
        repr(character)[1:-1] if character not in keep and unicodedata.category(character) in HIDDEN else character
        for character in text
    )
