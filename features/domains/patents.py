"""Features of intellectual property: how many rights, of which kinds."""

import pandas as pd

from features.declarations import Feature
from features.ratios import ratio
from schemas.declarations import Text


def class_1_share(class_1_valid: pd.Series, valid_rights: pd.Series) -> pd.Series:
    """Class I rights over valid rights [fraction]; missing where no right is valid."""
    return ratio(class_1_valid, valid_rights)


def self_developed_share(class_1_self_developed: pd.Series, class_1_valid: pd.Series) -> pd.Series:
    """Own developments over valid class I rights [fraction]; missing where there are none."""
    return ratio(class_1_self_developed, class_1_valid)


def invention_grant_rate(inventions_granted: pd.Series, inventions_decided: pd.Series) -> pd.Series:
    """Inventions granted over inventions granted or ended without a grant [fraction]; missing where none is decided."""
    return ratio(inventions_granted, inventions_decided)


SOURCE = "patents"

PATENTS = (
    Feature.as_is(
        "valid_inventions",
        name="valid_invention_count",
        definition="Valid invention patents [rights].",
        domain="patents",
        family="rights_count",
        label=Text("Valid inventions", "有效发明专利数"),
        unit="rights",
        source=SOURCE,
        low=0,
        peers=True,
        expected="falls",
    ),
    Feature.as_is(
        "class_1_valid",
        name="class_1_count",
        definition=(
            "Valid class I rights: inventions, plant varieties, new drugs, circuit layouts and the like [rights]."
        ),
        domain="patents",
        family="rights_count",
        label=Text("Class I rights", "Ⅰ类知识产权数"),
        unit="rights",
        source=SOURCE,
        low=0,
        expected="falls",
    ),
    Feature.as_is(
        "class_2_valid",
        name="class_2_count",
        definition="Valid class II rights: utility models, designs, software [rights].",
        domain="patents",
        family="rights_count",
        label=Text("Class II rights", "Ⅱ类知识产权数"),
        unit="rights",
        source=SOURCE,
        actionable=True,
        low=0,
        expected="falls",
    ),
    Feature(
        class_1_share,
        domain="patents",
        family="rights_quality",
        label=Text("Class I among valid rights", "Ⅰ类知识产权占比"),
        unit="fraction",
        source=SOURCE,
        low=0,
        high=1,
        expected="falls",
    ),
    Feature(
        self_developed_share,
        domain="patents",
        family="rights_origin",
        label=Text("Own development", "自主研发占比"),
        unit="fraction",
        source=SOURCE,
        low=0,
        high=1,
        expected="falls",
    ),
    Feature(
        invention_grant_rate,
        domain="patents",
        family="rights_quality",
        label=Text("Grant rate of inventions", "发明专利授权率"),
        unit="fraction",
        source=SOURCE,
        low=0,
        high=1,
        expected="falls",
    ),
    Feature.as_is(
        "pct_filed",
        name="pct_count",
        definition="Rights filed under the PCT, as known on the day [filings].",
        domain="patents",
        family="rights_count",
        label=Text("PCT filings", "PCT专利申请数"),
        unit="filings",
        source=SOURCE,
        actionable=True,
        low=0,
        expected="falls",
    ),
)
