"""Moments of canonical tables that the simulated portfolio is calibrated by, computed as from a bank's own tables."""

from collections.abc import Mapping

import pandas as pd

from sources.simulated.untidiness import untidiness
from sources.simulated.world import (
    BAD_YEAR,
    GROWTH_RATE,
    GROWTH_YEARS,
    INDUSTRIES,
    STAGES,
    STARTUP_REVENUE,
    STARTUP_YEARS,
)

DAYS_A_YEAR = 365.25
DAYS_A_MONTH = 30.44


def moments(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Generated value of every target, by its name."""
    return {
        **_patents(tables["patents"]),
        **_hitech(tables["statements"], tables["qualifications"]),
        **_registration(tables["enterprises"]),
        **_staff(tables["headcount"]),
        **_balances(tables["borrowings"], tables["qualifications"]),
        **_loans(rows := _staged(tables)),
        **_adverse(rows, tables["conduct"]),
        **untidiness(tables),
    }


def _patents(patents: pd.DataFrame) -> dict[str, float]:
    granted = patents[patents["granted_on"].notna() & (patents["granted_on"] > patents["applied_on"])]
    kinds = ("invention", "utility", "design")
    share = granted.loc[granted["kind"].isin(kinds), "kind"].value_counts(normalize=True)
    inventions = granted[granted["kind"] == "invention"]
    day = pd.Timestamp("2024-12-31")
    valid = inventions[(inventions["granted_on"] <= day) & ~(inventions["ended_on"] <= day)]
    examined = (inventions["granted_on"] - inventions["published_on"]).dt.days / DAYS_A_MONTH
    return {
        **{f"grants_{kind}": float(share[kind]) for kind in kinds},
        "inventions_each": float(valid.groupby("enterprise_id").size().mean()),
        "examination_months": float(examined.mean()),
    }


def _annual(statements: pd.DataFrame) -> pd.DataFrame:
    """Annual statements as first reported, with the revenue of the year before."""
    annual = statements[(statements["period"] == "annual") & (statements["revenue"] > 0)]
    annual = annual.sort_values(["enterprise_id", "period_end", "known_on"]).drop_duplicates(
        ["enterprise_id", "period_end"]
    )
    return annual.assign(before=annual.groupby("enterprise_id")["revenue"].shift())


def _hitech(statements: pd.DataFrame, qualifications: pd.DataFrame) -> dict[str, float]:
    """Bands of R&D intensity, revenue and growth of the statements of years that end with a valid hi-tech title."""
    titles = qualifications.loc[
        qualifications["kind"] == "hitech_enterprise", ["enterprise_id", "granted_on", "expires_on"]
    ]
    held = _annual(statements).merge(titles, on="enterprise_id")
    held = held[(held["granted_on"] <= held["period_end"]) & (held["period_end"] < held["expires_on"])]
    intensity = ((held["rd_expensed"] + held["rd_capitalised"].fillna(0)) / held["revenue"]).dropna()
    growth = (held["revenue"] / held["before"] - 1).dropna()
    return {
        "rd_at_least_10": float((intensity >= 0.10).mean()),
        "rd_5_to_10": float(intensity.between(0.05, 0.10, inclusive="left").mean()),
        "rd_3_to_5": float(intensity.between(0.03, 0.05, inclusive="left").mean()),
        "revenue_100m": float((held["revenue"] >= 1e8).mean()),
        "revenue_below_50m": float((held["revenue"] < 5e7).mean()),
        "growth_at_least_10": float((growth >= 0.10).mean()),
    }


def _registration(enterprises: pd.DataFrame) -> dict[str, float]:
    fields = enterprises["industry"].map({i.code: i.field for i in INDUSTRIES})
    industrial = enterprises["industry"].str[:2].astype(int) < 45
    return {
        "guangdong": float((enterprises["province"] == "44").mean()),
        "jiangsu": float((enterprises["province"] == "32").mean()),
        "new_materials": float((fields[industrial] == "new_materials").mean()),
        "information_services": float((fields[~industrial] == "software").mean()),
        "private": float((enterprises["ownership"] == "private").mean()),
    }


def _staff(headcount: pd.DataFrame) -> dict[str, float]:
    counted = headcount[(headcount["staff"] > 0) & headcount["rd_staff"].notna()]
    return {"rd_staff_share": float(counted["rd_staff"].sum() / counted["staff"].sum())}


def _balances(borrowings: pd.DataFrame, qualifications: pd.DataFrame) -> dict[str, float]:
    small = qualifications.loc[qualifications["kind"] == "technology_sme", "enterprise_id"].unique()
    held = borrowings[borrowings["enterprise_id"].isin(small) & (borrowings["balance"] > 0)]
    return {"mean_balance": float(held.groupby(["enterprise_id", "reported_on"])["balance"].sum().mean())}


def _staged(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Applications with age, last annual figures known on the day, stage, whether micro or small, and outcome."""
    known = _annual(tables["statements"])[["enterprise_id", "known_on", "revenue", "before"]].sort_values("known_on")
    staff = (
        tables["headcount"]
        .loc[tables["headcount"]["staff"] > 0, ["enterprise_id", "known_on", "staff"]]
        .sort_values("known_on")
    )
    rows = tables["applications"].sort_values("as_of")
    for figures in (known, staff):
        rows = pd.merge_asof(rows, figures, left_on="as_of", right_on="known_on", by="enterprise_id").drop(
            columns="known_on"
        )
    rows = rows.merge(tables["enterprises"][["enterprise_id", "founded_on", "industry"]], on="enterprise_id")
    rows = rows.merge(tables["outcomes"][["application_id", "defaulted"]], on="application_id", how="left")
    age = (rows["as_of"] - rows["founded_on"]).dt.days / DAYS_A_YEAR
    startup = (age < STARTUP_YEARS) & ~(rows["revenue"] >= STARTUP_REVENUE)
    growth = (age < GROWTH_YEARS) | (rows["revenue"] / rows["before"] - 1 >= GROWTH_RATE)
    stage = pd.Series(STAGES[2], index=rows.index).mask(growth, STAGES[1]).mask(startup, STAGES[0])
    return rows.assign(
        age=age, stage=stage, micro_small=_micro_or_small(rows["industry"], rows["staff"], rows["revenue"])
    )


def _adverse(rows: pd.DataFrame, conduct: pd.DataFrame) -> dict[str, float]:
    """Share of applications with each record known and open on the day, and how much more often such loans default."""
    both = rows[["application_id", "enterprise_id", "as_of"]].merge(
        conduct[["enterprise_id", "kind", "happened_on", "resolved_on", "known_on"]], on="enterprise_id"
    )
    known = (both["known_on"] <= both["as_of"]) & (both["happened_on"] <= both["as_of"])
    still = both[known & ~(both["resolved_on"] <= both["as_of"])]
    found = {f"open_{kind}": still.loc[still["kind"] == kind, "application_id"].nunique() / len(rows) for kind in OPEN}
    granted = rows[rows["accepted"].astype(bool)]
    failed = granted["defaulted"].astype("float64")
    marked = granted["application_id"].isin(still.loc[still["kind"].isin(OPEN), "application_id"])
    return {**found, "adverse_ratio": float(failed[marked].mean() / failed[~marked].mean())}


OPEN = ("overdue", "enforcement", "abnormal_list")


def _micro_or_small(industry: pd.Series, staff: pd.Series, revenue: pd.Series) -> pd.Series:
    """Whether an enterprise is below medium size (National Bureau of Statistics 2017, for the industries simulated)."""
    division = industry.str[:2].astype(int)
    staff_bound = pd.Series(100, index=industry.index).mask(division < 45, 300)
    revenue_bound = pd.Series(0.0, index=industry.index).mask(division < 45, 2e7).mask(division == 65, 1e7)
    return (staff < staff_bound) | (revenue < revenue_bound)


def _loans(rows: pd.DataFrame) -> dict[str, float]:
    granted = rows[rows["accepted"].astype(bool)]
    failed = granted["defaulted"].astype("float64")
    small = granted["micro_small"]
    # Loans of these nine months spend most of their riskier months in the bad year.
    bad = granted["as_of"].between(f"{BAD_YEAR - 1}-07-01", f"{BAD_YEAR}-03-31")
    by_stage = failed.groupby(granted["stage"]).mean()
    by_year = failed.groupby(granted["age"].clip(upper=8.99).astype(int) + 1).agg(["mean", "size"])
    share = rows["stage"].value_counts(normalize=True)
    return {
        "mean_exposure": float(granted["exposure"].mean()),
        "bad_year_ratio": float(failed[bad].mean() / failed[~bad].mean()),
        "riskiest_age": float(
            int(by_year["mean"].where(by_year["size"] >= len(granted) * 0.01).argmax()) + int(by_year.index.min())
        ),
        "default_micro_small": float(
            (failed * granted["exposure"])[small].sum() / granted.loc[small, "exposure"].sum()
        ),
        **{f"default_{stage}": float(by_stage[stage]) for stage in STAGES},
        "accepted": len(granted) / len(rows),
        "share_startup": float(share["startup"]),
        "share_mature": float(share["mature"]),
    }
