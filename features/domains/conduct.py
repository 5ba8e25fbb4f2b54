"""Features of conduct: overdue debts, enforcement, lists, penalties."""

import pandas as pd

from features.declarations import Feature
from features.ratios import months_since, ratio
from schemas.declarations import Text


def overdue_count_1y(overdues_1y: pd.Series) -> pd.Series:
    """Overdue debts that began in the last 12 months [records]."""
    return overdues_1y


def overdue_count_3y(overdues_3y: pd.Series) -> pd.Series:
    """Overdue debts that began in the last 36 months [records]."""
    return overdues_3y


def open_overdue_count(overdues_open: pd.Series) -> pd.Series:
    """Overdue debts not settled on the day [records]."""
    return overdues_open


def overdue_days_1y(days_past_due_1y: pd.Series) -> pd.Series:
    """Most days past due among overdue debts of the last 12 months, as far as passed by the day [days]."""
    return days_past_due_1y


def overdue_days_3y(days_past_due_3y: pd.Series) -> pd.Series:
    """Most days past due among overdue debts of the last 36 months, as far as passed by the day [days]."""
    return days_past_due_3y


def overdue_over_revenue_1y(overdue_amount_1y: pd.Series, revenue: pd.Series) -> pd.Series:
    """Overdue amounts of the last 12 months over revenue [fraction]; missing where revenue is not positive."""
    return ratio(overdue_amount_1y, revenue)


def overdue_amount_in_3y(overdue_amount_3y: pd.Series) -> pd.Series:
    """Overdue amounts of the last 36 months [CNY]."""
    return overdue_amount_3y


def open_enforcement_count(enforcements_open: pd.Series) -> pd.Series:
    """Court enforcements open on the day [records]."""
    return enforcements_open


def open_enforcement_over_assets(enforcement_amount_open: pd.Series, assets: pd.Series) -> pd.Series:
    """Amounts under open enforcement over assets [fraction]."""
    return ratio(enforcement_amount_open, assets)


def enforcement_count_3y(enforcements_3y: pd.Series) -> pd.Series:
    """Court enforcements that began in the last 36 months [records]."""
    return enforcements_3y


def is_abnormal(abnormal_now: pd.Series) -> pd.Series:
    """1 where the enterprise is on the list of abnormal operations on the day [flag]."""
    return abnormal_now


def abnormal_count_3y(abnormal_3y: pd.Series) -> pd.Series:
    """Entries in the list of abnormal operations in the last 36 months [records]."""
    return abnormal_3y


def has_serious_breach(serious_breach_2y: pd.Series) -> pd.Series:
    """1 where a serious breach was recorded in the last 24 months or is not resolved [flag]."""
    return serious_breach_2y


def penalty_count_2y(penalties_2y: pd.Series) -> pd.Series:
    """Penalties in the last 24 months [records]."""
    return penalties_2y


def months_since_record(last_record_on: pd.Series, as_of: pd.Series) -> pd.Series:
    """Months since the last adverse record known on the day [months]; missing where there is none."""
    return months_since(last_record_on, as_of)


# Days past due decide the class of an asset; an enterprise on the lists is shut out of the technology-SME title.
PAST_DUE = "conduct; classes by days past due: Measures for the risk classification of financial assets (2023)"
ENFORCED = "conduct; obligations not paid until a court enforces them, as other arrears"
PUBLIC = "conduct; Measures for evaluating technology SMEs (2017-115): enterprises with such records are not eligible"

CONDUCT = (
    Feature(
        overdue_count_1y,
        "conduct",
        Text("Overdue debts, 12 months", "近12个月逾期次数"),
        "records",
        PAST_DUE,
        "rises",
        True,
        0,
    ),
    Feature(
        overdue_count_3y,
        "conduct",
        Text("Overdue debts, 36 months", "近36个月逾期次数"),
        "records",
        PAST_DUE,
        "rises",
        False,
        0,
    ),
    Feature(
        open_overdue_count,
        "conduct",
        Text("Overdue debts open", "未结清逾期笔数"),
        "records",
        PAST_DUE,
        "rises",
        True,
        0,
    ),
    Feature(
        overdue_days_1y,
        "conduct",
        Text("Days past due, 12 months", "近12个月最长逾期天数"),
        "days",
        PAST_DUE,
        "rises",
        True,
        0,
    ),
    Feature(
        overdue_days_3y,
        "conduct",
        Text("Days past due, 36 months", "近36个月最长逾期天数"),
        "days",
        PAST_DUE,
        "rises",
        False,
        0,
    ),
    Feature(
        overdue_over_revenue_1y,
        "conduct",
        Text("Overdue amounts over revenue", "近12个月逾期金额占营收比"),
        "fraction",
        PAST_DUE,
        "rises",
        True,
        0,
    ),
    Feature(
        overdue_amount_in_3y,
        "conduct",
        Text("Overdue amounts, 36 months", "近36个月逾期金额"),
        "CNY",
        PAST_DUE,
        "rises",
        False,
        0,
    ),
    Feature(
        open_enforcement_count,
        "conduct",
        Text("Open enforcements", "未结被执行案件数"),
        "records",
        ENFORCED,
        "rises",
        True,
        0,
    ),
    Feature(
        open_enforcement_over_assets,
        "conduct",
        Text("Open enforcement over assets", "未结被执行金额占资产比"),
        "fraction",
        ENFORCED,
        "rises",
        True,
        0,
    ),
    Feature(
        enforcement_count_3y,
        "conduct",
        Text("Enforcements, 36 months", "近36个月被执行案件数"),
        "records",
        ENFORCED,
        "rises",
        False,
        0,
    ),
    Feature(is_abnormal, "conduct", Text("On the abnormal list", "经营异常名录"), "flag", PUBLIC, "rises", True, 0, 1),
    Feature(
        abnormal_count_3y,
        "conduct",
        Text("Abnormal-list entries, 36 months", "近36个月经营异常次数"),
        "records",
        PUBLIC,
        "rises",
        low=0,
    ),
    Feature(
        has_serious_breach, "conduct", Text("Serious breach", "严重违法失信"), "flag", PUBLIC, "rises", False, 0, 1
    ),
    Feature(
        penalty_count_2y,
        "conduct",
        Text("Penalties, 24 months", "近24个月行政处罚次数"),
        "records",
        PUBLIC,
        "rises",
        True,
        0,
    ),
    Feature(
        months_since_record,
        "conduct",
        Text("Months since the last adverse record", "距最近不良记录月数"),
        "months",
        "conduct",
        low=0,
    ),
)
