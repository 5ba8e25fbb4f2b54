"""Scored applications of a run beside what the rules compare."""

from pathlib import Path

import pandas as pd

from features.rule_quantities import names


def ruled(rows: pd.DataFrame, features: Path, acceptance: Path) -> pd.DataFrame:
    """Scored applications with what rules compare, and `propensity` and `in_accepted_region` (1 or 0); order kept."""
    columns = ["application_id", *names()]
    known = pd.read_parquet(features / "features.parquet", columns=columns)
    region = pd.read_parquet(
        acceptance / "propensity.parquet", columns=["application_id", "propensity", "in_accepted_region"]
    )
    region = region.assign(in_accepted_region=region["in_accepted_region"].astype("float64"))
    joined = rows.merge(known, on="application_id", how="left", validate="1:1")
    return joined.merge(region, on="application_id", validate="1:1")
