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


BLANK = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters of Unicode that show nothing: fillers of Korean writing."""


def words(text: str) -> bool:
    r"""Whether a text that a person has to write is one line, hides nothing, and shows at least one letter or digit.

    >>> words("Li 甲"), words(" "), words("\u200b"), words("\u3164"), words("Li\nChen")
    (True, False, False, False, False)
    """
    shown = any(unicodedata.category(each)[0] in "LN" and each not in BLANK for each in text)
    return shown and not any(unicodedata.category(each) in HIDDEN for each in text)
