"""Names of the comparisons of the ablation, for those who only read its results."""

FINANCE_DOMAINS = ("finance", "financing", "firm")
"""What a bank has without any innovation data."""
BEYOND_FINANCE = "beyond_finance"
"""Name of the comparison with those domains alone."""
