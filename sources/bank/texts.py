"""Any value a file or database holds, as the text it stands for; a value that stands for none is told apart."""

import string
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd

BLANKS = string.whitespace + "\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
"""Characters without ink: they are taken off both ends of every text."""

EXACT = 10**15
"""Whole numbers up to here are exact in a workbook (15 digits) and in a double; beyond, digits may have been lost."""

EXCEL_ERRORS = (
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
)
BROKEN = ("\ufffd", "锟斤拷")
"""What is left of characters that were written or read in a wrong encoding."""

NULL_WORDS = frozenset({"null", "none", "nan", "nat", "n/a", "<na>", "(null)", "\\n", "无", "空", "未知", "不详"})
"""Words, in lower case, that mean "no value" in some systems; they mean it here once the mapping says so."""


TOTALS = frozenset(
    {"合计", "总计", "小计", "合计:", "合计：", "总计:", "总计：", "total", "subtotal", "grand total", "sum"}
)
"""Words, in lower case, that begin the last line of an export."""


def texts(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Values as stripped text, missing where there is none; and which values stand for no text that could be kept.

    Whole numbers lose a decimal point (600100.0 is 600100), days are YYYY-MM-DD, bytes are read as UTF-8. A number with
    a fraction, or one with more digits than a double keeps, stays as it stands, for the caller to refuse.
    """
    if values.dtype == "str":
        return values.str.strip(BLANKS), pd.Series(False, index=values.index)
    plain = values.astype("object")
    found = [text_of(value) for value in plain]
    unreadable = pd.Series([text is None for text in found], index=values.index, dtype="bool")
    return pd.Series(found, index=values.index, dtype="str"), unreadable


def text_of(value: Any) -> Any:
    """Text of one value, NaN when it is missing, None when it stands for no text (a list, or bytes that are none)."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float | Decimal) and value != value):
        return np.nan
    if isinstance(value, str):
        return value.strip(BLANKS)
    if isinstance(value, bytes):
        try:
            return value.decode("utf8").strip(BLANKS)
        except UnicodeDecodeError:
            return None
    if isinstance(value, float | np.floating):
        return str(int(value)) if np.isfinite(value) and value == int(value) else repr(float(value))
    if isinstance(value, Decimal):
        whole = value.is_finite() and value == value.to_integral_value()
        return str(int(value)) if whole else format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | bool | np.bool_ | int | np.integer | UUID):
        return str(value)
    return None


def header_name(text: str) -> str:
    """Name of a column without characters that have no ink, at its ends or (zero width) anywhere."""
    return "".join(c for c in text if c not in "\u200b\u200c\u200d\u2060\ufeff").strip(BLANKS)


def not_a_text(values: pd.Series, text: pd.Series) -> pd.Series:
    """True for texts nobody wrote: error values of a workbook, characters broken by a wrong encoding, days, fractions.

    `values` are the values as they came, of which `text` is the text.
    """
    known = text.fillna("")
    bad = known.isin(EXCEL_ERRORS)
    for mark in BROKEN:
        bad |= known.str.contains(mark, regex=False)
    if values.dtype == "str":
        return bad
    exact = {"float16": 2**11, "float32": 2**24}.get(str(values.dtype), EXACT)
    found = [_no_identifier(value, exact) for value in values.astype("object")]
    return bad | pd.Series(found, index=values.index, dtype="bool")


def _no_identifier(value: Any, exact: int) -> bool:
    """True for a typed value that is no text: a day, or a number whose digits were not all kept."""
    if isinstance(value, float | np.floating):
        return bool(np.isfinite(value)) and (float(value) != int(value) or abs(float(value)) >= exact)
    if isinstance(value, Decimal):
        return value.is_finite() and value != value.to_integral_value()
    return isinstance(value, date) and value is not pd.NaT


def lost_digits(text: pd.Series) -> pd.Series:
    """True for identifiers that Excel turned into numbers, like 9.14403E+17: their last digits are lost."""
    return text.str.fullmatch(r"[+-]?\d+(?:\.\d+)?[eE]\+\d+", na=False)


def not_an_identifier(text: pd.Series) -> pd.Series:
    """True for what names nothing in a column of identifiers: the foot of a list, or Excel's marks of a text."""
    return text.str.lower().isin(TOTALS) | text.str.match(r"[=']", na=False)


def is_null_word(text: pd.Series) -> pd.Series:
    """True for words that mean "no value" in some systems."""
    return text.str.lower().isin(NULL_WORDS)
