"""Features of conduct: overdue debts, enforcement, lists, penalties."""

import pandas as pd

from features.declarations import Feature
from features.ratios import months_since_if_ever, ratio
from schemas.declarations import Text


def overdue_over_revenue_1y(overdue_amount_1y: pd.Series, revenue: pd.Series) -> pd.Series:
    """Overdue amounts of the last 12 months over revenue [fraction]; missing where revenue is not positive."""
    return ratio(overdue_amount_1y, revenue)


def open_enforcement_over_assets(enforcement_amount_open: pd.Series, assets: pd.Series) -> pd.Series:
    """Amounts under open enforcement over assets [fraction]."""
    return ratio(enforcement_amount_open, assets)


def months_since_record(last_record_on: pd.Series, as_of: pd.Series, penalties_2y: pd.Series) -> pd.Series:
    """Months since the last adverse record known on the day, at most 120; 120 where there is none [months]."""
    return months_since_if_ever(last_record_on, as_of, penalties_2y)


# Days past due decide the class of an asset; an enterprise on the lists is shut out of the technology-SME title.
PAST_DUE = "conduct; classes by days past due: Measures for the risk classification of financial assets (2023)"
ENFORCED = "conduct; obligations not paid until a court enforces them, as other arrears"
PUBLIC = "conduct; Measures for evaluating technology SMEs (2017-115): enterprises with such records are not eligible"

CONDUCT = (
    Feature.as_is(
        "overdues_1y",
        name="overdue_count_1y",
        definition="Overdue debts that began in the last 12 months [records].",
        domain="conduct",
        label=Text("Overdue debts, 12 months", "近12月逾期次数"),
        unit="records",
        source=PAST_DUE,
        risk="rises",
        actionable=True,
        low=0,
    ),
    Feature.as_is(
        "overdues_3y",
        name="overdue_count_3y",
        definition="Overdue debts that began in the last 36 months [records].",
        domain="conduct",
        label=Text("Overdue debts, 36 months", "近36月逾期次数"),
        unit="records",
        source=PAST_DUE,
        risk="rises",
        low=0,
    ),
    Feature.as_is(
        "overdues_open",
        name="open_overdue_count",
        definition="Overdue debts not settled on the day [records].",
        domain="conduct",
        label=Text("Overdue debts open", "未结清逾期笔数"),
        unit="records",
        source=PAST_DUE,
        risk="rises",
        actionable=True,
        low=0,
    ),
    Feature.as_is(
        "days_past_due_1y",
        name="overdue_days_1y",
        definition=(
            "Most days past due among overdue debts of the last 12 months, as far as passed by the day [days]."
        ),
        domain="conduct",
        label=Text("Days past due, 12 months", "近12月最长逾期天数"),
        unit="days",
        source=PAST_DUE,
        risk="rises",
        actionable=True,
        low=0,
    ),
    Feature.as_is(
        "days_past_due_3y",
        name="overdue_days_3y",
        definition=(
            "Most days past due among overdue debts of the last 36 months, as far as passed by the day [days]."
        ),
        domain="conduct",
        label=Text("Days past due, 36 months", "近36月最长逾期天数"),
        unit="days",
        source=PAST_DUE,
        risk="rises",
        low=0,
    ),
    Feature(
        overdue_over_revenue_1y,
        domain="conduct",
        label=Text("Overdue amounts over revenue", "近12月逾期金额占营收比"),
        unit="fraction",
        source=PAST_DUE,
        risk="rises",
        actionable=True,
        low=0,
    ),
    Feature.as_is(
        "overdue_amount_3y",
        name="overdue_amount_in_3y",
        definition="Overdue amounts of the last 36 months [CNY].",
        domain="conduct",
        label=Text("Overdue amounts, 36 months", "近36月逾期金额"),
        unit="CNY",
        source=PAST_DUE,
        risk="rises",
        low=0,
    ),
    Feature.as_is(
        "enforcements_open",
        name="open_enforcement_count",
        definition="Court enforcements open on the day [records].",
        domain="conduct",
        label=Text("Open enforcements", "未结执行案件数"),
        unit="records",
        source=ENFORCED,
        risk="rises",
        actionable=True,
        low=0,
    ),
    Feature(
        open_enforcement_over_assets,
        domain="conduct",
        label=Text("Open enforcement over assets", "未结执行金额占资产比"),
        unit="fraction",
        source=ENFORCED,
        risk="rises",
        actionable=True,
        low=0,
    ),
    Feature.as_is(
        "enforcements_3y",
        name="enforcement_count_3y",
        definition="Court enforcements that began in the last 36 months [records].",
        domain="conduct",
        label=Text("Enforcements, 36 months", "近36月执行案件数"),
        unit="records",
        source=ENFORCED,
        risk="rises",
        low=0,
    ),
    Feature.as_is(
        "abnormal_now",
        name="is_abnormal",
        definition="1 where the enterprise is on the list of abnormal operations on the day [flag].",
        domain="conduct",
        label=Text("On the abnormal list", "经营异常名录"),
        unit="flag",
        source=PUBLIC,
        risk="rises",
        actionable=True,
        low=0,
        high=1,
    ),
    Feature.as_is(
        "abnormal_3y",
        name="abnormal_count_3y",
        definition="Entries in the list of abnormal operations in the last 36 months [records].",
        domain="conduct",
        label=Text("Abnormal-list entries, 36 months", "近36月经营异常次数"),
        unit="records",
        source=PUBLIC,
        risk="rises",
        low=0,
    ),
    Feature.as_is(
        "serious_breach_2y",
        name="has_serious_breach",
        definition="1 where a serious breach was recorded in the last 24 months or is not resolved [flag].",
        domain="conduct",
        label=Text("Serious breach", "严重违法失信"),
        unit="flag",
        source=PUBLIC,
        risk="rises",
        low=0,
        high=1,
    ),
    Feature.as_is(
        "penalties_2y",
        name="penalty_count_2y",
        definition="Penalties in the last 24 months [records].",
        domain="conduct",
        label=Text("Penalties, 24 months", "近24月行政处罚次数"),
        unit="records",
        source=PUBLIC,
        risk="rises",
        actionable=True,
        low=0,
    ),
    Feature(
        months_since_record,
        domain="conduct",
        label=Text("Months since the last adverse record", "距最近不良记录月数"),
        unit="months",
        source="conduct",
        low=0,
    ),
)
