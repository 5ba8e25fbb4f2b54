"""The queries of as-of quantities, in the order of their columns."""

from features.declarations import Query

QUERIES: tuple[Query, ...] = (
    Query(
        "application",
        ("applications",),
        ("amount", "exposure", "revolving", "simplified", "new_business", "jobs_planned", "jobs_kept", "guaranteed"),
    ),
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
    Query("staff", ("applications", "headcount"), ("staff",)),
)
"""Add a query here when a feature needs a quantity that none of them gives."""


def quantity_names() -> tuple[str, ...]:
    """All quantities a feature function may take: the columns of the queries, then stage and size class."""
    return (*(column for query in QUERIES for column in query.columns), "stage", "size_class")
