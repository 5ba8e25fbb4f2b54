"""Scoring on Spark: the same as-of SQL, feature functions, models and rules, on a cluster (extra `spark`)."""
