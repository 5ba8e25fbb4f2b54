"""Features of conduct: overdue debts."""

import pandas as pd

from features.declarations import Feature
from features.ratios import ratio
from schemas.declarations import Text


def overdue_over_revenue_1y(overdue_amount_1y: pd.Series, revenue: pd.Series) -> pd.Series:
    """Overdue amounts of the last 12 months over revenue [fraction]; missing where revenue is not positive."""
    return ratio(overdue_amount_1y, revenue)


# Days past due decide the class of an asset.
PAST_DUE = "conduct; classes by days past due: Measures for the risk classification of financial assets (2023)"

OVERDUE = (
    Feature.as_is(
        "overdues_1y",
        name="overdue_count_1y",
        definition="Overdue debts that began in the last 12 months [records].",
        domain="conduct",
        family="overdue",
        label=Text("Overdue debts, 12 months", "近12个月逾期次数"),
        unit="records",
        source=PAST_DUE,
        risk="rises",
        low=0,
        strength_from=0,
    ),
    Feature.as_is(
        "overdues_3y",
        name="overdue_count_3y",
        definition="Overdue debts that began in the last 36 months [records].",
        domain="conduct",
        family="overdue",
        label=Text("Overdue debts, 36 months", "近36个月逾期次数"),
        unit="records",
        source=PAST_DUE,
        risk="rises",
        low=0,
        strength_from=0,
    ),
    Feature.as_is(
        "overdues_open",
        name="open_overdue_count",
        definition="Overdue debts not settled on the day [records].",
        domain="conduct",
        family="overdue",
        label=Text("Overdue debts open", "未结清逾期笔数"),
        unit="records",
        source=PAST_DUE,
        risk="rises",
        actionable=True,
        low=0,
        strength_from=0,
    ),
    Feature.as_is(
        "days_past_due_1y",
        name="overdue_days_1y",
        definition=(
            "Most days past due among overdue debts of the last 12 months, as far as passed by the day [days]."
        ),
        domain="conduct",
        family="overdue",
        label=Text("Days past due, 12 months", "近12个月最长逾期天数"),
        unit="days",
        source=PAST_DUE,
        risk="rises",
        low=0,
        strength_from=0,
    ),
    Feature.as_is(
        "days_past_due_3y",
        name="overdue_days_3y",
        definition=(
            "Most days past due among overdue debts of the last 36 months, as far as passed by the day [days]."
        ),
        domain="conduct",
        family="overdue",
        label=Text("Days past due, 36 months", "近36个月最长逾期天数"),
        unit="days",
        source=PAST_DUE,
        risk="rises",
        low=0,
        strength_from=0,
    ),
    Feature(
        overdue_over_revenue_1y,
        domain="conduct",
        family="overdue",
        label=Text("Overdue amounts over revenue", "近12个月逾期金额占营收比"),
        unit="fraction",
        source=PAST_DUE,
        risk="rises",
        low=0,
        strength_from=0,
    ),
    Feature.as_is(
        "overdue_amount_3y",
        name="overdue_amount_in_3y",
        definition="Overdue amounts of the last 36 months [CNY].",
        domain="conduct",
        family="overdue",
        label=Text("Overdue amounts, 36 months", "近36个月逾期金额"),
        unit="CNY",
        source=PAST_DUE,
        risk="rises",
        low=0,
        strength_from=0,
    ),
)
