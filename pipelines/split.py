"""Stage `split`: features and outcomes in, the part of each application out."""

from pathlib import Path

import pandas as pd

from models.fitting.split import PARTS, SplitParams, left_out, split, undated_defaults
from pipelines.entry import run
from pipelines.files import write_json, write_parquet
from pipelines.params import section


def main(source: str, features: Path, valid: Path, parts: Path) -> None:
    """Give every application its part, by its day of decision and by what was known on the day the model is built."""
    params = section("split", SplitParams, source)
    table = pd.read_parquet(features / "features.parquet", columns=["application_id", "as_of", "stage"])
    outcomes = pd.read_parquet(valid / "outcomes.parquet")
    found = split(table, outcomes, params)
    write_parquet(found, parts / "split.parquet")
    counted = found.groupby("part").agg(
        loans=("part", "size"), defaults=("defaulted", "sum"), population=("weight", "sum")
    )
    write_json(
        {
            "built_on": params.built_on,
            "parts": counted.loc[list(PARTS)].to_dict("index"),
            "left_out": left_out(found),
            "undated_defaults": undated_defaults(found, outcomes),
        },
        parts / "split.json",
    )


if __name__ == "__main__":
    run(main)
