"""The functions behind the quantities that rules of policy compare; `features.rule_quantities` lists them."""

import numpy as np
import pandas as pd

from features.domains.rd import implied_by_tax
from features.once import once
from features.ratios import months_since, ratio
from policy.loader import figure


def product(product: pd.Series) -> pd.Series:
    """Product applied for [code], in small letters and half width, with one low line for blanks and dashes.

    So that no spelling of a product keeps its rules from being asked.
    """
    return once(product.astype("str"), _spelt_alike)


def _spelt_alike(spellings: pd.Series) -> pd.Series:
    known = spellings.str.normalize("NFKC").str.strip().str.lower()
    return known.str.replace(r"[\s_\-\u2010-\u2015]+", "_", regex=True)


def data_gaps(data_gap: pd.Series) -> pd.Series:
    """Tables with a gap: rejected rows, no accounts known, or not delivered though models read them [tables]."""
    return once(data_gap, lambda texts: texts.str.count(r"\(")).fillna(0.0)


def open_serious_breach(serious_breach_2y: pd.Series) -> pd.Series:
    """1 where a serious breach is open or was recorded in the last 24 months [flag]."""
    return serious_breach_2y


def open_dishonest_records(dishonest_open: pd.Series) -> pd.Series:
    """Open entries on the list of dishonest persons subject to enforcement [records]."""
    return dishonest_open


def open_overdues(overdues_open: pd.Series) -> pd.Series:
    """Overdue debts open on the day [records]."""
    return overdues_open


def open_enforcements(enforcements_open: pd.Series) -> pd.Series:
    """Court enforcements open on the day [records]."""
    return enforcements_open


def enforcement_over_net_assets(enforcement_known_open: pd.Series, net_assets: pd.Series) -> pd.Series:
    """Known amounts under open enforcement over net assets [fraction]; unbounded where these are not positive."""
    return _over(enforcement_known_open, net_assets)


def abnormal_listing(abnormal_now: pd.Series) -> pd.Series:
    """1 where the enterprise stands on the list of abnormal operations [flag]."""
    return abnormal_now


def enterprise_age_months(age_months: pd.Series) -> pd.Series:
    """Age of the enterprise on the day [months]."""
    return age_months


def statement_age_months(statement_on: pd.Series, quarter_on: pd.Series, as_of: pd.Series) -> pd.Series:
    """Months since the end of the last annual or quarterly statement known [months]."""
    last = pd.concat([statement_on, quarter_on], axis=1).max(axis=1)
    return months_since(last, as_of)


def annual_statement_age_months(statement_on: pd.Series, as_of: pd.Series) -> pd.Series:
    """Months since the end of the last annual statement known [months]: quarterly ones do not stand in for it."""
    return months_since(statement_on, as_of)


def headcount_age_months(headcount_on: pd.Series, as_of: pd.Series) -> pd.Series:
    """Months since the last count of staff known [months]."""
    return months_since(headcount_on, as_of)


def main_figures_missing(
    statement_on: pd.Series, revenue: pd.Series, profit: pd.Series, assets: pd.Series, liabilities: pd.Series
) -> pd.Series:
    """Figures missing of revenue, profit, assets and liabilities in the last annual statement known [figures]."""
    lacking = pd.concat([revenue, profit, assets, liabilities], axis=1).isna().sum(axis=1)
    return lacking.astype("float64").where(statement_on.notna())


def staff_missing(headcount_on: pd.Series, staff: pd.Series) -> pd.Series:
    """1 where the last count known does not say how many the staff are [flag]."""
    return staff.isna().astype("float64").where(headcount_on.notna())


def registry_report_age_months(registry_on: pd.Series, open_balances: pd.Series, as_of: pd.Series) -> pd.Series:
    """Months since the last credit registry report [months]; 0 where no balance was open in it, or there is none."""
    return months_since(registry_on, as_of).mask(open_balances == 0, 0.0).where(open_balances.notna())


def lenders_after_loan(lenders: pd.Series, own_lender: pd.Series) -> pd.Series:
    """Lenders once this loan is granted: one more, unless the lender of the application lends already [lenders]."""
    return lenders + 1 - own_lender.clip(upper=1)


def new_lenders_12m(new_lenders_1y: pd.Series) -> pd.Series:
    """Other lenders whose first report is less than 12 months old [lenders]."""
    return new_lenders_1y


def debt_after_over_revenue(
    borrowed: pd.Series, amount: pd.Series, exposure: pd.Series, other_debt: pd.Series, revenue: pd.Series
) -> pd.Series:
    """Balances, this loan and the enterprise's other applications not among them yet, over revenue [fraction]."""
    return _over(borrowed + _asked(amount, exposure) + other_debt, revenue)


def debt_after_over_assets(
    borrowed: pd.Series, amount: pd.Series, exposure: pd.Series, other_debt: pd.Series, assets: pd.Series
) -> pd.Series:
    """Balances, this loan and the enterprise's other applications not among them yet, over assets [fraction]."""
    return _over(borrowed + _asked(amount, exposure) + other_debt, assets)


def rights_to_pledge(free_rights: pd.Series) -> pd.Series:
    """Valid rights that are not pledged on the day [rights]."""
    return free_rights


def protection_beyond_loan_months(
    as_of: pd.Series,
    term_months: pd.Series,
    free_rights: pd.Series,
    free_right_until: pd.Series,
    free_invention_on: pd.Series,
    free_utility_on: pd.Series,
    free_design_on: pd.Series,
    free_software_on: pd.Series,
) -> pd.Series:
    """Months that the longest protected free right outlives the loan [months]; negative where it ends before the loan.

    The last day of protection as stated, else the years of policy/ip_protection.yaml from filing; missing where neither
    is known, or the term is not.
    """
    filed = {
        "invention": free_invention_on,
        "utility": free_utility_on,
        "design": free_design_on,
        "software": free_software_on,
    }
    days = [months_since(as_of, free_right_until)]
    days += [12 * _protected_years(kind, day) - months_since(day, as_of) for kind, day in filed.items()]
    longest = pd.concat(days, axis=1).max(axis=1)
    return (longest - term_months).where(free_rights > 0)


def amount_over_rd(
    amount: pd.Series,
    exposure: pd.Series,
    other_amount_of_product: pd.Series,
    rd_deduction_tax: pd.Series,
    statement_on: pd.Series,
    hitech_of_year: pd.Series,
) -> pd.Series:
    """Amount with other applications for the product, over last year's R&D as the tax saved implies it [ratio]."""
    asked = _asked(amount, exposure) + other_amount_of_product
    return _over(asked, implied_by_tax(rd_deduction_tax, statement_on, hitech_of_year))


def amount_over_contracts(
    amount: pd.Series, exposure: pd.Series, other_amount_of_product: pd.Series, contract_turnover_1y: pd.Series
) -> pd.Series:
    """Amount with other applications for the product, over technology contracts of 12 months [ratio]."""
    return _over(_asked(amount, exposure) + other_amount_of_product, contract_turnover_1y)


def group_investments(group_investments: pd.Series) -> pd.Series:
    """Investments in the enterprise by institutions of the bank's own group [investments]."""
    return group_investments


def is_related_party(related_party: pd.Series) -> pd.Series:
    """1 where the applicant is a related party of the bank [flag]."""
    return related_party


def _asked(amount: pd.Series, exposure: pd.Series) -> pd.Series:
    """The larger of amount and exposure [CNY]: a loan cannot be smaller than what is lent."""
    return amount.where(amount >= exposure, exposure)


def _over(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Part over whole; 0 for no part, without end where the whole is known and not positive."""
    found = ratio(part, whole).mask((whole <= 0) & (part > 0), np.inf)
    return found.mask(part == 0, 0.0)


def _protected_years(kind: str, filed: pd.Series) -> pd.Series:
    """Years of protection of a kind of right by day of filing; missing before the first day in force."""
    found = pd.Series(np.nan, index=filed.index)
    for start, years in sorted(figure("ip_protection", kind).values.items()):
        found = found.mask(filed >= pd.Timestamp(start), float(years))
    return found
