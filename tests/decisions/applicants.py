"""An applicant nothing speaks against, for tables that change one number at a time."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from decisions.certificate import Certificate
from decisions.decide import decide
from decisions.procedure import Issued, Procedure, procedure

DAY = date(2025, 12, 31)
CLEAN: dict[str, Any] = {
    "pd": 0.01,
    "stage": "growth",
    "size_class": "small",
    "as_of": pd.Timestamp("2025-06-30"),
    "in_accepted_region": 1.0,
    "product": "working_capital_loan",
    "data_gaps": 0.0,
    "open_serious_breach": 0.0,
    "open_dishonest_records": 0.0,
    "open_overdues": 0.0,
    "open_enforcements": 0.0,
    "enforcement_over_net_assets": 0.0,
    "abnormal_listing": 0.0,
    "enterprise_age_months": 60.0,
    "statement_age_months": 8.0,
    "annual_statement_age_months": 8.0,
    "headcount_age_months": 8.0,
    "main_figures_missing": 0.0,
    "staff_missing": 0.0,
    "registry_report_age_months": 2.0,
    "lenders_after_loan": 2.0,
    "new_lenders_12m": 0.0,
    "debt_after_over_revenue": 0.3,
    "debt_after_over_assets": 0.3,
    "rights_to_pledge": 3.0,
    "protection_beyond_loan_months": 60.0,
    "amount_over_rd": 0.5,
    "amount_over_contracts": 0.5,
    "group_investments": 0.0,
    "is_related_party": 0.0,
}
"""Growth, small, PD 1 %: approved by every rule of the shipped policy."""
CERTIFICATES = {
    "micro": Certificate("micro", True, 0.10, 0.045, 0.1, "certified"),
    "small": Certificate("small", True, 0.05, 0.045, 0.1, "certified"),
    "medium": Certificate("medium", False, None, 0.025, 0.1, "start_failed"),
    "large": Certificate("large", False, None, 0.020, 0.1, "too_few_loans"),
}
"""Growth: micro is bound by its ceiling (7 %), small by its cut-off (5 %); no cut-off for medium and large."""


@cache
def shipped() -> Procedure:
    """The procedure of the shipped policy with CERTIFICATES, in force since the day of the notice."""
    return replace(procedure("twelve_months", DAY), issued=(Issued(date(2024, 1, 5), CERTIFICATES),))


def applicants(*changes: dict[str, Any]) -> pd.DataFrame:
    """One row per dict: CLEAN with its values changed."""
    rows = pd.DataFrame([{**CLEAN, **change} for change in changes])
    return rows.astype({"stage": "str", "size_class": "str", "product": "str"})


def decided(**change: Any) -> pd.Series:
    """The decision on one applicant."""
    return decide(applicants(change), shipped()).rows.iloc[0]
