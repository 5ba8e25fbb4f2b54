"""Moments of what is untidy in canonical tables: losses, negative equity, cells and whole tables not delivered."""

from collections.abc import Mapping

import pandas as pd

from sources.simulated.world import GROWTH_RATE, GROWTH_YEARS, STAGES, STARTUP_REVENUE, STARTUP_YEARS

DAYS_A_YEAR = 365.25
DETAILS = ("current_liabilities", "receivables", "operating_cash_flow")
"""Items that the ratios of liquidity, of receivables and of cash flow cannot do without."""


def untidiness(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Shares of annual statements and of enterprises [fraction]."""
    annual = _first_reported(tables["statements"], tables["enterprises"])
    loss = annual["profit"] < 0
    by_stage = loss.groupby(annual["stage"]).mean()
    everyone = len(tables["enterprises"])
    return {
        "loss": float(loss.mean()),
        **{f"loss_{stage}": float(by_stage[stage]) for stage in STAGES},
        "negative_equity": float((annual["liabilities"] > annual["assets"]).mean()),
        "details_missing": float(annual[list(DETAILS)].isna().any(axis=1).mean()),
        "rd_missing": float(annual["rd_expensed"].isna().mean()),
        "without_statements": 1 - tables["statements"]["enterprise_id"].nunique() / everyone,
        "without_headcount": 1 - _known(tables["headcount"], tables["enterprises"]) / everyone,
    }


def _known(frame: pd.DataFrame, enterprises: pd.DataFrame) -> int:
    """Enterprises with a row, ids that no enterprise has left out."""
    return int(frame.loc[frame["enterprise_id"].isin(enterprises["enterprise_id"]), "enterprise_id"].nunique())


def _first_reported(statements: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    """Annual statements as first reported, with the stage of the enterprise at the end of the year."""
    annual = statements[(statements["period"] == "annual") & (statements["revenue"] > 0)]
    annual = annual.sort_values(["enterprise_id", "period_end", "known_on"]).drop_duplicates(
        ["enterprise_id", "period_end"]
    )
    founded = annual["enterprise_id"].map(enterprises.set_index("enterprise_id")["founded_on"])
    age = (annual["period_end"] - founded).dt.days / DAYS_A_YEAR
    growth = annual["revenue"] / annual.groupby("enterprise_id")["revenue"].shift() - 1
    startup = (age < STARTUP_YEARS) & (annual["revenue"] < STARTUP_REVENUE)
    growing = (age < GROWTH_YEARS) | (growth >= GROWTH_RATE)
    return annual.assign(
        stage=pd.Series(STAGES[2], index=annual.index).mask(growing, STAGES[1]).mask(startup, STAGES[0])
    )
