"""A bank's values in our units and types: money in 万元, percentages, Chinese dates, codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from sources.bank.mapping import ColumnMap
from sources.bank.units import DATE_WORDS, unit_factor

DAY = r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?(?:[ T].*)?|(?P<compact>\d{8})"
NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?"
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
        return f"a date in the format {spec.format}"
    unit = f" in {spec.unit}" if spec.unit is not None else ""
    return WANTED.get(spec.ours.dtype, "a text") + unit


def converted(values: pd.Series, spec: ColumnMap) -> Converted:
    """`values` of the bank's column in our type and unit."""
    if spec.values is None:
        if spec.ours.dtype == "number" and values.dtype.kind in "iuf":
            number = values.astype("float64")
            bad = pd.Series(np.isinf(number.to_numpy()), index=values.index)
            return Converted(_in_our_unit(number.mask(bad), spec), bad)
        if spec.ours.dtype == "date" and spec.format is None and values.dtype.kind == "M":
            days = values.dt.tz_localize(None).astype("datetime64[us]").dt.normalize()
            return Converted(days, pd.Series(False, index=values.index))
    text = _text(values)
    text = text.mask(text.isin(spec.missing))
    if spec.values is None:
        return _typed(text, spec)
    unknown = text.notna() & ~text.isin(list(spec.values))
    found = _typed(text.map(spec.values).astype("str"), spec)
    return Converted(found.values, found.bad | unknown)


def _text(values: pd.Series) -> pd.Series:
    """Values as stripped text; whole numbers without a decimal point, days as YYYY-MM-DD."""
    if values.dtype == "str":
        return values.str.strip()
    return pd.Series([_one_text(v) for v in values], index=values.index, dtype="str")


def _one_text(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return np.nan
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()


def _typed(text: pd.Series, spec: ColumnMap) -> Converted:
    dtype = spec.ours.dtype
    if dtype == "string":
        codes = spec.ours.values
        bad = text.notna() & ~text.isin(codes) if codes is not None else pd.Series(False, index=text.index)
        return Converted(text.mask(bad), bad)
    if dtype == "boolean":
        flags = text.str.lower().map(YES_NO).astype("boolean")
        return Converted(flags, text.notna() & flags.isna())
    if dtype == "date":
        # Days repeat, and reading them is slow: each is read once.
        places, different = pd.factorize(text)
        read = _days(pd.Series(different, dtype="str"), spec.format)
        days = pd.Series(read.reindex(places).to_numpy(), index=text.index)
        return Converted(days, text.notna() & days.isna())
    number = _number(text, percent=spec.unit in {"percent", "%"})
    return Converted(_in_our_unit(number, spec), text.notna() & number.isna())


def _number(text: pd.Series, percent: bool) -> pd.Series:
    plainly = pd.to_numeric(text, errors="coerce").astype("float64")
    plain = text[plainly.isna()].str.normalize("NFKC")
    if percent:
        plain = plain.str.removesuffix("%").str.strip()
    digits = plain.where(plain.str.fullmatch(NUMBER, na=False)).str.replace(",", "")
    number = plainly.fillna(pd.to_numeric(digits, errors="coerce").astype("float64").reindex(text.index))
    return number.mask(np.isinf(number))


def _in_our_unit(number: pd.Series, spec: ColumnMap) -> pd.Series:
    if spec.unit is None:
        return number
    factor = unit_factor(spec.unit, spec.ours.unit)
    return number * factor.times / factor.over


def _days(text: pd.Series, form: str | None) -> pd.Series:
    if form is not None and form not in DATE_WORDS:
        return pd.to_datetime(text, format=form, errors="coerce").astype("datetime64[us]").dt.normalize()
    plain = text.str.normalize("NFKC")
    if form is None:
        parts = plain.str.extract(f"^(?:{DAY})$")
        spelt = parts["year"] + "-" + parts["month"].str.zfill(2) + "-" + parts["day"].str.zfill(2)
        compact = parts["compact"]
        joined = spelt.fillna(compact.str[:4] + "-" + compact.str[4:6] + "-" + compact.str[6:])
        return pd.to_datetime(joined, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    parts = plain.str.extract(f"^(?:{DATE_WORDS[form]})$")
    month = parts["year"].where(parts["year"].isna(), "12")
    if form == "month_end":
        month = parts["month"]
    if form == "quarter_end":
        month = parts["quarter"].map({"1": "3", "2": "6", "3": "9", "4": "12"}).astype("str")
    first = pd.to_datetime(parts["year"] + "-" + month.str.zfill(2) + "-01", format="%Y-%m-%d", errors="coerce")
    return (first + pd.offsets.MonthEnd(0)).astype("datetime64[us]")
