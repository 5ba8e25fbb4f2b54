"""Features of the loan applied for and of financing by others."""

import pandas as pd

from features.declarations import Feature
from features.ratios import ratio
from schemas.declarations import Text


def loan_amount(amount: pd.Series) -> pd.Series:
    """Amount applied for [money of the source]."""
    return amount


def amount_per_staff(amount: pd.Series, staff: pd.Series) -> pd.Series:
    """Amount applied for over staff [money a person]; missing where no staff is counted."""
    return ratio(amount, staff)


def guaranteed_share(guaranteed: pd.Series, amount: pd.Series) -> pd.Series:
    """Amount guaranteed by a public agency over the amount applied for [fraction]."""
    return ratio(guaranteed, amount)


def is_revolving(revolving: pd.Series) -> pd.Series:
    """1 for a revolving line [flag]."""
    return revolving


def is_simplified(simplified: pd.Series) -> pd.Series:
    """1 for the simplified procedure [flag]."""
    return simplified


def lender_in_province(lender_here: pd.Series) -> pd.Series:
    """1 where lender and enterprise sit in one province or state [flag]."""
    return lender_here


FINANCING = (
    Feature(
        loan_amount,
        "financing",
        Text("Amount applied for", "申请金额"),
        "money",
        "applications",
        actionable=True,
        low=0,
    ),
    Feature(
        amount_per_staff,
        "financing",
        Text("Amount per staff", "人均申请金额"),
        "money a person",
        "applications, headcount",
        low=0,
    ),
    Feature(
        guaranteed_share,
        "financing",
        Text("Share guaranteed", "公共担保比例"),
        "fraction",
        "applications",
        low=0,
        high=1.0001,
    ),
    Feature(is_revolving, "financing", Text("Revolving line", "循环额度"), "flag", "applications", low=0, high=1),
    Feature(
        is_simplified, "financing", Text("Simplified procedure", "简易程序"), "flag", "applications", low=0, high=1
    ),
    Feature(
        lender_in_province,
        "financing",
        Text("Lender in the same province", "受理机构在同省"),
        "flag",
        "applications",
        low=0,
        high=1,
    ),
)
