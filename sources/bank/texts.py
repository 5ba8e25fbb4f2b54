"""Any value a file or database holds, as the text it stands for; a value that stands for none is told apart."""

import re
import string
import unicodedata
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

NULL_WORDS = frozenset(
    {"null", "none", "nil", "nan", "nat", "n/a", "n.a.", "undefined", "\\n", "无", "空", "空值", "未知", "不详"}
    | {"暂无", "缺失", "未填", "未填报", "不适用", "待补"}
)
"""Words, in lower case and without brackets, that mean "no value" in some systems; here, once the mapping says so."""

BRACKETS = "()<>[]{}【】《》"

TOTAL = re.compile(
    r"[\w\s]{0,8}?(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计)(?:\s*[(:].*)?|(?:(?:grand|sub)\s?)?total\s*:?|sum\s*:?"
    r"|共\s*\d+\s*[条笔户行家项个].*"
)
"""What stands in the total line of an export, in half width and lower case: 合计, 本页小计, 合计(元), 共 56 条."""

UNSEEN = re.compile("[\x00-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
"""Characters that cannot be seen, or look like a space: two identifiers that differ in one look the same."""


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
    """True for identifiers that a program turned into numbers, like 9.14403E+17: their last digits are lost."""
    return text.str.fullmatch(r"[+-]?\d+(?:\.\d+)?[eE]\+\d+|[+-]?\d+[.,]\d+[eE]\+?\d+", na=False)


def not_an_identifier(text: pd.Series) -> pd.Series:
    """True for what names nothing in a column of identifiers.

    That is the foot of a list, a text without a letter or digit, one with Excel's marks of a text or with a character
    that cannot be seen.
    """
    found = [isinstance(value, str) and _names_nothing(value) for value in text]
    return pd.Series(found, index=text.index, dtype="bool")


def _names_nothing(text: str) -> bool:
    # Python's own, since isalnum() knows letters of all writing.
    bare = text.isascii() and text.isalnum()
    marked = not bare and (text[:1] in "='\u2019\"" or UNSEEN.search(text) is not None)
    return marked or not any(map(str.isalnum, text)) or _is_total(text)


def is_total(text: pd.Series) -> pd.Series:
    """True for what stands in the total line of an export."""
    different = {value for value in text.dropna().unique() if _is_total(value)}
    return text.isin(different)


def _is_total(text: str) -> bool:
    return len(text) < 40 and TOTAL.fullmatch(unicodedata.normalize("NFKC", text).lower()) is not None


def is_null_word(text: pd.Series) -> pd.Series:
    """True for words that mean "no value" in some systems, and for texts of marks alone (-, --, /)."""
    different = {value for value in text.dropna().unique() if _is_null_word(value)}
    return text.isin(different)


def _is_null_word(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).lower().strip(BRACKETS + BLANKS)
    return plain in NULL_WORDS or text.lower() == "<na>" or not any(map(str.isalnum, plain))
