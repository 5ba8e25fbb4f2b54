"""Features of recognised results: titles, platforms, awards, programmes, standards."""

import pandas as pd

from features.declarations import Feature
from schemas.declarations import Text


def platform_count(national_platforms: pd.Series, provincial_platforms: pd.Series) -> pd.Series:
    """National and provincial R&D platforms valid on the day [platforms]."""
    return national_platforms + provincial_platforms


SOURCE = "qualifications"

TITLES = (
    Feature.as_is(
        "hitech_valid",
        name="is_hitech",
        definition="1 where a hi-tech enterprise certificate is valid on the day [flag].",
        domain="results",
        label=Text("Hi-tech enterprise", "高新技术企业"),
        unit="flag",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature.as_is(
        "technology_sme_valid",
        name="is_technology_sme",
        definition="1 where the enterprise is registered as a technology SME on the day [flag].",
        domain="results",
        label=Text("Technology SME", "科技型中小企业"),
        unit="flag",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature.as_is(
        "innovative_sme_valid",
        name="is_innovative_sme",
        definition="1 where the title of innovative SME is valid on the day [flag].",
        domain="results",
        label=Text("Innovative SME", "创新型中小企业"),
        unit="flag",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature.as_is(
        "specialised_sme_valid",
        name="is_specialised_sme",
        definition="1 where the title of specialised and sophisticated SME is valid on the day [flag].",
        domain="results",
        label=Text("Specialised SME", "专精特新中小企业"),
        unit="flag",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature.as_is(
        "little_giant_valid",
        name="is_little_giant",
        definition="1 where the title of little giant is valid on the day [flag].",
        domain="results",
        label=Text("Little giant", "专精特新小巨人"),
        unit="flag",
        source=SOURCE,
        low=0,
        high=1,
    ),
    Feature(
        platform_count,
        domain="results",
        label=Text("R&D platforms", "省级及以上研发平台数"),
        unit="platforms",
        source=SOURCE,
        low=0,
    ),
    Feature.as_is(
        "provincial_awards_2y",
        name="award_count",
        definition="Science awards of provincial rank or higher in the last 24 months [awards].",
        domain="results",
        label=Text("Science awards", "近两年省级及以上科技奖励"),
        unit="awards",
        source=SOURCE,
        low=0,
    ),
    Feature.as_is(
        "national_awards_5y",
        name="national_award_count",
        definition="National science awards in the last 60 months [awards].",
        domain="results",
        label=Text("National science awards", "近五年国家级科技奖励"),
        unit="awards",
        source=SOURCE,
        low=0,
    ),
    Feature.as_is(
        "provincial_programmes_2y",
        name="programme_count",
        definition="Science programmes of provincial rank or higher granted in the last 24 months [programmes].",
        domain="results",
        label=Text("Science programmes", "近两年省级及以上科技项目"),
        unit="programmes",
        source=SOURCE,
        low=0,
    ),
    Feature.as_is(
        "standards_led_5y",
        name="standard_count",
        definition="Standards led in the last 60 months [standards].",
        domain="results",
        label=Text("Standards led", "近五年牵头制定标准数"),
        unit="standards",
        source=SOURCE,
        low=0,
    ),
)
