"""Who asks: name, controller, credit code, industry, age, region, stage, size class and titles, as known on the day."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import pandas as pd

from policy.loader import figure
from reports.memo.case import Case
from reports.memo.cutting import cut, listed
from reports.memo.gaps import rejected_tables
from reports.memo.known import Known
from reports.names import size_rule
from reports.texts import both, coded, joined
from reports.view import Cell
from schemas.declarations import Text

Line = tuple[Text, Cell]
MOST_TITLES = 4
READ_AS = 2
"""Parts of the rule of a size class after its scheme, where it names industry and indicators."""


def name_of(case: Case) -> Text:
    """Name of the enterprise, or its identifier where no name is given."""
    name = case.known.enterprise.get("name")
    if name:
        return _plain(cut(str(name), 80))
    return both("memo.unnamed", identifier=cut(str(case.row["enterprise_id"]), 40))


def who(case: Case) -> tuple[Line, ...]:
    """Who asks: controller, credit code, industry, day of registration, region, stage, size class, titles."""
    held = case.known.enterprise
    row = case.row
    stage = both(
        "memo.assigned", name=coded("stage", str(row["stage"])), rule=coded("stage_rule", str(row["stage_rule"]))
    )
    return (
        (both("memo.controller"), _given(held.get("controller"))),
        (both("memo.credit_code"), _given(held.get("credit_code"))),
        (both("memo.industry"), _industry(_text(row["industry"]), case)),
        (both("memo.founded"), _founded(held.get("founded_on"), case.day)),
        (both("memo.region"), _region(_text(row["province"]))),
        (both("memo.stage"), stage),
        (both("memo.size_class"), _size(case)),
        (both("memo.titles"), _titles(case)),
    )


def _plain(text: str) -> Text:
    return Text(text, text)


def _text(value: object) -> str | None:
    return None if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _given(value: object) -> Cell:
    return cut(str(value)) if value else both("memo.not_known")


@cache
def _industries(scheme: str) -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = figure("industry_names", scheme).on(date.max)
    return found


def _industry(code: str | None, case: Case) -> Cell:
    if code is None:
        return both("memo.not_known")
    digits = code.lstrip("ABCDEFGHIJKLMNOPQRST")
    entry = _industries(case.frame.notes.industries).get(digits[:2])
    if entry is None:
        return code
    return both("memo.industry_named", name=Text(entry["en"], entry["zh"]), code=code)


def _region(code: str | None) -> Cell:
    if code is None:
        return both("memo.not_known")
    return coded("province", cut(code))


def _founded(day: date | None, as_of: date) -> Cell:
    if day is None:
        return both("memo.not_known")
    years = f"{(as_of - day).days / 365.25:.1f}"
    return both("memo.founded_years", day=str(day), years=years)


def _size(case: Case) -> Cell:
    if pd.isna(case.row["size_class"]):
        return both("memo.not_known")
    name = coded("size", str(case.row["size_class"]))
    _, *rest = str(case.row["size_rule"]).split(": ")
    if len(rest) != READ_AS:
        return both("memo.assigned", name=name, rule=size_rule(str(case.row["size_rule"])))
    indicators = joined([coded("size_indicator", indicator) for indicator in rest[1].split(", ")])
    return both("memo.size_by", name=name, industry=coded("size_industry", rest[0]), indicators=indicators)


def _titles(case: Case) -> Cell:
    """Titles valid on the day, the latest first; what is known of them where rows were rejected."""
    if case.known.titles is None:
        return both("memo.not_known")
    told = _valid(case.known) if case.known.titles else both("memo.no_titles")
    return both("memo.titles_rejected", known=told) if "qualifications" in rejected_tables(case) else told


def _valid(known: Known) -> Text:
    told = [
        both("memo.title_open", title=coded("qualification", kind))
        if expires is None
        else both("memo.title_until", title=coded("qualification", kind), day=str(expires))
        for kind, _, expires in sorted(known.titles or (), key=lambda title: title[1], reverse=True)
    ]
    return joined(listed(told, MOST_TITLES), "; ", "；")
