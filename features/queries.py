"""The queries of as-of quantities, in the order of their columns."""

from features.declarations import Query

QUERIES: tuple[Query, ...] = (
    Query(
        "application",
        ("applications",),
        (
            *(
                "amount",
                "exposure",
                "revolving",
                "simplified",
                "new_business",
                "jobs_planned",
                "jobs_kept",
                "guaranteed",
            ),
            *("product", "term_months", "related_party"),
        ),
        texts=("product",),
    ),
    Query(
        "other_applications",
        ("applications",),
        ("others_since", "other_amount_of_product"),
        dates=("others_since",),
    ),
    Query("other_debt", ("applications", "borrowings"), ("other_debt",)),
    Query(
        "enterprise",
        ("applications", "enterprises"),
        (
            "province",
            "industry",
            "lender_here",
            "franchise",
            "urban",
            "age_months",
            "registered_capital",
            "paid_in_capital",
            "ownership",
            "listing",
        ),
        texts=("province", "industry", "ownership", "listing"),
    ),
    Query(
        "headcount",
        ("applications", "headcount"),
        (
            *("headcount_on", "staff", "rd_staff", "st_staff", "postgraduates", "bachelors", "graduates_hired"),
            *("core_team", "core_joins", "core_leaves", "staff_prior", "rd_staff_prior", "headcount_rows"),
        ),
        dates=("headcount_on",),
    ),
    Query(
        "statements",
        ("applications", "statements"),
        (
            *(
                "statement_on",
                "revenue",
                "hitech_revenue",
                "costs",
                "profit",
                "assets",
                "current_assets",
                "liabilities",
            ),
            *(
                "current_liabilities",
                "receivables",
                "inventory",
                "cash",
                "operating_cash_flow",
                "interest_bearing_debt",
            ),
            *("market_value", "retained_earnings", "ebit", "rd_capitalised", "rd_domestic_share", "rd_deduction_tax"),
            *("net_assets", "rd_expense", "revenue_prior", "hitech_revenue_prior", "profit_prior", "assets_prior"),
            *("net_assets_prior", "rd_expense_prior", "statement_years", "rd_expense_3y", "revenue_3y"),
            *("rd_expense_2y_mean", "rd_expense_lowest_3y", "rd_expense_highest_3y", "revenue_growth"),
            "main_revenue_growth_2y",
        ),
        dates=("statement_on",),
    ),
    Query(
        "quarters",
        ("applications", "statements"),
        ("quarter_on", "quarter_revenue", "quarter_revenue_prior", "quarter_assets", "quarter_liabilities"),
        dates=("quarter_on",),
    ),
    Query("statement_rows", ("applications", "statements"), ("statement_rows",)),
    Query(
        "patents",
        ("applications", "patents"),
        (
            *("rights_filed", "rights_filed_3y", "last_filing_on", "inventions_granted", "inventions_decided"),
            *("valid_inventions", "valid_rights", "class_1_valid", "class_2_valid", "class_1_related"),
            *("class_1_self_developed", "valid_related", "valid_pledged", "valid_bought", "valid_filed_3y"),
            *("valid_age_days", "rights_ended_3y", "related_inventions_applied_1y", "pct_filed"),
            *("related_pct_applied_1y", "free_rights", "free_right_until", "free_invention_on", "free_utility_on"),
            *("free_design_on", "free_software_on"),
        ),
        dates=(
            *("last_filing_on", "free_right_until", "free_invention_on", "free_utility_on", "free_design_on"),
            "free_software_on",
        ),
    ),
    Query(
        "contracts",
        ("applications", "technology_contracts"),
        ("contracts_3y", "buyers_3y", "contract_turnover_1y", "contract_turnover_year_before", "buyer_hhi"),
    ),
    Query("conversions", ("applications", "patents", "technology_contracts"), ("conversions_3y",)),
    Query(
        "qualifications",
        ("applications", "qualifications"),
        (
            *("hitech_valid", "technology_sme_valid", "innovative_sme_valid", "specialised_sme_valid"),
            *("little_giant_valid", "national_platforms", "provincial_platforms", "provincial_platforms_2y"),
            *("provincial_awards_2y", "provincial_programmes_2y", "national_awards_5y", "standards_led_5y"),
        ),
    ),
    Query("titles_of_year", ("applications", "statements", "qualifications"), ("hitech_of_year",)),
    Query(
        "equity",
        ("applications", "equity_rounds"),
        (
            *("rounds_total", "last_round_on", "equity_raised_total", "equity_raised_1y", "equity_raised_2y"),
            *("equity_raised_3y", "vc_raised_total", "equity_looked_through", "equity_from_government"),
            *("equity_from_bank_insurance", "group_investments"),
        ),
        dates=("last_round_on",),
    ),
    Query("pledges", ("applications", "equity_pledges"), ("share_pledges_open", "shares_pledged")),
    Query(
        "borrowings",
        ("applications", "borrowings"),
        (
            *("ever_borrowed", "lenders", "lenders_year_before", "borrowed", "borrowed_year_before"),
            *("credit_lines", "drawn_on_lines", "largest_balance", "own_lender", "new_lenders_1y"),
            *("registry_on", "open_balances"),
        ),
        dates=("registry_on",),
    ),
    Query("guarantees", ("applications", "guarantees"), ("guarantors", "covered", "covered_by_public")),
    Query(
        "conduct",
        ("applications", "conduct"),
        (
            *("overdues_1y", "overdues_3y", "overdues_open", "days_past_due_1y", "days_past_due_3y"),
            *("overdue_amount_1y", "overdue_amount_3y", "enforcements_open", "enforcements_3y"),
            *("enforcement_amount_open", "enforcement_known_open", "dishonest_open", "abnormal_now", "abnormal_3y"),
            *("serious_breach_2y", "penalties_2y"),
            "last_record_on",
        ),
        dates=("last_record_on",),
    ),
)
"""Add a query here when a feature needs a quantity that none of them gives."""


def quantity_names() -> tuple[str, ...]:
    """All quantities a feature function may take: `as_of`, the columns of the queries, then stage and size class."""
    return ("as_of", *(column for query in QUERIES for column in query.columns), "stage", "size_class")
