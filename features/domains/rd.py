"""Features of research and development."""

import numpy as np
import pandas as pd

from features.declarations import Feature
from features.ratios import growth, ratio
from policy.loader import figure
from schemas.declarations import Text


def rd_intensity(rd_expense: pd.Series, revenue: pd.Series) -> pd.Series:
    """R&D expense over revenue of the last annual statement [fraction]; missing where revenue is not positive."""
    return ratio(rd_expense, revenue)


def rd_growth(rd_expense: pd.Series, rd_expense_prior: pd.Series) -> pd.Series:
    """Growth of R&D expense over the year before [fraction]; missing where there was none before."""
    return growth(rd_expense, rd_expense_prior)


def rd_stability(rd_expense_lowest_3y: pd.Series, rd_expense_highest_3y: pd.Series) -> pd.Series:
    """Lowest over highest R&D expense of the last two or three years [fraction]; 1 is steady, missing for one year."""
    return ratio(rd_expense_lowest_3y, rd_expense_highest_3y)


def rd_over_costs(rd_expense: pd.Series, costs: pd.Series) -> pd.Series:
    """R&D expense over total cost and expense [fraction]."""
    return ratio(rd_expense, costs)


def rd_over_assets(rd_expense: pd.Series, assets: pd.Series) -> pd.Series:
    """R&D expense over total assets [fraction]; known for enterprises without revenue as well."""
    return ratio(rd_expense, assets)


def rd_intensity_3y(rd_expense_3y: pd.Series, revenue_3y: pd.Series) -> pd.Series:
    """R&D expense over revenue, both summed over the last one to three years known [fraction]."""
    return ratio(rd_expense_3y, revenue_3y)


def rd_capitalised_share(rd_capitalised: pd.Series, rd_expense: pd.Series) -> pd.Series:
    """R&D capitalised over R&D expense [fraction]; missing where there is no R&D."""
    return ratio(rd_capitalised, rd_expense)


def rd_per_rd_head(rd_expense: pd.Series, rd_staff: pd.Series) -> pd.Series:
    """R&D expense over R&D staff [CNY a person]; missing where no R&D staff is counted."""
    return ratio(rd_expense, rd_staff)


def deduction_implied_rd(
    rd_deduction_tax: pd.Series, revenue: pd.Series, statement_on: pd.Series, hitech_of_year: pd.Series
) -> pd.Series:
    """R&D that the tax saved by the super-deduction implies, over revenue [fraction].

    Tax saved = R&D x extra deduction x income tax rate (Announcement 2023-7 of the Ministry of Finance and the State
    Taxation Administration); rates of the statement's last day, the lower tax rate where the hi-tech title
    was in force on it.
    """
    return ratio(implied_by_tax(rd_deduction_tax, statement_on, hitech_of_year), revenue)


def rd_confirmed_by_tax(
    rd_deduction_tax: pd.Series, rd_expense: pd.Series, statement_on: pd.Series, hitech_of_year: pd.Series
) -> pd.Series:
    """R&D that the tax saved by the super-deduction implies, over the R&D expense stated [ratio]."""
    return ratio(implied_by_tax(rd_deduction_tax, statement_on, hitech_of_year), rd_expense)


def implied_by_tax(tax: pd.Series, day: pd.Series, hitech: pd.Series) -> pd.Series:
    """R&D that the tax saved by the super-deduction implies [CNY], at the rates of the statement's last day."""
    income_tax = _in_force("income_tax", day).where(hitech != 1, _in_force("income_tax_hitech", day))
    return tax / (_in_force("extra_deduction", day) * income_tax)


def _in_force(name: str, day: pd.Series) -> pd.Series:
    """Value of a figure of policy/rd_tax.yaml on each day; missing on days before the first."""
    values = figure("rd_tax", name).values
    starts = sorted(values)
    at = np.searchsorted(pd.to_datetime(pd.Series(starts)).to_numpy(), day.to_numpy("datetime64[us]"), side="right")
    known = np.array([np.nan, *(float(values[start]) for start in starts)])
    return pd.Series(known[np.where(day.isna(), 0, at)], index=day.index)


STATEMENTS = "statements"

RD = (
    # Survival is an inverse U in R&D intensity, so no direction is documented for it or for its kin.
    Feature(
        rd_intensity,
        domain="rd",
        family="rd_spend",
        label=Text("R&D intensity", "研发强度"),
        unit="fraction",
        source=STATEMENTS,
        actionable=True,
        low=0,
        high=100,
        peers=True,
        expected="falls",
    ),
    Feature(
        rd_intensity_3y,
        domain="rd",
        family="rd_spend",
        label=Text("R&D intensity over three years", "近三年研发强度"),
        unit="fraction",
        source=STATEMENTS,
        actionable=True,
        low=0,
        high=100,
        expected="falls",
    ),
    Feature(
        rd_over_costs,
        domain="rd",
        family="rd_spend",
        label=Text("R&D over costs", "研发费用占成本费用比"),
        unit="fraction",
        source=STATEMENTS,
        actionable=True,
        low=0,
        high=10,
        expected="falls",
    ),
    Feature(
        rd_over_assets,
        domain="rd",
        family="rd_spend",
        label=Text("R&D over assets", "研发费用占资产比"),
        unit="fraction",
        source=STATEMENTS,
        actionable=True,
        low=0,
        high=100,
        expected="falls",
    ),
    Feature(
        rd_growth,
        domain="rd",
        family="rd_trend",
        label=Text("Growth of R&D", "研发费用增速"),
        unit="fraction",
        source=STATEMENTS,
        actionable=True,
        low=-1,
        expected="falls",
        strength_from=0,
    ),
    Feature(
        rd_stability,
        domain="rd",
        family="rd_trend",
        label=Text("Steadiness of R&D", "研发投入稳定性"),
        unit="fraction",
        source=STATEMENTS,
        low=0,
        high=1,
        expected="falls",
    ),
    Feature.as_is(
        "rd_domestic_share",
        name="domestic_rd_share",
        definition="Share of R&D expense incurred in China [fraction].",
        domain="rd",
        family="rd_accounting",
        label=Text("R&D in China", "境内研发费用占比"),
        unit="fraction",
        source=STATEMENTS,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        rd_capitalised_share,
        domain="rd",
        family="rd_accounting",
        label=Text("R&D capitalised", "研发资本化率"),
        unit="fraction",
        source=STATEMENTS,
        low=0,
        high=1,
    ),
    Feature(
        rd_per_rd_head,
        domain="rd",
        family="rd_spend",
        label=Text("R&D per R&D head", "人均研发费用"),
        unit="CNY a person",
        source="statements, headcount",
        actionable=True,
        low=0,
        expected="falls",
    ),
    Feature(
        deduction_implied_rd,
        domain="rd",
        family="rd_spend",
        label=Text("R&D implied by the super-deduction", "按加计扣除推算的研发强度"),
        unit="fraction",
        source="statements, qualifications; policy/rd_tax.yaml",
        actionable=True,
        low=0,
        high=100,
        expected="falls",
    ),
    Feature(
        rd_confirmed_by_tax,
        domain="rd",
        family="rd_confirmed",
        label=Text("R&D confirmed by the super-deduction", "研发费用税务核实比"),
        unit="ratio",
        source="statements, qualifications; policy/rd_tax.yaml",
        low=0,
        risk="falls",
        strength_from=1,
        weakness_until=1,
    ),
)
