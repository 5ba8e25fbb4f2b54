"""What an applicant owed on the day by the credit registry, and what it cannot hold yet.

The same rules as features/sql/borrowings.sql and features/sql/other_debt.sql, which features and rules stand on.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import pandas as pd

from policy.loader import figure

REGISTRY_MONTHS = 6
"""Age up to which a report stands for the balance of a lender."""
HELD_MONTHS = 3
"""A report counts for an application here when it came so many months after it."""


class Owed(NamedTuple):
    """What the registry says: lenders with a line or balance, their balances together, the bank's own part [currency].

    `balance` is None where the balance of a lender is not known, `own` likewise; `tells_own` says whether the registry
    names any branch that takes applications as a lender, so that the own part can be told. `others` are the lenders
    that are not such a branch; `reported_on` the day of the latest report.
    """

    lenders: int
    balance: float | None
    own: float | None
    tells_own: bool
    others: int
    reported_on: date | None


class Pending(NamedTuple):
    """Other applications of the enterprise, not refused, that the registry cannot hold yet: number and amount."""

    applications: int
    amount: float


NO_OTHERS = Pending(0, 0.0)


def known_rows(days: pd.DataFrame, table: pd.DataFrame, key: str = "enterprise_id") -> pd.DataFrame:
    """Rows of a table beside each application that they speak of, those known on its day alone."""
    joined = days.merge(table[table[key].isin(days[key])], on=key)
    return joined[joined["known_on"] <= joined["as_of"]]


def owed_by(days: pd.DataFrame, registry: pd.DataFrame, every: pd.DataFrame) -> dict[str, Owed]:
    """What each application of `days` owed by the last report of each lender in the months before its day.

    `days` has application_id, enterprise_id, as_of and lender; `every` are all applications.
    """
    tells_own = bool(registry["lender_id"].isin(every["lender"].dropna().unique()).any())
    last = _last_reports(days, registry)
    lends = last["balance"].isna() | (last["balance"] > 0) | (last["line"] > 0)
    own = (last["lender_id"] == last["lender"]).fillna(False)
    unknown = last["balance"].isna()
    sums = (
        last.assign(lends=lends, others=lends & ~own, unknown=unknown, gap=unknown & own)
        .assign(own=last["balance"].where(own))
        .groupby("application_id")[["lends", "balance", "unknown", "own", "gap", "others", "reported_on"]]
        .agg(
            {"lends": "sum", "balance": "sum", "unknown": "any", "own": "sum", "gap": "any", "others": "sum"}
            | {"reported_on": "max"}
        )
    )
    nothing = Owed(0, 0.0, 0.0 if tells_own else None, tells_own, 0, None)
    found = dict.fromkeys(days["application_id"].astype("str"), nothing)
    for name, n, balance, unclear, mine, gap, others, day in sums.itertuples():
        part = float(mine) if tells_own and not gap else None
        found[str(name)] = Owed(int(n), None if unclear else float(balance), part, tells_own, int(others), day.date())
    return found


def _last_reports(days: pd.DataFrame, registry: pd.DataFrame) -> pd.DataFrame:
    rows = _recent(known_rows(days, registry))
    order = ["reported_on", "known_on", "balance", "line"]
    return rows.sort_values(order, ascending=False).drop_duplicates(["application_id", "lender_id"])


def _recent(rows: pd.DataFrame) -> pd.DataFrame:
    since = rows["as_of"] - pd.DateOffset(months=REGISTRY_MONTHS)
    return rows[(rows["reported_on"] <= rows["as_of"]) & (rows["reported_on"] > since)]


def pending_by(mine: pd.DataFrame, registry: pd.DataFrame | None, every: pd.DataFrame) -> Mapping[str, Pending]:
    """Other applications of the enterprise in the window of policy/windows.yaml that the registry cannot hold yet.

    Those of the same day count; of the days before, those that were not refused. Of amount and exposure the larger.
    """
    days = mine[["application_id", "enterprise_id", "as_of"]].assign(since=_since(mine["as_of"]))
    others = every[["application_id", "enterprise_id", "as_of", "amount", "exposure", "accepted", "lender"]]
    others = others[others["enterprise_id"].isin(days["enterprise_id"])]
    rows = days.merge(others, on="enterprise_id", suffixes=("", "_of"))
    counts = rows["application_id"] != rows["application_id_of"]
    counts &= (rows["as_of_of"] <= rows["as_of"]) & (rows["as_of_of"] > rows["since"])
    counts &= (rows["as_of_of"] == rows["as_of"]) | rows["accepted"].fillna(True)
    found = rows[counts.astype(bool)]
    held = _held(found, registry)
    left = found[~found["application_id_of"].isin(held)]
    sums = left.assign(larger=left[["amount", "exposure"]].max(axis=1)).groupby("application_id")["larger"]
    return {str(name): Pending(int(n), float(total)) for name, (n, total) in sums.agg(["count", "sum"]).iterrows()}


def _since(days: pd.Series) -> pd.Series:
    """The day after which other applications count, by the window in force; days before the first take the first."""
    window = figure("windows", "other_applications")
    first = min(window.values)
    months = {day: int(window.on(max(day.date(), first))) for day in days.unique()}
    found = pd.Series(pd.NaT, index=days.index, dtype=days.dtype)
    for n in sorted(set(months.values())):
        rows = days.map(months) == n
        found[rows] = (days[rows] - pd.DateOffset(months=n)).astype(days.dtype)
    return found


def _held(pending: pd.DataFrame, registry: pd.DataFrame | None) -> set[str]:
    """Applications of which the lender that took them has reported so long after them that the registry holds them."""
    if registry is None or pending.empty:
        return set()
    own = registry[registry["lender_id"].isin(pending["lender"].dropna())]
    rows = pending.merge(own, left_on=["enterprise_id", "lender"], right_on=["enterprise_id", "lender_id"])
    rows = _recent(rows[rows["known_on"] <= rows["as_of"]])
    return set(
        rows.loc[rows["reported_on"] >= rows["as_of_of"] + pd.DateOffset(months=HELD_MONTHS), "application_id_of"]
    )
