"""Features of the value of results: hi-tech revenue, technology contracts, industrialisation."""

import pandas as pd

from features.declarations import Feature
from features.ratios import growth, ratio
from schemas.declarations import Text


def hitech_revenue_share(hitech_revenue: pd.Series, revenue: pd.Series) -> pd.Series:
    """Revenue from hi-tech products and services over revenue [fraction]; missing where revenue is not positive."""
    return ratio(hitech_revenue, revenue)


def hitech_revenue_growth(hitech_revenue: pd.Series, hitech_revenue_prior: pd.Series) -> pd.Series:
    """Growth of hi-tech revenue over the year before [fraction]; missing where there was none before."""
    return growth(hitech_revenue, hitech_revenue_prior)


def hitech_revenue_per_rd(hitech_revenue: pd.Series, rd_expense_prior: pd.Series) -> pd.Series:
    """Hi-tech revenue over the R&D expense of the year before [ratio]: what research brings in a year later."""
    return ratio(hitech_revenue, rd_expense_prior)


def contract_turnover_share(contract_turnover_1y: pd.Series, revenue: pd.Series) -> pd.Series:
    """Turnover of technology contracts signed in the last 12 months over revenue [fraction]."""
    return ratio(contract_turnover_1y, revenue)


def contract_turnover_growth(contract_turnover_1y: pd.Series, contract_turnover_year_before: pd.Series) -> pd.Series:
    """Growth of technology-contract turnover over the 12 months before [fraction]; missing where there was none."""
    return growth(contract_turnover_1y, contract_turnover_year_before)


def conversion_rate(conversions_3y: pd.Series) -> pd.Series:
    """Results turned into use: technology contracts and related grants of the last 36 months over three [a year]."""
    return conversions_3y / 3


def industrialisation(hitech_revenue: pd.Series, valid_rights: pd.Series) -> pd.Series:
    """Hi-tech revenue over valid rights [CNY a right]; missing where no right is valid."""
    return ratio(hitech_revenue, valid_rights)


CONCENTRATION = (
    "technology_contracts; it raises loan spreads (Campello and Gao 2017, Journal of Financial Economics 123)"
)

RESULTS = (
    Feature(
        hitech_revenue_share,
        domain="results",
        family="hitech_revenue",
        label=Text("Hi-tech revenue", "高新技术产品（服务）收入占比"),
        unit="fraction",
        source="statements",
        actionable=True,
        low=0,
        high=1,
        peers=True,
        expected="falls",
    ),
    Feature(
        hitech_revenue_growth,
        domain="results",
        family="hitech_revenue_trend",
        label=Text("Growth of hi-tech revenue", "高新技术产品（服务）收入增速"),
        unit="fraction",
        source="statements",
        low=-1,
        risk="falls",
        strength_from=0,
    ),
    Feature(
        hitech_revenue_per_rd,
        domain="results",
        family="hitech_revenue",
        label=Text("Hi-tech revenue per R&D", "研发产出比"),
        unit="ratio",
        source="statements",
        low=0,
        expected="falls",
    ),
    Feature(
        contract_turnover_share,
        domain="results",
        family="technology_contracts",
        label=Text("Technology contracts over revenue", "技术合同成交额占营收比"),
        unit="fraction",
        source="technology_contracts, statements",
        actionable=True,
        low=0,
        expected="falls",
    ),
    Feature(
        contract_turnover_growth,
        domain="results",
        family="technology_contracts",
        label=Text("Growth of technology contracts", "技术合同成交额增速"),
        unit="fraction",
        source="technology_contracts",
        low=-1,
        expected="falls",
        strength_from=0,
    ),
    Feature.as_is(
        "contracts_3y",
        name="contract_count",
        definition="Technology contracts signed in the last 36 months [contracts].",
        domain="results",
        family="technology_contracts",
        label=Text("Technology contracts", "技术合同数"),
        unit="contracts",
        source="technology_contracts",
        low=0,
        expected="falls",
    ),
    Feature.as_is(
        "buyers_3y",
        name="buyer_count",
        definition="Different buyers of technology contracts in the last 36 months [buyers].",
        domain="results",
        family="buyers",
        label=Text("Buyers of technology", "技术合同买方数"),
        unit="buyers",
        source="technology_contracts",
        low=0,
        expected="falls",
    ),
    Feature.as_is(
        "buyer_hhi",
        name="buyer_concentration",
        definition=(
            "Herfindahl index of the buyers' shares in technology-contract turnover of the last 36 months [fraction]."
        ),
        domain="results",
        family="buyers",
        label=Text("Concentration of buyers", "买方集中度"),
        unit="fraction",
        source=CONCENTRATION,
        risk="rises",
        actionable=True,
        low=0,
        high=1.0001,
    ),
    Feature(
        conversion_rate,
        domain="results",
        family="conversion",
        label=Text("Results turned into use a year", "年均成果转化数"),
        unit="a year",
        source="technology_contracts, patents",
        actionable=True,
        low=0,
        expected="falls",
    ),
    Feature(
        industrialisation,
        domain="results",
        family="hitech_revenue",
        label=Text("Hi-tech revenue per right", "单项知识产权的高新技术产品（服务）收入"),
        unit="CNY a right",
        source="statements, patents",
        low=0,
        expected="falls",
    ),
)
