"""Texts that a person has to write: a name, a reason, a note."""

import unicodedata

from policy.printable import HIDDEN

BLANK = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters of Unicode that show nothing: fillers of Korean writing."""


def words(text: str) -> bool:
    r"""Whether a text that a person has to write is one line, hides nothing, and shows at least one letter or digit.

    >>> words("Li 甲"), words(" "), words("\u200b"), words("\u3164"), words("Li\nChen")
    (True, False, False, False, False)
    """
    shown = any(unicodedata.category(each)[0] in "LN" and each not in BLANK for each in text)
    return shown and not any(unicodedata.category(each) in HIDDEN for each in text)
