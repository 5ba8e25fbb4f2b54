"""Outcomes that were known on a day, of applications that are used: windows that are over, nothing before its day."""

from typing import NamedTuple

import pandas as pd

from models.monitoring.looks import MonitorError
from scoring.monitoring.set_aside import Account, Sifted, account, sifted
from scoring.monitoring.tables import distinct, with_columns

DAYS = ("window_ends_on", "defaulted_on", "known_on")
OUTCOMES = ("application_id", "window_months", "window_ends_on", "defaulted", "defaulted_on", "known_on")
"""Columns of canonical outcomes that a monitor reads; `weight`, where it is there, has to be 1."""

UNTRUE = ("before_the_decision", "contradicts_itself")
"""Reasons that say that an outcome cannot be true."""

MOST_LATE = 0.05
"""Largest share of loans without default whose outcome may come later than the lag."""


class Known(NamedTuple):
    """Loans whose window is over and whose outcome is known, with what their score said; and what was set aside.

    `told_in` is the month from which a loan counts: that of `due`, the end of its window and the lag, or of the day its
    outcome was known, whichever is later. `lost_defaults` are defaults among the outcomes set aside because they
    cannot be true.
    """

    loans: pd.DataFrame
    sifted: Sifted
    account: Account
    lost_defaults: int


def known_outcomes(
    table: pd.DataFrame, used: pd.DataFrame, aside: pd.DataFrame, until: pd.Timestamp, window: int, lag: int = 0
) -> Known:
    """Outcomes of the applications `used` known by `until`; `aside` are applications that were set aside.

    `window` is that of the PDs [months]; an outcome over the life of the loan has no length of its own. `lag` are the
    months after the end of a window by which it is known that a loan has not defaulted: defaults wait as long, since
    without the others they would look like a bad month.

    Raises
    ------
    MonitorError
        When a column is missing, an application has two outcomes that differ, the window is not that of the PDs, the
        loans are a sample with weights, or many outcomes came later than `lag`.
    """
    given = with_columns(table, OUTCOMES, DAYS, "table of outcomes", ("weight",))
    rows, duplicates = distinct(given, "table of outcomes")
    _check(rows, window)
    joined = rows.merge(used, on="application_id", how="left", validate="1:1")
    due = joined["window_ends_on"] + pd.DateOffset(months=lag)
    found = sifted(joined.assign(due=due), _reasons(joined, aside, until) | {"window_open": due > until})
    loans = found.used.drop(columns="weight", errors="ignore")
    loans["defaulted"] = loans["defaulted"].astype("bool")
    told = loans[["due", "known_on"]].max(axis=1)
    loans = loans.assign(told_in=told.dt.to_period("M"))
    _check_late(loans, lag)
    untrue = found.aside[found.aside["reason"].isin(UNTRUE)]
    return Known(loans, found, account("outcomes", len(given), duplicates, found), int(untrue["defaulted"].sum()))


def _reasons(joined: pd.DataFrame, aside: pd.DataFrame, until: pd.Timestamp) -> dict[str, pd.Series]:
    bad = joined["defaulted"].astype("bool")
    days = joined[[*DAYS]]
    return {
        "application_set_aside": joined["application_id"].isin(aside["application_id"]),
        "unknown_application": joined["as_of"].isna(),
        "known_after_until": joined["known_on"] > until,
        "before_the_decision": days.lt(joined["as_of"], axis=0).any(axis=1)
        | (joined["window_ends_on"] <= joined["as_of"]),
        "contradicts_itself": (~bad & joined["defaulted_on"].notna())
        | (joined["defaulted_on"] > joined["window_ends_on"])
        | (joined["known_on"] < joined["defaulted_on"])
        | joined["known_on"].isna()
        | joined["window_ends_on"].isna(),
    }


def _check_late(loans: pd.DataFrame, lag: int) -> None:
    good = loans[~loans["defaulted"]]
    late = good["told_in"] > good["due"].dt.to_period("M")
    if len(good) and late.mean() > MOST_LATE:
        message = (
            f"table of outcomes: wanted loans that have not defaulted to be known within {lag} months of the end of "
            f"their window (outcome_lag_months of policy/monitoring.yaml); {late.mean():.0%} were known later, "
            "defaults earlier: month by month they would look like too many"
        )
        raise MonitorError(message)


def _check(rows: pd.DataFrame, window: int) -> None:
    others = rows["window_months"].dropna()
    if (others != window).any():
        message = (
            f"table of outcomes: wanted windows of {window} months, over which the PDs are; got "
            f"{others[others != window].iloc[0]:g} months for {int((others != window).sum())} loans"
        )
        raise MonitorError(message)
    flags = rows["defaulted"].astype("str").str.lower()
    lost = ~flags.isin(["true", "false", "0", "1", "0.0", "1.0"])
    if lost.any():
        row = rows[lost].iloc[0]
        message = f"table of outcomes: wanted defaulted as true or false; got {row['defaulted']!r}"
        raise MonitorError(message)
    rows["defaulted"] = flags.isin(["true", "1", "1.0"])
    if "weight" in rows and not (rows["weight"] == 1).all():
        message = (
            "table of outcomes: wanted every loan of the book with weight 1; got weights from "
            f"{rows['weight'].min():g} to {rows['weight'].max():g}: bets on a sample drawn by outcome would say nothing"
        )
        raise MonitorError(message)


def without_outcome(used: pd.DataFrame, table: pd.DataFrame | None, months: int, until: pd.Timestamp) -> int:
    """Approved applications of which no outcome came although their window of so many months is over.

    They may never have been drawn; where they were, the picture of the defaults is not whole.
    """
    over = used["as_of"] + pd.DateOffset(months=months) <= until
    told = set() if table is None else set(table["application_id"].astype("str"))
    return int(((used["decision"] == "approve") & over & ~used["application_id"].isin(told)).sum())
