"""The aggregates of three of our queries in pandas: merge, filter, sort, group."""

from pathlib import Path

import pandas as pd

HEADS = ["staff", "rd_staff", "st_staff", "postgraduates", "bachelors", "graduates_hired", "core_team"]
JOINS = ["core_joins", "core_leaves"]


def aggregates(folder: Path) -> pd.DataFrame:
    """Aggregates by application_id, columns as in our queries headcount, contracts and borrowings."""
    applications = pd.read_parquet(
        folder / "applications.parquet", columns=["application_id", "enterprise_id", "as_of"]
    )
    for months in (6, 12, 18, 24, 36):
        applications[f"before_{months}"] = applications["as_of"] - pd.DateOffset(months=months)
    parts = [headcount(folder, applications), contracts(folder, applications), borrowings(folder, applications)]
    return pd.concat([part.reindex(applications["application_id"]) for part in parts], axis=1)


def known(folder: Path, name: str, applications: pd.DataFrame, day: str, windows: list[int]) -> pd.DataFrame:
    """Rows known and happened by the day of decision, with the application's windows."""
    wanted = applications[["application_id", "enterprise_id", "as_of", *(f"before_{m}" for m in windows)]]
    rows = pd.read_parquet(folder / f"{name}.parquet").merge(wanted, on="enterprise_id")
    return rows[(rows["known_on"] <= rows["as_of"]) & (rows[day] <= rows["as_of"])]


def headcount(folder: Path, applications: pd.DataFrame) -> pd.DataFrame:
    """The last count and the one a year before."""
    rows = known(folder, "headcount", applications, "period_end", [])
    rows = rows.sort_values(["period_end", "known_on", "staff"])
    last = rows.drop_duplicates("application_id", keep="last").set_index("application_id")
    gap = (rows["application_id"].map(last["period_end"]) - rows["period_end"]).dt.days
    before = rows[gap.between(335, 396)].drop_duplicates("application_id", keep="last").set_index("application_id")
    return last[[*HEADS, *JOINS]].assign(staff_prior=before["staff"], rd_staff_prior=before["rd_staff"])


def contracts(folder: Path, applications: pd.DataFrame) -> pd.DataFrame:
    """Turnover by year, number of contracts and buyers, concentration of buyers."""
    rows = known(folder, "technology_contracts", applications, "signed_on", [12, 24, 36])
    rows = rows[rows["signed_on"] > rows["before_36"]]
    first = rows["signed_on"] > rows["before_12"]
    second = ~first & (rows["signed_on"] > rows["before_24"])
    rows = rows.assign(first=rows["amount"].where(first, 0), second=rows["amount"].where(second, 0))
    by = rows.groupby("application_id")
    found = pd.DataFrame(
        {
            "contracts_3y": by.size(),
            "buyers_3y": by["counterparty_id"].nunique(),
            "contract_turnover_1y": by["first"].sum(),
            "contract_turnover_year_before": by["second"].sum(),
        }
    )
    found = found.reindex(applications["application_id"], fill_value=0)
    buyers = rows.groupby(["application_id", "counterparty_id"])["amount"].sum()
    share = buyers / buyers.groupby(level=0).transform("sum")
    return found.assign(buyer_hhi=(share**2).groupby(level=0).sum())


def borrowings(folder: Path, applications: pd.DataFrame) -> pd.DataFrame:
    """Lines and balances by the last report of each lender, now and a year before."""
    rows = known(folder, "borrowings", applications, "reported_on", [6, 12, 18])
    ever = (rows["balance"] > 0).groupby(rows["application_id"]).max()
    now = rows["reported_on"] > rows["before_6"]
    then = (rows["reported_on"] <= rows["before_12"]) & (rows["reported_on"] > rows["before_18"])
    parts = {}
    for suffix, chosen in (("", now), ("_year_before", then)):
        ordered = rows[chosen].sort_values(["reported_on", "known_on", "balance"])
        by = ordered.drop_duplicates(["application_id", "lender_id"], keep="last").groupby("application_id")
        parts |= {f"lenders{suffix}": by.size(), f"borrowed{suffix}": by["balance"].sum()}
        if not suffix:
            parts |= {"credit_lines": by["line"].sum(), "drawn_on_lines": by["balance"].sum()}
            parts |= {"largest_balance": by["balance"].max()}
    found = pd.DataFrame(parts | {"ever_borrowed": ever.astype(float)})
    return found.reindex(applications["application_id"]).fillna(0)
