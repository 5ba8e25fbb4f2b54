"""A bank's values in our units and types: money in 万元, percentages, Chinese dates, codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from schemas.declarations import Column
from sources.bank.days import all_days, days, in_zone, no_day, period_end
from sources.bank.maps import ColumnMap
from sources.bank.texts import is_null_word, lost_digits, not_a_text, not_an_identifier, texts
from sources.bank.units import DATE_WORDS, unit_factor

NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d*)?(?:[eE][+-]?\d+)?"
PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
YES_NO: Mapping[str, bool] = {
    **dict.fromkeys(("true", "1", "yes", "y", "是", "有"), True),
    **dict.fromkeys(("false", "0", "no", "n", "否", "无"), False),
}
WANTED: Mapping[str, str] = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": f"one of {', '.join(YES_NO)}",
    "date": "a day like 2024-01-31, 2024/1/31, 20240131 or 2024年1月31日",
}
STANDS_FOR_NO_DAY = " (a day like 1900-01-01 or 9999-12-31 that means no day is listed under missing)"


@dataclass(frozen=True)
class Converted:
    """Values in our type and unit, missing where they could not be read; `bad` marks the ones that could not."""

    values: pd.Series
    bad: pd.Series


def wanted(spec: ColumnMap) -> str:
    """Words for what a value of the column should have been."""
    if spec.values is not None:
        return f"one of {', '.join(spec.values)} (as listed under values)"
    if spec.ours.values is not None:
        return f"one of {', '.join(spec.ours.values)} (or a code listed under values)"
    if spec.format is not None:
        years = ", with the year in four digits" if "%y" in spec.format else ""
        return f"a date in the format {spec.format}{years}{STANDS_FOR_NO_DAY}"
    if spec.ours.dtype == "date":
        return WANTED["date"] + STANDS_FOR_NO_DAY
    unit = f" in {spec.unit}" if spec.unit is not None else ""
    if identifies(spec.ours):
        return "an identifier with all its digits"
    return WANTED.get(spec.ours.dtype, "a text") + unit


def identifies(column: Column) -> bool:
    """True for a column whose texts name an enterprise, an application or another thing."""
    return column.name.endswith("_id") or column.name == "credit_code"


def converted(values: pd.Series, spec: ColumnMap) -> Converted:
    """`values` of the bank's column in our type and unit."""
    if spec.values is None and spec.ours.dtype in {"number", "integer"} and values.dtype.kind in "iuf":
        number = values.astype("float64")
        return _number(number, number.notna(), spec)
    if spec.values is None and spec.ours.dtype == "date" and values.dtype.kind == "M":
        return _date(_in_period(in_zone(values, spec.zone), spec), values.notna(), spec)
    text, unreadable = texts(values)
    text = text.mask(text.isin(spec.missing))
    if spec.values is None:
        found = _typed(text, values, spec)
    else:
        unknown = text.notna() & ~text.isin(list(spec.values))
        ours = text.map(spec.values).astype("str")
        read = _typed(ours, ours, spec)
        found = Converted(read.values, read.bad | unknown)
    return Converted(found.values.mask(unreadable), found.bad | unreadable)


def _typed(text: pd.Series, values: pd.Series, spec: ColumnMap) -> Converted:
    dtype = spec.ours.dtype
    if dtype == "string":
        bad = _bad_text(text, values, spec.ours, spec.theirs)
        return Converted(text.mask(bad), bad)
    if dtype == "boolean":
        flags = text.str.lower().map(YES_NO).astype("boolean")
        return Converted(flags, text.notna() & flags.isna())
    if dtype == "date":
        return _date(_days(text, values, spec), text.notna(), spec)
    return _number(numbers(text, percent=spec.unit in {"percent", "%"}), text.notna(), spec)


def _days(text: pd.Series, values: pd.Series, spec: ColumnMap) -> pd.Series:
    found = days(text, spec.format, spec.zone)
    if spec.format is None or values.dtype != "object":
        return found
    # A cell of a workbook, or a value of a driver, may be a day already; the format is for texts.
    typed = pd.Series([isinstance(v, date) for v in values], index=values.index, dtype="bool")
    return found.mask(typed, _in_period(days(text.where(typed), None, spec.zone), spec))


def _in_period(found: pd.Series, spec: ColumnMap) -> pd.Series:
    form = spec.format or ""
    return period_end(found, form) if form in DATE_WORDS else found


def _bad_text(text: pd.Series, values: pd.Series, ours: Column, theirs: str) -> pd.Series:
    bad = not_a_text(values, text)
    if ours.values is not None:
        bad |= ~text.isin(ours.values)
    if identifies(ours):
        bad |= lost_digits(text) | is_null_word(text) | not_an_identifier(text) | (text == theirs)
        if ours.name != "patent_id":
            # 1234.0 was a number beside a gap; of a patent number, the digit after the point is a check digit.
            bad |= text.str.fullmatch(r"\d+\.0+", na=False)
    return bad & text.notna()


def numbers(text: pd.Series, percent: bool) -> pd.Series:
    """Numbers that texts spell: 1,234.5, full-width digits, (1,234) for a negative one, and 45% where `percent`."""
    # U+2212 is the minus sign of accounts and typesetting.
    plain = text.str.normalize("NFKC").str.replace("\u2212", "-", regex=False)
    if percent:
        plain = plain.str.replace(r"\s*%$", "", regex=True)
    plain = plain.str.replace(r"^\((\d[\d,.]*)\)$", r"-\1", regex=True)
    digits = plain.where(plain.str.fullmatch(NUMBER, na=False)).str.replace(",", "")
    return pd.to_numeric(digits, errors="coerce").astype("float64")


def _number(number: pd.Series, given: pd.Series, spec: ColumnMap) -> Converted:
    """Numbers in our unit; a number the mapping lists as missing is missing however it is written (-9999, -9999.00)."""
    listed = [float(text) for text in spec.missing if PLAIN.fullmatch(text)]
    left_out = number.isin(listed) if listed else pd.Series(False, index=number.index)
    bad = given & ~left_out & ~np.isfinite(number)
    if spec.ours.dtype == "integer":
        bad |= number.notna() & ~left_out & (number != number.round())
    read = number.mask(bad | left_out)
    if spec.unit is not None:
        factor = unit_factor(spec.unit, spec.ours.unit)
        read = read * factor.times / factor.over
    return Converted(read, bad)


def _date(found: pd.Series, given: pd.Series, spec: ColumnMap) -> Converted:
    """Days; one the mapping lists as missing is missing however it is written, one that stands for no day is bad."""
    left_out = found.isin(all_days(spec.missing, spec.format, spec.zone)) & found.notna()
    bad = given & ~left_out & (found.isna() | no_day(found))
    return Converted(found.mask(bad | left_out), bad)
