"""Features of growth and turnover: how fast revenue and assets grow and turn."""

import pandas as pd

from features.declarations import Feature
from features.ratios import growth, ratio
from schemas.declarations import Text

DAYS_A_YEAR = 365


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

GROWTH = (
    Feature.as_is(
        "revenue_growth",
        name="sales_growth",
        definition="Growth of revenue over the year before [fraction]; missing where there was none before.",
        domain="finance",
        family="sales_trend",
        label=Text("Growth of revenue", "营业收入增长率"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        risk="falls",
        low=-1,
        peers=True,
        strength_from=0,
    ),
    Feature.as_is(
        "main_revenue_growth_2y",
        name="sales_growth_2y",
        definition=(
            "Mean growth of revenue over the last two years [fraction]; missing where three years are not known."
        ),
        domain="finance",
        family="sales_trend",
        label=Text("Growth of revenue, two years", "近两年营收平均增长率"),
        unit="fraction",
        source=SOURCE,
        risk="falls",
        low=-1,
        strength_from=0,
    ),
    Feature(
        quarterly_sales_growth,
        domain="finance",
        family="sales_trend",
        label=Text("Growth of quarterly revenue", "季度营收同比"),
        unit="fraction",
        source=SOURCE,
        low=-1,
        risk="falls",
        strength_from=0,
    ),
    Feature(
        asset_growth,
        domain="finance",
        family="asset_trend",
        label=Text("Growth of assets", "总资产增长率"),
        unit="fraction",
        source=SOURCE,
        low=-1,
        expected="falls",
        strength_from=0,
    ),
    Feature(
        net_asset_growth,
        domain="finance",
        family="asset_trend",
        label=Text("Growth of net assets", "净资产增长率"),
        unit="fraction",
        source=SOURCE,
        risk="falls",
        strength_from=0,
    ),
    Feature(
        asset_turnover,
        domain="finance",
        family="turnover_of_assets",
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
        family="working_capital_days",
        label=Text("Receivable days", "应收账款周转天数"),
        unit="days",
        source=SOURCE,
        actionable=True,
        low=0,
        high=3650,
        peers=True,
        risk="rises",
    ),
    Feature(
        inventory_days,
        domain="finance",
        family="working_capital_days",
        label=Text("Inventory days", "存货周转天数"),
        unit="days",
        source=SOURCE,
        actionable=True,
        low=0,
        high=3650,
        risk="rises",
    ),
    Feature(
        revenue_per_staff,
        domain="finance",
        family="turnover_of_assets",
        label=Text("Revenue per staff", "人均营业收入"),
        unit="CNY a person",
        source="statements, headcount",
        low=0,
        expected="falls",
    ),
)
