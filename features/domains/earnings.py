"""Features of the income statement: margins, returns, growth, turnover."""

import pandas as pd

from features.declarations import Feature
from features.ratios import growth, ratio
from schemas.declarations import Text

DAYS_A_YEAR = 365


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


def quarterly_sales_growth(quarter_revenue: pd.Series, quarter_revenue_prior: pd.Series) -> pd.Series:
    """Growth of the last quarter's revenue over the same quarter of the year before [fraction]."""
    return growth(quarter_revenue, quarter_revenue_prior)


def asset_growth(assets: pd.Series, assets_prior: pd.Series) -> pd.Series:
    """Growth of assets over the year before [fraction]."""
    return growth(assets, assets_prior)


def net_asset_growth(net_assets: pd.Series, net_assets_prior: pd.Series) -> pd.Series:
    """Growth of net assets over the year before [fraction]; missing where they were not positive."""
    return growth(net_assets, net_assets_prior)


def asset_turnover(revenue: pd.Series, assets: pd.Series) -> pd.Series:
    """Revenue over assets [ratio]."""
    return ratio(revenue, assets)


def receivable_days(receivables: pd.Series, revenue: pd.Series) -> pd.Series:
    """Days of revenue that stand as receivables [days]; missing where revenue is not positive."""
    return ratio(receivables, revenue) * DAYS_A_YEAR


def inventory_days(inventory: pd.Series, costs: pd.Series) -> pd.Series:
    """Days of cost that stand as inventory [days]; missing where cost is not positive."""
    return ratio(inventory, costs) * DAYS_A_YEAR


def revenue_per_staff(revenue: pd.Series, staff: pd.Series) -> pd.Series:
    """Revenue over staff [CNY a person]; missing where no staff is counted."""
    return ratio(revenue, staff)


SOURCE = "statements"
ALTMAN = "statements; Altman 1968 (Journal of Finance 23)"
OHLSON = "statements; Ohlson 1980 (Journal of Accounting Research 18)"

EARNINGS = (
    Feature.as_is(
        "revenue",
        name="turnover",
        definition="Revenue of the last annual statement [CNY].",
        domain="finance",
        label=Text("Revenue", "营业收入"),
        unit="CNY",
        source=SOURCE,
        low=0,
    ),
    Feature(
        net_margin,
        domain="finance",
        label=Text("Net margin", "销售净利率"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        peers=True,
    ),
    Feature(
        operating_margin,
        domain="finance",
        label=Text("Operating margin", "息税前利润率"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
    ),
    Feature(
        profit_over_assets,
        domain="finance",
        label=Text("Profit over assets", "总资产净利率"),
        unit="fraction",
        source=OHLSON,
        risk="falls",
        actionable=True,
    ),
    Feature(
        ebit_over_assets,
        domain="finance",
        label=Text("EBIT over assets", "息税前资产利润率"),
        unit="fraction",
        source=ALTMAN,
        risk="falls",
        actionable=True,
        peers=True,
    ),
    Feature(
        return_on_equity,
        domain="finance",
        label=Text("Return on equity", "净资产收益率"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
    ),
    Feature(
        profit_change,
        domain="finance",
        label=Text("Change of profit", "净利润变动"),
        unit="ratio",
        source=OHLSON,
        risk="falls",
        actionable=True,
        low=-1,
        high=1,
    ),
    Feature.as_is(
        "revenue_growth",
        name="sales_growth",
        definition="Growth of revenue over the year before [fraction]; missing where there was none before.",
        domain="finance",
        label=Text("Growth of revenue", "营业收入增长率"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=-1,
        peers=True,
    ),
    Feature.as_is(
        "main_revenue_growth_2y",
        name="sales_growth_2y",
        definition=(
            "Mean growth of revenue over the last two years [fraction]; missing where three years are not known."
        ),
        domain="finance",
        label=Text("Growth of revenue, two years", "近两年营收平均增长率"),
        unit="fraction",
        source=SOURCE,
        low=-1,
    ),
    Feature(
        quarterly_sales_growth,
        domain="finance",
        label=Text("Growth of quarterly revenue", "季度营收同比"),
        unit="fraction",
        source=SOURCE,
        low=-1,
    ),
    Feature(
        asset_growth,
        domain="finance",
        label=Text("Growth of assets", "总资产增长率"),
        unit="fraction",
        source=SOURCE,
        low=-1,
    ),
    Feature(
        net_asset_growth,
        domain="finance",
        label=Text("Growth of net assets", "净资产增长率"),
        unit="fraction",
        source=SOURCE,
    ),
    Feature(
        asset_turnover,
        domain="finance",
        label=Text("Asset turnover", "总资产周转率"),
        unit="ratio",
        source=ALTMAN,
        risk="falls",
        actionable=True,
        low=0,
    ),
    Feature(
        receivable_days,
        domain="finance",
        label=Text("Receivable days", "应收账款周转天数"),
        unit="days",
        source=SOURCE,
        actionable=True,
        low=0,
        high=3650,
        peers=True,
    ),
    Feature(
        inventory_days,
        domain="finance",
        label=Text("Inventory days", "存货周转天数"),
        unit="days",
        source=SOURCE,
        actionable=True,
        low=0,
        high=3650,
    ),
    Feature(
        revenue_per_staff,
        domain="finance",
        label=Text("Revenue per staff", "人均营业收入"),
        unit="CNY a person",
        source="statements, headcount",
        low=0,
    ),
)
