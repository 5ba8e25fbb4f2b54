"""Features of the balance sheet beside debt and liquidity: earnings kept, market value, size, its age."""

import pandas as pd

from features.declarations import Feature
from features.ratios import months_since, ratio
from schemas.declarations import Text


def retained_over_assets(retained_earnings: pd.Series, assets: pd.Series) -> pd.Series:
    """Retained earnings over assets [fraction]."""
    return ratio(retained_earnings, assets)


def market_over_liabilities(market_value: pd.Series, liabilities: pd.Series) -> pd.Series:
    """Market value of the shares over liabilities [ratio]; listed enterprises only."""
    return ratio(market_value, liabilities)


def statement_age(statement_on: pd.Series, as_of: pd.Series) -> pd.Series:
    """Months since the end of the last annual statement known [months]."""
    return months_since(statement_on, as_of)


ALTMAN = "statements; Altman 1968 (Journal of Finance 23)"
OHLSON = "statements; Ohlson 1980 (Journal of Accounting Research 18)"

BALANCE = (
    Feature(
        retained_over_assets,
        domain="finance",
        family="retained_earnings",
        label=Text("Retained earnings over assets", "留存收益占比"),
        unit="fraction",
        source=ALTMAN,
        risk="falls",
        strength_from=0,
    ),
    Feature(
        market_over_liabilities,
        domain="finance",
        family="market_value",
        label=Text("Market value over liabilities", "市值负债比"),
        unit="ratio",
        source=ALTMAN,
        risk="falls",
        low=0,
    ),
    Feature.as_is(
        "assets",
        name="total_assets",
        definition="Assets of the last annual statement [CNY].",
        domain="finance",
        family="scale",
        label=Text("Assets", "资产总额"),
        unit="CNY",
        source=OHLSON,
        risk="falls",
        low=0,
    ),
    Feature(
        statement_age,
        domain="finance",
        family="statement_age",
        label=Text("Age of the statement", "财务报表时效（距今月数）"),
        unit="months",
        source="statements",
        actionable=True,
        low=0,
        high=600,
        expected="rises",
    ),
)
