"""Identifiers as two systems may write the same one: width, case, blanks, and what spreadsheets make of digits."""

import pandas as pd

NO_INK = "[\\s\u200b\u200c\u200d\u2060\ufeff]"
"""White space and characters of no width, as a regular expression."""


def folded(ids: pd.Series) -> pd.Series:
    """Identifiers without what systems write differently; missing where nothing is left.

    Full-width characters become plain (Unicode NFKC), letters upper case, characters without ink go; a number loses
    leading zeros and a decimal point with zeros, which spreadsheets drop and add. Two identifiers that fold alike are
    not therefore the same: this finds whom a row may speak of, never whom it belongs to.

    >>> folded(pd.Series(["\uff25\uff10\uff11", " e01 ", "00620", "620.0"])).tolist()
    ['E01', 'E01', '620', '620']
    """
    plain = ids.astype("str").str.normalize("NFKC").str.replace(NO_INK, "", regex=True).str.upper()
    whole = plain.str.replace(r"^([0-9]+)\.0+$", r"\1", regex=True)
    digits = whole.str.fullmatch("[0-9]+", na=False)
    short = whole.str.lstrip("0")
    number = short.mask(short == "", "0")
    return whole.mask(digits, number).mask(whole == "")
