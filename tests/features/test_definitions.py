"""Every feature of the catalogue by a hand-worked case: quantities in, the value expected; None is missing."""

import pandas as pd
import pytest

from features.catalogue import COMPUTED, by_name

DAY = pd.Timestamp("2021-06-30")

CASES = [
    ("rd_intensity", {"rd_expense": 12, "revenue": 100}, 0.12),
    ("rd_intensity", {"rd_expense": 12, "revenue": 0}, None),
    ("rd_intensity_3y", {"rd_expense_3y": 30, "revenue_3y": 400}, 0.075),
    ("rd_over_costs", {"rd_expense": 12, "costs": 80}, 0.15),
    ("rd_over_assets", {"rd_expense": 12, "assets": 240}, 0.05),
    ("rd_growth", {"rd_expense": 12, "rd_expense_prior": 10}, 0.2),
    ("rd_growth", {"rd_expense": 12, "rd_expense_prior": 0}, None),
    ("rd_stability", {"rd_expense_lowest_3y": 6, "rd_expense_highest_3y": 12}, 0.5),
    ("domestic_rd_share", {"rd_domestic_share": 0.9}, 0.9),
    ("rd_capitalised_share", {"rd_capitalised": 3, "rd_expense": 12}, 0.25),
    ("rd_per_rd_head", {"rd_expense": 1e6, "rd_staff": 8}, 125e3),
    ("valid_invention_count", {"valid_inventions": 3}, 3),
    ("class_1_count", {"class_1_valid": 4}, 4),
    ("class_2_count", {"class_2_valid": 6}, 6),
    ("class_1_share", {"class_1_valid": 4, "valid_rights": 10}, 0.4),
    ("class_1_share", {"class_1_valid": 0, "valid_rights": 0}, None),
    ("self_developed_share", {"class_1_self_developed": 3, "class_1_valid": 4}, 0.75),
    ("invention_grant_rate", {"inventions_granted": 3, "inventions_decided": 4}, 0.75),
    ("pct_count", {"pct_filed": 2}, 2),
    ("rights_age", {"valid_age_days": 7305, "valid_rights": 10}, 24),
    ("rights_renewal", {"valid_filed_3y": 2, "valid_rights": 10}, 0.2),
    ("rights_lapsed_share", {"rights_ended_3y": 2, "valid_rights": 6}, 0.25),
    ("rights_lapsed_share", {"rights_ended_3y": 0, "valid_rights": 0}, None),
    ("related_share", {"valid_related": 8, "valid_rights": 10}, 0.8),
    ("pledged_rights_share", {"valid_pledged": 1, "valid_rights": 10}, 0.1),
    ("bought_rights_share", {"valid_bought": 1, "valid_rights": 10}, 0.1),
    ("filings_per_rd_head", {"rights_filed_3y": 10, "rd_staff": 20}, 0.5),
    ("inventions_per_rd_head", {"valid_inventions": 5, "rd_staff": 20}, 0.25),
    (
        "months_since_filing",
        {"last_filing_on": DAY - pd.Timedelta("365.25D"), "as_of": DAY, "rights_filed": 1},
        pytest.approx(12, abs=0.02),
    ),
    ("hitech_revenue_share", {"hitech_revenue": 70, "revenue": 100}, 0.7),
    ("hitech_revenue_growth", {"hitech_revenue": 70, "hitech_revenue_prior": 56}, 0.25),
    ("hitech_revenue_per_rd", {"hitech_revenue": 70, "rd_expense_prior": 10}, 7),
    ("contract_turnover_share", {"contract_turnover_1y": 5, "revenue": 100}, 0.05),
    ("contract_turnover_growth", {"contract_turnover_1y": 5, "contract_turnover_year_before": 10}, -0.5),
    ("contract_count", {"contracts_3y": 4}, 4),
    ("buyer_count", {"buyers_3y": 3}, 3),
    ("buyer_concentration", {"buyer_hhi": 0.375}, 0.375),
    ("conversion_rate", {"conversions_3y": 6}, 2),
    ("industrialisation", {"hitech_revenue": 70, "valid_rights": 10}, 7),
    ("is_hitech", {"hitech_valid": 1}, 1),
    ("is_technology_sme", {"technology_sme_valid": 1}, 1),
    ("is_innovative_sme", {"innovative_sme_valid": 0}, 0),
    ("is_specialised_sme", {"specialised_sme_valid": 1}, 1),
    ("is_little_giant", {"little_giant_valid": 1}, 1),
    ("platform_count", {"national_platforms": 1, "provincial_platforms": 2}, 3),
    ("award_count", {"provincial_awards_2y": 2}, 2),
    ("national_award_count", {"national_awards_5y": 1}, 1),
    ("programme_count", {"provincial_programmes_2y": 3}, 3),
    ("standard_count", {"standards_led_5y": 1}, 1),
    ("leverage", {"liabilities": 60, "assets": 100}, 0.6),
    ("leverage", {"liabilities": 60, "assets": 0}, None),
    ("recent_leverage", {"quarter_liabilities": 70, "quarter_assets": 100, "liabilities": 60, "assets": 100}, 0.7),
    ("recent_leverage", {"quarter_liabilities": None, "quarter_assets": None, "liabilities": 60, "assets": 100}, 0.6),
    ("debt_over_assets", {"interest_bearing_debt": 40, "assets": 100}, 0.4),
    ("current_ratio", {"current_assets": 50, "current_liabilities": 40}, 1.25),
    ("current_ratio", {"current_assets": 50, "current_liabilities": 0}, None),
    ("quick_ratio", {"current_assets": 50, "inventory": 10, "current_liabilities": 40}, 1),
    ("cash_ratio", {"cash": 10, "current_liabilities": 40}, 0.25),
    ("cash_over_assets", {"cash": 10, "assets": 100}, 0.1),
    ("working_capital_over_assets", {"current_assets": 50, "current_liabilities": 40, "assets": 100}, 0.1),
    ("burns_cash", {"operating_cash_flow": -1}, 1),
    ("burns_cash", {"operating_cash_flow": 0}, 0),
    ("burns_cash", {"operating_cash_flow": None}, None),
    ("runway_months", {"cash": 10, "operating_cash_flow": -24}, 5),
    ("runway_months", {"cash": 1000, "operating_cash_flow": -24}, 60),
    ("runway_months", {"cash": 10, "operating_cash_flow": 24}, 60),
    ("runway_months", {"cash": None, "operating_cash_flow": 0}, 60),
    ("runway_months", {"cash": 10, "operating_cash_flow": None}, None),
    ("runway_months", {"cash": None, "operating_cash_flow": -24}, None),
    ("cash_flow_over_liabilities", {"operating_cash_flow": -6, "liabilities": 60}, -0.1),
    ("retained_over_assets", {"retained_earnings": -20, "assets": 100}, -0.2),
    ("market_over_liabilities", {"market_value": 300, "liabilities": 60}, 5),
    ("total_assets", {"assets": 100}, 100),
    ("statement_age", {"statement_on": pd.Timestamp("2020-12-31"), "as_of": DAY}, pytest.approx(181 / (365.25 / 12))),
    ("turnover", {"revenue": 100}, 100),
    ("net_margin", {"profit": -5, "revenue": 100}, -0.05),
    ("operating_margin", {"ebit": 10, "revenue": 100}, 0.1),
    ("profit_over_assets", {"profit": 4, "assets": 80}, 0.05),
    ("ebit_over_assets", {"ebit": 8, "assets": 80}, 0.1),
    ("return_on_equity", {"profit": 4, "net_assets": 40}, 0.1),
    ("return_on_equity", {"profit": -4, "net_assets": -40}, None),
    ("profit_change", {"profit": 3, "profit_prior": -1}, 1),
    ("profit_change", {"profit": 1, "profit_prior": 3}, -0.5),
    ("profit_change", {"profit": 0, "profit_prior": 0}, None),
    ("sales_growth", {"revenue_growth": 0.2}, 0.2),
    ("sales_growth_2y", {"main_revenue_growth_2y": 0.1}, 0.1),
    ("quarterly_sales_growth", {"quarter_revenue": 36, "quarter_revenue_prior": 30}, 0.2),
    ("asset_growth", {"assets": 110, "assets_prior": 100}, 0.1),
    ("net_asset_growth", {"net_assets": 30, "net_assets_prior": -5}, None),
    ("asset_turnover", {"revenue": 100, "assets": 80}, 1.25),
    ("receivable_days", {"receivables": 20, "revenue": 100}, 73),
    ("inventory_days", {"inventory": 10, "costs": 73}, 50),
    ("revenue_per_staff", {"revenue": 100, "staff": 20}, 5),
    ("loan_amount", {"amount": 100}, 100),
    ("amount_per_staff", {"amount": 100, "staff": 20}, 5),
    ("guaranteed_share", {"guaranteed": 75, "amount": 100}, 0.75),
    ("is_revolving", {"revolving": 1}, 1),
    ("is_simplified", {"simplified": 0}, 0),
    ("lender_in_province", {"lender_here": 1}, 1),
    ("months_since_round", {"last_round_on": pd.NaT, "as_of": DAY, "rounds_total": 0}, 120),
    ("months_since_round", {"last_round_on": pd.NaT, "as_of": DAY, "rounds_total": None}, None),
    ("round_count", {"rounds_total": 3}, 3),
    ("raised_total", {"equity_raised_total": 50}, 50),
    ("raised_over_assets", {"equity_raised_3y": 50, "assets": 100}, 0.5),
    ("raised_over_costs", {"equity_raised_2y": 50, "costs": 200}, 0.25),
    ("vc_share", {"vc_raised_total": 20, "equity_raised_total": 50}, 0.4),
    ("vc_share", {"vc_raised_total": 0, "equity_raised_total": 0}, None),
    ("government_money_share", {"equity_from_government": 10, "equity_looked_through": 40}, 0.25),
    ("bank_insurance_money_share", {"equity_from_bank_insurance": 20, "equity_looked_through": 40}, 0.5),
    ("shares_pledged_share", {"shares_pledged": 0.3}, 0.3),
    ("is_first_loan", {"ever_borrowed": 0}, 1),
    ("is_first_loan", {"ever_borrowed": 1}, 0),
    ("lender_count", {"lenders": 3}, 3),
    ("lender_count_change", {"lenders": 3, "lenders_year_before": 5}, -2),
    ("borrowed_over_revenue", {"borrowed": 30, "revenue": 100}, 0.3),
    ("borrowed_over_assets", {"borrowed": 30, "assets": 200}, 0.15),
    ("line_utilisation", {"drawn_on_lines": 30, "credit_lines": 40}, 0.75),
    ("line_utilisation", {"drawn_on_lines": 0, "credit_lines": 0}, None),
    ("borrowing_growth", {"borrowed": 30, "borrowed_year_before": 20}, 0.5),
    ("top_lender_share", {"largest_balance": 20, "borrowed": 50}, 0.4),
    ("guarantee_cover", {"covered": 80, "amount": 100}, 0.8),
    ("public_guarantee_cover", {"covered_by_public": 50, "amount": 100}, 0.5),
    ("amount_over_revenue", {"amount": 20, "revenue": 100}, 0.2),
    ("amount_over_assets", {"amount": 20, "assets": 80}, 0.25),
    ("overdue_count_1y", {"overdues_1y": 1}, 1),
    ("overdue_count_3y", {"overdues_3y": 2}, 2),
    ("open_overdue_count", {"overdues_open": 1}, 1),
    ("overdue_days_1y", {"days_past_due_1y": 30}, 30),
    ("overdue_days_3y", {"days_past_due_3y": 60}, 60),
    ("overdue_over_revenue_1y", {"overdue_amount_1y": 5, "revenue": 100}, 0.05),
    ("overdue_amount_in_3y", {"overdue_amount_3y": 5}, 5),
    ("open_enforcement_count", {"enforcements_open": 1}, 1),
    ("open_enforcement_over_assets", {"enforcement_amount_open": 8, "assets": 80}, 0.1),
    ("enforcement_count_3y", {"enforcements_3y": 2}, 2),
    ("is_abnormal", {"abnormal_now": 1}, 1),
    ("abnormal_count_3y", {"abnormal_3y": 2}, 2),
    ("has_serious_breach", {"serious_breach_2y": 0}, 0),
    ("penalty_count_2y", {"penalties_2y": 1}, 1),
    ("months_since_record", {"last_record_on": DAY, "as_of": DAY, "penalties_2y": 0}, 0),
    ("months_since_record", {"last_record_on": pd.NaT, "as_of": DAY, "penalties_2y": 0}, 120),
    ("months_since_record", {"last_record_on": pd.NaT, "as_of": DAY, "penalties_2y": None}, None),
    ("staff_count", {"staff": 20}, 20),
    ("industry_division", {"industry": "C3562"}, 35),
    ("industry_division", {"industry": "3562"}, 35),
    ("industry_division", {"industry": "C"}, None),
    ("industry_group", {"industry": "C3562"}, 3562),
    ("industry_group", {"industry": "35"}, None),
    ("enterprise_age", {"age_months": 36}, 36),
    ("paid_in_share", {"paid_in_capital": 3, "registered_capital": 10}, 0.3),
    ("registered_amount", {"registered_capital": 10}, 10),
    ("is_listed", {"listing": "star"}, 1),
    ("is_listed", {"listing": "regional"}, 0),
    ("is_listed", {"listing": None}, None),
    ("is_state_owned", {"ownership": "state"}, 1),
    ("is_state_owned", {"ownership": "private"}, 0),
    ("is_state_owned", {"ownership": None}, None),
    ("is_franchise", {"franchise": 1}, 1),
    ("is_urban", {"urban": 0}, 0),
    ("is_new_business", {"new_business": 1}, 1),
    ("planned_jobs", {"jobs_planned": 5}, 5),
    ("kept_jobs", {"jobs_kept": 7}, 7),
    ("job_growth", {"jobs_planned": 5, "staff": 20}, 0.25),
]

ELSEWHERE = {"deduction_implied_rd", "rd_confirmed_by_tax"}
"""Features of policy figures have tests of their own, below."""

TEXTS = {"industry", "listing", "ownership"}


def series(name: str, value: object) -> pd.Series:
    if name in TEXTS:
        return pd.Series([value], dtype="str")
    if name == "as_of" or name.endswith("_on"):
        return pd.Series([value], dtype="datetime64[us]")
    return pd.Series([value], dtype="float64")


@pytest.mark.parametrize(("name", "quantities", "expected"), CASES)
def test_a_feature_is_what_its_definition_says(name, quantities, expected):
    feature = by_name()[name]
    value = feature.values({q: series(q, quantities[q]) for q in feature.inputs})[0]
    if expected is None:
        assert pd.isna(value)
    else:
        assert value == (expected if not isinstance(expected, float | int) else pytest.approx(expected))


def test_every_feature_has_a_hand_worked_case():
    cases = {name for name, _, _ in CASES}
    wanted = {f.name for f in COMPUTED if f.domain not in ("points", "talent")} - ELSEWHERE
    assert wanted - cases == set()


@pytest.mark.parametrize(
    ("statement_on", "hitech", "expected"),
    [
        ("2023-12-31", 0.0, 0.04),  # 1 of tax over 100 % x 25 %
        ("2023-12-31", 1.0, 1 / 0.15 / 100),
        ("2023-12-31", None, 0.04),
        ("2022-12-31", 0.0, 1 / (0.75 * 0.25) / 100),
        ("2017-12-31", 0.0, None),
        (None, 0.0, None),
    ],
)
def test_the_rates_of_the_day_say_what_rd_the_tax_saved_implies(statement_on, hitech, expected):
    rest = (series("statement_on", statement_on), series("hitech_of_year", hitech))
    implied = by_name()["deduction_implied_rd"].function(series("tax", 1), series("revenue", 100), *rest)[0]
    confirmed = by_name()["rd_confirmed_by_tax"].function(series("tax", 1), series("rd", 8), *rest)[0]
    assert pd.isna(implied) if expected is None else implied == pytest.approx(expected)
    assert pd.isna(confirmed) if expected is None else confirmed == pytest.approx(expected * 100 / 8)
