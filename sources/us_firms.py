"""Listed US enterprises as canonical tables: one row a company and fiscal year, no loans, so exposure is a proxy.

The column `status` says of every year whether the company failed in the end: it is never read. See
data/samples/us_firms/README.md.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from policy.errors import MendableError
from schemas.conform import known_from_lag
from schemas.declarations import Lag
from schemas.firm import STATEMENTS

USD_A_UNIT = 1e6
"""The sample counts money in millions of USD."""

EXTRACTED_ON = pd.Timestamp("2020-04-30")
"""Day the sample stands for: the last windows close, and all outcomes are known."""

WINDOW_MONTHS = 12
"""The label looks one fiscal year ahead."""

ITEMS: Mapping[str, str] = {
    "revenue": "total_revenue",
    "costs": "total_operating_expenses",
    "profit": "net_income",
    "assets": "total_assets",
    "current_assets": "current_assets",
    "liabilities": "total_liabilities",
    "current_liabilities": "total_current_liabilitie",
    "receivables": "total_receivable",
    "inventory": "inventory",
    "interest_bearing_debt": "total_long_term_debt",
    "market_value": "market_value",
    "retained_earnings": "retained_earnings",
    "ebit": "ebit",
}
"""Our column of the statements: the sample's accounting item (one spelling mistake is the sample's own)."""


def tables(sample: Path) -> dict[str, pd.DataFrame]:
    """Canonical tables of the US sample (money in USD): enterprises, statements, applications, outcomes.

    Every firm-year is an application, decided on the day its annual statement becomes known. The sample holds no
    loans: amount and exposure are the enterprise's total liabilities, a proxy of what its lenders stood to lose.
    Values that cannot be true (negative revenue, say) stay as they are; validation rejects them by rule.
    """
    raw = pd.read_parquet(sample, columns=["company", "year", "label_next_year", *ITEMS.values()])
    statements = _statements(raw)
    applications = _applications(raw, statements)
    return {
        "enterprises": pd.DataFrame({"enterprise_id": raw["company"].drop_duplicates().reset_index(drop=True)}),
        "statements": statements,
        "applications": applications,
        "outcomes": _outcomes(raw, applications),
    }


def _statements(raw: pd.DataFrame) -> pd.DataFrame:
    # The sample gives the fiscal year only; its last day is taken as 31 December.
    period_end = pd.to_datetime({"year": raw["year"], "month": 12, "day": 31}).astype("datetime64[us]")
    rows = pd.DataFrame({"enterprise_id": raw["company"], "period_end": period_end, "period": "annual"})
    money = {ours: raw[theirs] * USD_A_UNIT for ours, theirs in ITEMS.items()}
    return rows.assign(known_on=known_from_lag(rows, _lag()), **money)


def _lag() -> Lag:
    if STATEMENTS.lag is None:
        message = "table statements: wanted a declared publication lag; it has none"
        raise MendableError(message)
    return STATEMENTS.lag


def _applications(raw: pd.DataFrame, statements: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "application_id": raw["company"] + "-" + raw["year"].astype("str"),
            "enterprise_id": raw["company"],
            "as_of": statements["known_on"],
            "amount": statements["liabilities"],
            "exposure": statements["liabilities"],
            "accepted": True,
        }
    )


def _outcomes(raw: pd.DataFrame, applications: pd.DataFrame) -> pd.DataFrame:
    ends = (applications["as_of"] + pd.DateOffset(months=WINDOW_MONTHS)).astype("datetime64[us]")
    return pd.DataFrame(
        {
            "application_id": applications["application_id"],
            "window_months": float(WINDOW_MONTHS),
            "window_ends_on": ends,
            "defaulted": (raw["label_next_year"] == 1).astype("boolean"),
            # The sample gives no day of failure: known when the window closes, never earlier.
            "defaulted_on": pd.Series(pd.NaT, index=raw.index, dtype="datetime64[us]"),
            "known_on": ends,
            "weight": 1.0,
        }
    )
