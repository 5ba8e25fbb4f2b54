"""Features of conduct: enforcement, lists, penalties."""

import pandas as pd

from features.declarations import Feature
from features.ratios import LONG_AGO, months_since_if_ever, ratio
from schemas.declarations import Text


def open_enforcement_over_assets(enforcement_amount_open: pd.Series, assets: pd.Series) -> pd.Series:
    """Amounts under open enforcement over assets [fraction]."""
    return ratio(enforcement_amount_open, assets)


def months_since_record(last_record_on: pd.Series, as_of: pd.Series, penalties_2y: pd.Series) -> pd.Series:
    """Months since the last adverse record known on the day, at most 120; 120 where there is none [months]."""
    return months_since_if_ever(last_record_on, as_of, penalties_2y)


ENFORCED = "conduct; obligations not paid until a court enforces them, as other arrears"
# An enterprise on the lists is shut out of the technology-SME title.
PUBLIC = "conduct; Measures for evaluating technology SMEs (2017-115): enterprises with such records are not eligible"

CONDUCT = (
    Feature.as_is(
        "enforcements_open",
        name="open_enforcement_count",
        definition="Court enforcements open on the day [records].",
        domain="conduct",
        family="enforcement",
        label=Text("Open enforcements", "未结被执行案件数"),
        unit="records",
        source=ENFORCED,
        risk="rises",
        actionable=True,
        low=0,
        strength_from=0,
    ),
    Feature(
        open_enforcement_over_assets,
        domain="conduct",
        family="enforcement",
        label=Text("Open enforcement over assets", "未结被执行金额占资产比"),
        unit="fraction",
        source=ENFORCED,
        risk="rises",
        actionable=True,
        low=0,
        strength_from=0,
    ),
    Feature.as_is(
        "enforcements_3y",
        name="enforcement_count_3y",
        definition="Court enforcements that began in the last 36 months [records].",
        domain="conduct",
        family="enforcement",
        label=Text("Enforcements, 36 months", "近36个月被执行案件数"),
        unit="records",
        source=ENFORCED,
        risk="rises",
        low=0,
        strength_from=0,
    ),
    Feature.as_is(
        "abnormal_now",
        name="is_abnormal",
        definition="1 where the enterprise is on the list of abnormal operations on the day [flag].",
        domain="conduct",
        family="abnormal_list",
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
        family="abnormal_list",
        label=Text("Abnormal-list entries, 36 months", "近36个月经营异常次数"),
        unit="records",
        source=PUBLIC,
        risk="rises",
        low=0,
        strength_from=0,
    ),
    Feature.as_is(
        "serious_breach_2y",
        name="has_serious_breach",
        definition="1 where a serious breach was recorded in the last 24 months or is not resolved [flag].",
        domain="conduct",
        family="serious_breach",
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
        family="penalties",
        label=Text("Penalties, 24 months", "近24个月行政处罚次数"),
        unit="records",
        source=PUBLIC,
        risk="rises",
        low=0,
        strength_from=0,
    ),
    Feature(
        months_since_record,
        domain="conduct",
        family="last_record",
        label=Text("Months since the last adverse record", "距最近不良记录月数"),
        unit="months",
        source="conduct",
        low=0,
        high=LONG_AGO,
        at_high=Text("none on record", "无不良记录"),
        risk="falls",
    ),
)
