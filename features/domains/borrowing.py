"""Features of borrowings from all lenders, guarantees and the size of the loan applied for."""

import pandas as pd

from features.declarations import Feature
from features.ratios import growth, ratio
from schemas.declarations import Text


def is_first_loan(ever_borrowed: pd.Series) -> pd.Series:
    """1 where no lender has reported a balance before the day: the first loan at any bank [flag]."""
    return 1 - ever_borrowed


def lender_count_change(lenders: pd.Series, lenders_year_before: pd.Series) -> pd.Series:
    """Lenders on the day less lenders a year before [lenders]."""
    return lenders - lenders_year_before


def borrowed_over_revenue(borrowed: pd.Series, revenue: pd.Series) -> pd.Series:
    """Balances at all lenders over revenue [fraction]; missing where revenue is not positive."""
    return ratio(borrowed, revenue)


def borrowed_over_assets(borrowed: pd.Series, assets: pd.Series) -> pd.Series:
    """Balances at all lenders over assets [fraction]."""
    return ratio(borrowed, assets)


def line_utilisation(drawn_on_lines: pd.Series, credit_lines: pd.Series) -> pd.Series:
    """Balances drawn on credit lines over those lines [fraction]; missing where there is no line."""
    return ratio(drawn_on_lines, credit_lines)


def borrowing_growth(borrowed: pd.Series, borrowed_year_before: pd.Series) -> pd.Series:
    """Growth of balances over the year before [fraction]; missing where there were none."""
    return growth(borrowed, borrowed_year_before)


def top_lender_share(largest_balance: pd.Series, borrowed: pd.Series) -> pd.Series:
    """Largest balance at one lender over all balances [fraction]; missing where nothing is borrowed."""
    return ratio(largest_balance, borrowed)


def guarantee_cover(covered: pd.Series, amount: pd.Series) -> pd.Series:
    """Amount covered by guarantees over the amount applied for [fraction]."""
    return ratio(covered, amount)


def public_guarantee_cover(covered_by_public: pd.Series, amount: pd.Series) -> pd.Series:
    """Amount covered by government agencies and guarantee funds over the amount applied for [fraction]."""
    return ratio(covered_by_public, amount)


def amount_over_revenue(amount: pd.Series, revenue: pd.Series) -> pd.Series:
    """Amount applied for over revenue [fraction]; missing where revenue is not positive."""
    return ratio(amount, revenue)


def amount_over_assets(amount: pd.Series, assets: pd.Series) -> pd.Series:
    """Amount applied for over assets [fraction]."""
    return ratio(amount, assets)


SOURCE = "borrowings"
LENDING = "applications, statements"
# The notice of 2024-01-05, sections (12) to (14), asks banks to guard against borrowing from many lenders at once.
MANY_LENDERS = "borrowings, statements; NFRA notice of 2024-01-05 on over-borrowing from many lenders; Ohlson 1980"
DRAWN = "borrowings; before a default more is drawn (Jimenez, Lopez and Saurina 2009, Review of Financial Studies 22)"

BORROWING = (
    Feature(
        is_first_loan,
        domain="financing",
        family="lenders",
        label=Text("First loan", "首贷户"),
        unit="flag",
        source=SOURCE,
        low=0,
        high=1,
    ),
    Feature.as_is(
        "lenders",
        name="lender_count",
        definition="Lenders with a line or a balance on the day [lenders].",
        domain="financing",
        family="lenders",
        label=Text("Lenders", "授信机构数"),
        unit="lenders",
        source=SOURCE,
        actionable=True,
        low=0,
        high=100,
    ),
    Feature(
        lender_count_change,
        domain="financing",
        family="lenders",
        label=Text("Change in lenders", "授信机构数变动"),
        unit="lenders",
        source=SOURCE,
        actionable=True,
        low=-100,
        high=100,
    ),
    Feature(
        borrowed_over_revenue,
        domain="financing",
        family="borrowing",
        label=Text("Borrowed over revenue", "全部贷款占营收比"),
        unit="fraction",
        source=MANY_LENDERS,
        risk="rises",
        actionable=True,
        low=0,
    ),
    Feature(
        borrowed_over_assets,
        domain="financing",
        family="borrowing",
        label=Text("Borrowed over assets", "全部贷款占资产比"),
        unit="fraction",
        source=MANY_LENDERS,
        risk="rises",
        actionable=True,
        low=0,
    ),
    Feature(
        line_utilisation,
        domain="financing",
        family="line_use",
        label=Text("Lines drawn", "授信使用率"),
        unit="fraction",
        source=DRAWN,
        risk="rises",
        actionable=True,
        low=0,
    ),
    Feature(
        borrowing_growth,
        domain="financing",
        family="borrowing",
        label=Text("Growth of borrowings", "贷款余额增速"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=-1,
        expected="rises",
    ),
    Feature(
        top_lender_share,
        domain="financing",
        family="lenders",
        label=Text("Largest lender", "最大授信机构占比"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1.0001,
    ),
    Feature(
        guarantee_cover,
        domain="financing",
        family="guarantee",
        label=Text("Guarantee cover", "担保覆盖率"),
        unit="fraction",
        source="guarantees",
        actionable=True,
        low=0,
        risk="falls",
    ),
    Feature(
        public_guarantee_cover,
        domain="financing",
        family="guarantee",
        label=Text("Public guarantee cover", "政府性担保覆盖率"),
        unit="fraction",
        source="guarantees",
        actionable=True,
        low=0,
    ),
    Feature(
        amount_over_revenue,
        domain="financing",
        family="amount",
        label=Text("Amount over revenue", "申请金额占营收比"),
        unit="fraction",
        source=LENDING,
        actionable=True,
        low=0,
        risk="rises",
    ),
    Feature(
        amount_over_assets,
        domain="financing",
        family="amount",
        label=Text("Amount over assets", "申请金额占资产比"),
        unit="fraction",
        source=LENDING,
        actionable=True,
        low=0,
        risk="rises",
    ),
)
