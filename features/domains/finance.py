"""Features of the balance sheet: debt, liquidity, cash."""

import pandas as pd

from features.declarations import Feature
from features.ratios import ratio
from schemas.declarations import Text

RUNWAY_CAP = 60.0
"""Longest runway told apart [months]: cash for five years of burn is enough for any loan here."""


def leverage(liabilities: pd.Series, assets: pd.Series) -> pd.Series:
    """Liabilities over assets of the last annual statement [fraction]; missing where assets are not positive."""
    return ratio(liabilities, assets)


def recent_leverage(
    quarter_liabilities: pd.Series, quarter_assets: pd.Series, liabilities: pd.Series, assets: pd.Series
) -> pd.Series:
    """Liabilities over assets of the last quarter known [fraction]; of the last year where no quarter is known."""
    return ratio(quarter_liabilities, quarter_assets).fillna(ratio(liabilities, assets))


def debt_over_assets(interest_bearing_debt: pd.Series, assets: pd.Series) -> pd.Series:
    """Interest-bearing debt over assets [fraction]."""
    return ratio(interest_bearing_debt, assets)


def current_ratio(current_assets: pd.Series, current_liabilities: pd.Series) -> pd.Series:
    """Current assets over current liabilities [ratio]; missing where there are no current liabilities."""
    return ratio(current_assets, current_liabilities)


def quick_ratio(current_assets: pd.Series, inventory: pd.Series, current_liabilities: pd.Series) -> pd.Series:
    """Current assets less inventory over current liabilities [ratio]."""
    return ratio(current_assets - inventory, current_liabilities)


def cash_ratio(cash: pd.Series, current_liabilities: pd.Series) -> pd.Series:
    """Cash over current liabilities [ratio]."""
    return ratio(cash, current_liabilities)


def cash_over_assets(cash: pd.Series, assets: pd.Series) -> pd.Series:
    """Cash over assets [fraction]."""
    return ratio(cash, assets)


def working_capital_over_assets(
    current_assets: pd.Series, current_liabilities: pd.Series, assets: pd.Series
) -> pd.Series:
    """Current assets less current liabilities over assets [fraction]."""
    return ratio(current_assets - current_liabilities, assets)


def burns_cash(operating_cash_flow: pd.Series) -> pd.Series:
    """1 where operations used cash in the last year [flag]; missing where the cash flow is not known."""
    return (operating_cash_flow < 0).astype("float64").where(operating_cash_flow.notna())


def runway_months(cash: pd.Series, operating_cash_flow: pd.Series) -> pd.Series:
    """Months the cash lasts at the operating burn of the last year, at most 60; 60 where nothing is burnt [months]."""
    burn = -operating_cash_flow / 12
    lasts = ratio(cash, burn).clip(upper=RUNWAY_CAP)
    return lasts.mask(operating_cash_flow >= 0, RUNWAY_CAP)


def cash_flow_over_liabilities(operating_cash_flow: pd.Series, liabilities: pd.Series) -> pd.Series:
    """Operating cash flow over liabilities [ratio]."""
    return ratio(operating_cash_flow, liabilities)


ALTMAN = "statements; Altman 1968 (Journal of Finance 23)"
BEAVER = "statements; Beaver 1966 (Journal of Accounting Research 4)"
OHLSON = "statements; Ohlson 1980 (Journal of Accounting Research 18)"

FINANCE = (
    Feature(
        leverage,
        domain="finance",
        family="leverage",
        label=Text("Leverage", "资产负债率"),
        unit="fraction",
        source=OHLSON,
        risk="rises",
        actionable=True,
        low=0,
        high=10,
        peers=True,
        strength_from=1,
    ),
    Feature(
        recent_leverage,
        domain="finance",
        family="leverage",
        label=Text("Leverage, last quarter", "最近一期资产负债率"),
        unit="fraction",
        source=OHLSON,
        risk="rises",
        actionable=True,
        low=0,
        high=10,
        strength_from=1,
    ),
    Feature(
        debt_over_assets,
        domain="finance",
        family="leverage",
        label=Text("Debt over assets", "有息负债率"),
        unit="fraction",
        source=OHLSON,
        risk="rises",
        actionable=True,
        low=0,
        high=10,
    ),
    Feature(
        current_ratio,
        domain="finance",
        family="liquidity",
        label=Text("Current ratio", "流动比率"),
        unit="ratio",
        source=OHLSON,
        risk="falls",
        actionable=True,
        low=0,
        peers=True,
    ),
    Feature(
        quick_ratio,
        domain="finance",
        family="liquidity",
        label=Text("Quick ratio", "速动比率"),
        unit="ratio",
        source=BEAVER,
        risk="falls",
        actionable=True,
    ),
    Feature(
        cash_ratio,
        domain="finance",
        family="liquidity",
        label=Text("Cash ratio", "现金比率"),
        unit="ratio",
        source=BEAVER,
        risk="falls",
        actionable=True,
        low=0,
    ),
    Feature(
        cash_over_assets,
        domain="finance",
        family="liquidity",
        label=Text("Cash over assets", "货币资金占比"),
        unit="fraction",
        source=BEAVER,
        risk="falls",
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        working_capital_over_assets,
        domain="finance",
        family="liquidity",
        label=Text("Working capital over assets", "营运资本占比"),
        unit="fraction",
        source=ALTMAN,
        risk="falls",
        actionable=True,
        strength_from=0,
    ),
    Feature(
        burns_cash,
        domain="finance",
        family="cash_flow",
        label=Text("Burns cash", "经营现金净流出"),
        unit="flag",
        source=BEAVER,
        risk="rises",
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        runway_months,
        domain="finance",
        family="cash_flow",
        label=Text("Runway", "现金可维持月数"),
        unit="months",
        source="statements; cash over burn: Beaver 1966, no-credit interval",
        risk="falls",
        actionable=True,
        low=0,
        high=RUNWAY_CAP,
        at_high=Text("no cash used, or enough for five years", "经营未消耗现金或可维持五年以上"),
    ),
    Feature(
        cash_flow_over_liabilities,
        domain="finance",
        family="cash_flow",
        label=Text("Operating cash flow over liabilities", "经营现金流负债比"),
        unit="ratio",
        source=BEAVER,
        risk="falls",
        actionable=True,
        peers=True,
        strength_from=0,
    ),
)
