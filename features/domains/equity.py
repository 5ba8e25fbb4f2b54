"""Features of equity financing: rounds, investors, look-through, pledges of shares."""

import pandas as pd

from features.declarations import Feature
from features.ratios import LONG_AGO, months_since_if_ever, ratio
from schemas.declarations import Text


def months_since_round(last_round_on: pd.Series, as_of: pd.Series, rounds_total: pd.Series) -> pd.Series:
    """Months since the last equity round known on the day, at most 120; 120 where there was none [months]."""
    return months_since_if_ever(last_round_on, as_of, rounds_total)


def raised_over_assets(equity_raised_3y: pd.Series, assets: pd.Series) -> pd.Series:
    """Equity raised in the last 36 months over assets [ratio]."""
    return ratio(equity_raised_3y, assets)


def raised_over_costs(equity_raised_2y: pd.Series, costs: pd.Series) -> pd.Series:
    """Equity raised in the last 24 months over the cost of a year [ratio]."""
    return ratio(equity_raised_2y, costs)


def vc_share(vc_raised_total: pd.Series, equity_raised_total: pd.Series) -> pd.Series:
    """Money of venture capital funds over all equity raised [fraction]; missing where none was raised."""
    return ratio(vc_raised_total, equity_raised_total)


def government_money_share(equity_from_government: pd.Series, equity_looked_through: pd.Series) -> pd.Series:
    """Government money over the equity whose source is looked through [fraction]; missing where none is."""
    return ratio(equity_from_government, equity_looked_through)


def bank_insurance_money_share(equity_from_bank_insurance: pd.Series, equity_looked_through: pd.Series) -> pd.Series:
    """Money of banks and insurers over the equity whose source is looked through [fraction]; missing where none is."""
    return ratio(equity_from_bank_insurance, equity_looked_through)


SOURCE = "equity_rounds"

EQUITY = (
    Feature(
        months_since_round,
        domain="financing",
        family="equity_finance",
        label=Text("Months since the last round", "距最近融资月数"),
        unit="months",
        source=SOURCE,
        actionable=True,
        low=0,
        high=LONG_AGO,
        at_high=Text("none on record", "无融资记录"),
    ),
    Feature.as_is(
        "rounds_total",
        name="round_count",
        definition="Equity rounds known on the day [rounds].",
        domain="financing",
        family="equity_finance",
        label=Text("Equity rounds", "融资轮次"),
        unit="rounds",
        source=SOURCE,
        actionable=True,
        low=0,
        high=50,
        expected="falls",
    ),
    Feature.as_is(
        "equity_raised_total",
        name="raised_total",
        definition="Equity raised in all rounds known on the day [CNY].",
        domain="financing",
        family="equity_finance",
        label=Text("Equity raised", "累计股权融资额"),
        unit="CNY",
        source=SOURCE,
        actionable=True,
        low=0,
        expected="falls",
    ),
    Feature(
        raised_over_assets,
        domain="financing",
        family="equity_finance",
        label=Text("Equity raised over assets", "近三年股权融资占资产比"),
        unit="ratio",
        source="equity_rounds, statements",
        actionable=True,
        low=0,
        expected="falls",
    ),
    Feature(
        raised_over_costs,
        domain="financing",
        family="equity_finance",
        label=Text("Equity raised over costs", "近两年股权融资占成本比"),
        unit="ratio",
        source="equity_rounds, statements",
        actionable=True,
        low=0,
        expected="falls",
    ),
    Feature(
        vc_share,
        domain="financing",
        family="investors",
        label=Text("Venture capital", "风险投资占比"),
        unit="fraction",
        source=SOURCE,
        low=0,
        high=1,
    ),
    Feature(
        government_money_share,
        domain="financing",
        family="investors",
        label=Text("Government money, looked through", "穿透政府资金占比"),
        unit="fraction",
        source=SOURCE,
        low=0,
        high=1,
    ),
    Feature(
        bank_insurance_money_share,
        domain="financing",
        family="investors",
        label=Text("Bank and insurance money, looked through", "穿透银行保险资金占比"),
        unit="fraction",
        source=SOURCE,
        low=0,
        high=1,
    ),
    Feature.as_is(
        "shares_pledged",
        name="shares_pledged_share",
        definition="Share of the enterprise's own equity under open pledges [fraction].",
        domain="financing",
        family="shares_pledged",
        label=Text("Shares pledged", "股权质押率"),
        unit="fraction",
        source="equity_pledges",
        risk="rises",
        actionable=True,
        low=0,
        high=1.0001,
    ),
)
