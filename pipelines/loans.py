"""The loans of one part, with features and outcomes, as the models take them."""

from pathlib import Path

import pandas as pd

from models.errors import ModelError

COLUMNS = ["application_id", "part", "used_in_fitting", "defaulted", "weight", "observed_months", "default_month"]


def require_run(first: Path, second: Path, source: str) -> None:
    """Nothing, when a run of the source has left both files.

    Raises
    ------
    ModelError
        When one is not there.
    """
    for path in (first, second):
        if not path.exists():
            message = f"wanted {path} of a run of {source}; there is none. First: techcredit run --source {source}"
            raise ModelError(message)


def part_table(features: Path, parts: Path, part: str | None = None, stage: str | None = None) -> pd.DataFrame:
    """Feature table joined with part and outcome, ordered by application_id; only rows that are in a part.

    The part `development` also has the loans whose window had not closed: they count in fitting for the time that had
    passed.
    """
    joined = pd.read_parquet(features / "features.parquet").merge(
        pd.read_parquet(parts / "split.parquet", columns=COLUMNS), on="application_id", validate="1:1"
    )
    kept = (
        joined["part"].notna()
        if part is None
        else joined["used_in_fitting"]
        if part == "development"
        else joined["part"] == part
    )
    if stage is not None:
        kept &= joined["stage"] == stage
    return joined[kept].sort_values("application_id").reset_index(drop=True)


def blanked_rows(features: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Features of the same applications with tables blanked at random, row by row as in `table`."""
    blanked = pd.read_parquet(features / "blanked.parquet").set_index("application_id")
    return blanked.loc[table["application_id"]].reset_index(drop=True)


def unlabelled_table(features: Path, parts: Path) -> pd.DataFrame:
    """Feature table of the applications that a part was planned for and that have no outcome: rejected ones."""
    columns = ["application_id", "planned_part", "reason"]
    known = pd.read_parquet(parts / "split.parquet", columns=columns)
    joined = pd.read_parquet(features / "features.parquet").merge(known, on="application_id", validate="1:1")
    return joined[joined["reason"] == "no_outcome"].sort_values("application_id").reset_index(drop=True)
