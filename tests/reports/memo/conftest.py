"""Tables of a bank about the applicants of the tiny run, small enough to work out by hand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from reports.inputs import Inputs
from reports.memo.case import Case, cases

DAYS = {
    "a": "2006-05-01",
    "b": "2006-06-01",
    "c": "2007-05-01",
    "d": "2007-06-01",
    "e": "2008-05-01",
    "f": "2008-06-01",
}


def _dated(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    days = [c for c in frame.columns if c.endswith("_on") or c in ("as_of", "period_end")]
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in days})


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Applicant a is known best: a name, titles, a restated statement, two lenders, an owner who guarantees."""
    applications = [
        {"application_id": name, "enterprise_id": name, "as_of": day, "amount": 100.0, "exposure": 100.0}
        for name, day in DAYS.items()
    ]
    applications[0] |= {"amount": 3_200_000.0, "exposure": 3_000_000.0, "term_months": 12, "product": "rd_loan"}
    applications[0] |= {"purpose": "research_and_development", "lender": "branch 44", "accepted": True}
    earlier = {"application_id": "a0", "enterprise_id": "a", "amount": 1e6, "exposure": 9e5, "accepted": True}
    refused = {**earlier, "application_id": "a1", "as_of": "2006-01-01", "accepted": False}
    later = {**earlier, "application_id": "a2", "as_of": "2007-01-01"}
    statement = {"enterprise_id": "a", "period": "annual", "rd_expensed": 100.0, "revenue": 1e6, "profit": -2e5}
    return {
        "enterprises": _dated(
            [
                {
                    "enterprise_id": "a",
                    "name": "示例<b>科技</b>有限公司",
                    "controller": "示例人 王某",
                    "founded_on": "2001-05-01",
                }
                | {"credit_code": "91440300MA5ABCDE0X", "province": "44", "industry": "6513"}
            ]
        ),
        "applications": _dated([*applications, {**earlier, "as_of": "2005-05-01"}, refused, later]),
        "statements": _dated(
            [
                {**statement, "period_end": "2005-12-31", "known_on": "2006-04-30"},
                {**statement, "period_end": "2005-12-31", "known_on": "2006-05-01", "revenue": 9e5},
                {**statement, "period_end": "2005-12-31", "known_on": "2006-05-02", "revenue": 8e5},
                {**statement, "period_end": "2004-12-31", "known_on": "2005-04-30", "rd_capitalised": 20.0},
                {**statement, "period_end": "2003-12-31", "known_on": "2004-04-30"},
                {**statement, "period_end": "2002-12-31", "known_on": "2003-04-30"},
                {**statement, "period": "quarterly", "period_end": "2006-03-31", "known_on": "2006-04-30"},
            ]
        ),
        "headcount": _dated(
            [
                {"enterprise_id": "a", "period_end": "2004-12-31", "known_on": "2005-04-30", "staff": 10},
                {"enterprise_id": "a", "period_end": "2005-12-31", "known_on": "2006-05-02", "staff": 12},
            ]
        ),
        "qualifications": _dated(
            [
                {"enterprise_id": "a", "kind": kind, "granted_on": granted, "expires_on": expires, "known_on": known}
                for kind, granted, expires, known in (
                    ("hitech_enterprise", "2004-01-01", "2006-12-31", "2004-01-01"),
                    ("technology_sme", "2004-01-01", "2006-04-30", "2004-01-01"),  # over the day before
                    ("little_giant", "2006-04-01", None, "2006-05-02"),  # announced the day after
                )
            ]
        ),
        "borrowings": _dated(
            [
                {"enterprise_id": "a", "lender_id": lender, "reported_on": day, "known_on": known, "balance": balance}
                for lender, day, known, balance in (
                    ("L1", "2005-12-31", "2006-01-31", 2e6),
                    ("L1", "2006-03-31", "2006-04-30", 1.5e6),
                    ("L1", "2006-04-30", "2006-05-31", 9e6),  # reported after the day
                    ("L2", "2006-03-31", "2006-04-30", 5e5),
                    ("L3", "2005-10-31", "2005-11-30", 7e6),  # silent for more than six months
                )
            ]
        ),
        "guarantees": _dated(
            [
                {"application_id": "a", "guarantor_kind": "owner", "covered": 1.6e6, "known_on": "2006-05-01"},
                {"application_id": "b", "guarantor_kind": "insurance", "covered": 50.0, "known_on": "2006-07-01"},
            ]
        ),
    }


@pytest.fixture
def case_of(inputs: Inputs, tables: dict[str, pd.DataFrame]) -> Callable[..., Case]:
    """The case of one application of the tiny run with these tables; parts of the run and the tables replaced."""

    def make(name: str, without: str = "", source: str = "some_bank", **parts: Any) -> Case:
        left = {table: frame for table, frame in (tables | parts.pop("tables", {})).items() if table != without}
        changed = replace(inputs, source=source, tables=left, **parts)
        return cases(changed, [name])[0]

    return make
