"""Features of the income statement: revenue, margins, returns."""

import pandas as pd

from features.declarations import Feature
from features.ratios import ratio
from schemas.declarations import Text


def net_margin(profit: pd.Series, revenue: pd.Series) -> pd.Series:
    """Net profit over revenue [fraction]; missing where revenue is not positive."""
    return ratio(profit, revenue)


def operating_margin(ebit: pd.Series, revenue: pd.Series) -> pd.Series:
    """Earnings before interest and tax over revenue [fraction]; missing where revenue is not positive."""
    return ratio(ebit, revenue)


def profit_over_assets(profit: pd.Series, assets: pd.Series) -> pd.Series:
    """Net profit over assets [fraction]."""
    return ratio(profit, assets)


def ebit_over_assets(ebit: pd.Series, assets: pd.Series) -> pd.Series:
    """Earnings before interest and tax over assets [fraction]."""
    return ratio(ebit, assets)


def return_on_equity(profit: pd.Series, net_assets: pd.Series) -> pd.Series:
    """Net profit over net assets [fraction]; missing where net assets are not positive."""
    return ratio(profit, net_assets)


def profit_change(profit: pd.Series, profit_prior: pd.Series) -> pd.Series:
    """Change of net profit over the sum of both years' sizes, from -1 to 1 [ratio]; missing where both are zero."""
    return ratio(profit - profit_prior, profit.abs() + profit_prior.abs())


SOURCE = "statements"
ALTMAN = "statements; Altman 1968 (Journal of Finance 23)"
OHLSON = "statements; Ohlson 1980 (Journal of Accounting Research 18)"

EARNINGS = (
    Feature.as_is(
        "revenue",
        name="turnover",
        definition="Revenue of the last annual statement [CNY].",
        domain="finance",
        family="scale",
        label=Text("Revenue", "营业收入"),
        unit="CNY",
        source=SOURCE,
        low=0,
        expected="falls",
    ),
    Feature(
        net_margin,
        domain="finance",
        family="profitability",
        label=Text("Net margin", "销售净利率"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        peers=True,
        risk="falls",
        strength_from=0,
    ),
    Feature(
        operating_margin,
        domain="finance",
        family="profitability",
        label=Text("Operating margin", "息税前利润率"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        risk="falls",
        strength_from=0,
    ),
    Feature(
        profit_over_assets,
        domain="finance",
        family="profitability",
        label=Text("Profit over assets", "总资产净利率"),
        unit="fraction",
        source=OHLSON,
        risk="falls",
        actionable=True,
        strength_from=0,
    ),
    Feature(
        ebit_over_assets,
        domain="finance",
        family="profitability",
        label=Text("EBIT over assets", "息税前资产利润率"),
        unit="fraction",
        source=ALTMAN,
        risk="falls",
        actionable=True,
        peers=True,
        strength_from=0,
    ),
    Feature(
        return_on_equity,
        domain="finance",
        family="profitability",
        label=Text("Return on equity", "净资产收益率"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        expected="falls",
        strength_from=0,
    ),
    Feature(
        profit_change,
        domain="finance",
        family="profit_trend",
        label=Text("Change of profit", "净利润变动"),
        unit="ratio",
        source=OHLSON,
        risk="falls",
        actionable=True,
        low=-1,
        high=1,
        strength_from=0,
    ),
)
