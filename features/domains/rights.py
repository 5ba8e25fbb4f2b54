"""Features of intellectual property: age, upkeep and use of the rights, and filings."""

import pandas as pd

from features.declarations import Feature
from features.ratios import DAYS_A_MONTH, LONG_AGO, months_since_if_ever, ratio
from schemas.declarations import Text


def rights_age(valid_age_days: pd.Series, valid_rights: pd.Series) -> pd.Series:
    """Mean age of valid rights since filing [months]; missing where no right is valid."""
    return ratio(valid_age_days, valid_rights) / DAYS_A_MONTH


def rights_renewal(valid_filed_3y: pd.Series, valid_rights: pd.Series) -> pd.Series:
    """Valid rights filed in the last 36 months over valid rights [fraction]; missing where no right is valid."""
    return ratio(valid_filed_3y, valid_rights)


def rights_lapsed_share(rights_ended_3y: pd.Series, valid_rights: pd.Series) -> pd.Series:
    """Granted rights ended in the last 36 months over those and the valid ones [fraction]; missing without either."""
    return ratio(rights_ended_3y, rights_ended_3y + valid_rights)


def related_share(valid_related: pd.Series, valid_rights: pd.Series) -> pd.Series:
    """Valid rights related to the main business over valid rights [fraction]; missing where no right is valid."""
    return ratio(valid_related, valid_rights)


def pledged_rights_share(valid_pledged: pd.Series, valid_rights: pd.Series) -> pd.Series:
    """Pledged rights over valid rights [fraction]; missing where no right is valid."""
    return ratio(valid_pledged, valid_rights)


def bought_rights_share(valid_bought: pd.Series, valid_rights: pd.Series) -> pd.Series:
    """Bought rights over valid rights [fraction]; missing where no right is valid."""
    return ratio(valid_bought, valid_rights)


def filings_per_rd_head(rights_filed_3y: pd.Series, rd_staff: pd.Series) -> pd.Series:
    """Own filings of the last 36 months over R&D staff [filings a person]; missing where no R&D staff is counted."""
    return ratio(rights_filed_3y, rd_staff)


def inventions_per_rd_head(valid_inventions: pd.Series, rd_staff: pd.Series) -> pd.Series:
    """Valid inventions over R&D staff [rights a person]; missing where no R&D staff is counted."""
    return ratio(valid_inventions, rd_staff)


def months_since_filing(last_filing_on: pd.Series, as_of: pd.Series, rights_filed: pd.Series) -> pd.Series:
    """Months since the last filing known on the day, at most 120; 120 where nothing was filed [months]."""
    return months_since_if_ever(last_filing_on, as_of, rights_filed)


SOURCE = "patents"

RIGHTS = (
    Feature(
        rights_age,
        domain="patents",
        family="rights_renewal",
        label=Text("Age of valid rights", "有效知识产权平均年龄"),
        unit="months",
        source=SOURCE,
        low=0,
        high=600,
    ),
    Feature(
        rights_renewal,
        domain="patents",
        family="rights_renewal",
        label=Text("Renewal of the stock of rights", "知识产权更新率"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
        expected="falls",
    ),
    Feature(
        rights_lapsed_share,
        domain="patents",
        family="rights_lapsed",
        label=Text("Rights lapsed", "知识产权失效占比"),
        unit="fraction",
        source=SOURCE,
        low=0,
        high=1,
        risk="rises",
    ),
    Feature(
        related_share,
        domain="patents",
        family="rights_quality",
        label=Text("Rights of the main business", "主营业务相关占比"),
        unit="fraction",
        source=SOURCE,
        low=0,
        high=1,
        expected="falls",
    ),
    Feature(
        pledged_rights_share,
        domain="patents",
        family="rights_pledged",
        label=Text("Rights pledged", "知识产权质押占比"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        bought_rights_share,
        domain="patents",
        family="rights_origin",
        label=Text("Rights bought", "受让知识产权占比"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        filings_per_rd_head,
        domain="patents",
        family="rights_per_head",
        label=Text("Filings per R&D head", "研发人员人均申请数"),
        unit="filings a person",
        source="patents, headcount",
        low=0,
        expected="falls",
    ),
    Feature(
        inventions_per_rd_head,
        domain="patents",
        family="rights_per_head",
        label=Text("Inventions per R&D head", "研发人员人均发明数"),
        unit="rights a person",
        source="patents, headcount",
        low=0,
        expected="falls",
    ),
    Feature(
        months_since_filing,
        domain="patents",
        family="rights_renewal",
        label=Text("Months since the last filing", "距最近申请月数"),
        unit="months",
        source=SOURCE,
        actionable=True,
        low=0,
        high=LONG_AGO,
        at_high=Text("none on record", "无申请记录"),
        expected="rises",
    ),
)
