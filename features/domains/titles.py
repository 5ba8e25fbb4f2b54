"""Features of recognised results: titles, platforms, awards, programmes, standards."""

import pandas as pd

from features.declarations import Feature
from schemas.declarations import Text


def is_hitech(hitech_valid: pd.Series) -> pd.Series:
    """1 where a hi-tech enterprise certificate is valid on the day [flag]."""
    return hitech_valid


def is_technology_sme(technology_sme_valid: pd.Series) -> pd.Series:
    """1 where the enterprise is registered as a technology SME on the day [flag]."""
    return technology_sme_valid


def is_innovative_sme(innovative_sme_valid: pd.Series) -> pd.Series:
    """1 where the title of innovative SME is valid on the day [flag]."""
    return innovative_sme_valid


def is_specialised_sme(specialised_sme_valid: pd.Series) -> pd.Series:
    """1 where the title of specialised and sophisticated SME is valid on the day [flag]."""
    return specialised_sme_valid


def is_little_giant(little_giant_valid: pd.Series) -> pd.Series:
    """1 where the title of little giant is valid on the day [flag]."""
    return little_giant_valid


def platform_count(national_platforms: pd.Series, provincial_platforms: pd.Series) -> pd.Series:
    """National and provincial R&D platforms valid on the day [platforms]."""
    return national_platforms + provincial_platforms


def award_count(provincial_awards_2y: pd.Series) -> pd.Series:
    """Science awards of provincial rank or higher in the last 24 months [awards]."""
    return provincial_awards_2y


def national_award_count(national_awards_5y: pd.Series) -> pd.Series:
    """National science awards in the last 60 months [awards]."""
    return national_awards_5y


def programme_count(provincial_programmes_2y: pd.Series) -> pd.Series:
    """Science programmes of provincial rank or higher granted in the last 24 months [programmes]."""
    return provincial_programmes_2y


def standard_count(standards_led_5y: pd.Series) -> pd.Series:
    """Standards led in the last 60 months [standards]."""
    return standards_led_5y


SOURCE = "qualifications"

TITLES = (
    Feature(is_hitech, "results", Text("Hi-tech enterprise", "高新技术企业"), "flag", SOURCE, None, True, 0, 1),
    Feature(is_technology_sme, "results", Text("Technology SME", "科技型中小企业"), "flag", SOURCE, None, True, 0, 1),
    Feature(is_innovative_sme, "results", Text("Innovative SME", "创新型中小企业"), "flag", SOURCE, None, True, 0, 1),
    Feature(
        is_specialised_sme, "results", Text("Specialised SME", "专精特新中小企业"), "flag", SOURCE, None, True, 0, 1
    ),
    Feature(is_little_giant, "results", Text("Little giant", "专精特新小巨人"), "flag", SOURCE, None, False, 0, 1),
    Feature(platform_count, "results", Text("R&D platforms", "省级及以上研发平台数"), "platforms", SOURCE, low=0),
    Feature(award_count, "results", Text("Science awards", "近两年省级及以上科技奖励"), "awards", SOURCE, low=0),
    Feature(
        national_award_count,
        "results",
        Text("National science awards", "近五年国家级科技奖励"),
        "awards",
        SOURCE,
        low=0,
    ),
    Feature(
        programme_count, "results", Text("Science programmes", "近两年省级及以上科技项目"), "programmes", SOURCE, low=0
    ),
    Feature(standard_count, "results", Text("Standards led", "近五年牵头制定标准数"), "standards", SOURCE, low=0),
)
