"""Features of the loan applied for and of financing by others."""

import pandas as pd

from features.declarations import Feature
from features.ratios import ratio
from schemas.declarations import Text


def amount_per_staff(amount: pd.Series, staff: pd.Series) -> pd.Series:
    """Amount applied for over staff [money a person]; missing where no staff is counted."""
    return ratio(amount, staff)


def guaranteed_share(guaranteed: pd.Series, amount: pd.Series) -> pd.Series:
    """Amount guaranteed by a public agency over the amount applied for [fraction]."""
    return ratio(guaranteed, amount)


FINANCING = (
    Feature.as_is(
        "amount",
        name="loan_amount",
        definition="Amount applied for [money of the source].",
        domain="financing",
        family="amount",
        label=Text("Amount applied for", "申请金额"),
        unit="money",
        source="applications",
        actionable=True,
        low=0,
    ),
    Feature(
        amount_per_staff,
        domain="financing",
        family="amount",
        label=Text("Amount per staff", "人均申请金额"),
        unit="money a person",
        source="applications, headcount",
        low=0,
        expected="rises",
    ),
    Feature(
        guaranteed_share,
        domain="financing",
        family="guarantee",
        label=Text("Share guaranteed", "公共担保比例"),
        unit="fraction",
        source="applications",
        low=0,
        high=1.0001,
    ),
    Feature.as_is(
        "revolving",
        name="is_revolving",
        definition="1 for a revolving line [flag].",
        domain="financing",
        family="loan_form",
        label=Text("Revolving line", "循环额度"),
        unit="flag",
        source="applications",
        low=0,
        high=1,
    ),
    Feature.as_is(
        "simplified",
        name="is_simplified",
        definition="1 for the simplified procedure [flag].",
        domain="financing",
        family="loan_form",
        label=Text("Simplified procedure", "简易程序"),
        unit="flag",
        source="applications",
        low=0,
        high=1,
    ),
    Feature.as_is(
        "lender_here",
        name="lender_in_province",
        definition="1 where lender and enterprise sit in one province or state [flag].",
        domain="financing",
        family="lender_place",
        label=Text("Lender in the same province", "受理机构在同省"),
        unit="flag",
        source="applications",
        low=0,
        high=1,
    ),
)
