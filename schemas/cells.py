"""Texts as cells of CSV files and workbooks: no cell is taken for a formula by a program that opens the file."""

import re

import pandas as pd

from policy.printable import printable

SIGNS = r"=+\-@＝＋－＠"
"""Signs that a formula may begin with; the wide ones of Chinese and Japanese are taken for the narrow."""
# Inside a text as well: a program that takes the semicolon for the delimiter, as the language of a computer may say,
# begins a cell behind it, and where it does not see the quotation marks a line break begins a row.
_FORMULA = re.compile(rf"(^|[;\t\r\n])(\s*)(?='*[{SIGNS}])")
_MADE = re.compile(rf"(^|;)(\s*)'(?='*[{SIGNS}])")
_DOUBTFUL = rf"[\p{{Cc}}\p{{Cf}}\p{{Zl}}\p{{Zp}};]|^[\s\p{{Z}}]*'*[{SIGNS}]"
"""What `inert` may change, in the regular expressions of Arrow; every other text stays as it is."""


def inert(text: str) -> str:
    r"""Text that no program takes for a formula: an apostrophe stands before a sign that may begin one.

    Control characters are written as escapes (`policy.printable`), line breaks and tabs among them. A text that has
    apostrophes before such a sign gets one more, so no two texts without control characters become the same.

    >>> inert("=1+1"), inert("-12"), inert("a;  @SUM(1)"), inert("净利率 -3%")
    ("'=1+1", "'-12", "a;  '@SUM(1)", '净利率 -3%')
    """
    return printable(_FORMULA.sub(r"\1\2'", text))


def as_it_was(cell: str) -> str:
    """The text that `inert` made `cell` of, where that one held no control character.

    >>> as_it_was("'-12")
    '-12'
    """
    return _MADE.sub(r"\1\2", cell)


def inert_table(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts, and names of columns, are `inert`; numbers, days and missing values stay as they are."""
    columns = [_inert_column(table.iloc[:, place]) for place in range(table.shape[1])]
    found = pd.concat(columns, axis="columns") if columns else table
    return found.set_axis([_inert_value(name) for name in table.columns], axis="columns")


def _inert_column(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.StringDtype):
        return inert_texts(column)
    if column.dtype == "object" or isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype("object").map(_inert_value)
    return column


def inert_texts(texts: pd.Series) -> pd.Series:
    """A column of dtype `str` made `inert`; only the texts that this may change are looked at one by one."""
    doubtful = texts.astype("str").str.contains(_DOUBTFUL, regex=True, na=False)
    return texts.mask(doubtful, texts[doubtful].map(inert)) if doubtful.any() else texts


def _inert_value(value: object) -> object:
    return inert(value) if isinstance(value, str) else value
