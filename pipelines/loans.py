"""The loans of one part, with features and outcomes, as the models take them."""

from pathlib import Path

import pandas as pd

from features.catalogue import CATALOGUE


def part_table(features: Path, parts: Path, part: str | None = None, stage: str | None = None) -> pd.DataFrame:
    """Feature table joined with part, outcome and weight, ordered by application_id; only rows that are in a part."""
    joined = pd.read_parquet(features / "features.parquet").merge(
        pd.read_parquet(parts / "split.parquet", columns=["application_id", "part", "defaulted", "weight"]),
        on="application_id",
        validate="1:1",
    )
    kept = joined["part"].notna()
    if part is not None:
        kept &= joined["part"] == part
    if stage is not None:
        kept &= joined["stage"] == stage
    return joined[kept].sort_values("application_id").reset_index(drop=True)


def usable_features(table: pd.DataFrame) -> list[str]:
    """Features of the catalogue with at least two different values among the rows of `table`."""
    return [f.name for f in CATALOGUE if table[f.name].nunique() > 1]


def directions(names: list[str]) -> dict[str, int]:
    """Documented direction of risk of each feature: +1 rises, -1 falls, 0 none."""
    signs = {"rises": 1, "falls": -1, None: 0}
    return {f.name: signs[f.risk] for f in CATALOGUE if f.name in names}
