"""Step `split`: features and outcomes in, the part of each application out."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from models.fitting.split import PARTS, SplitParams, left_out, split, undated_defaults
from models.validation.impossible_groups import Groups, impossible_groups, origination_facts
from pipelines.entry import run
from pipelines.files import write_json, write_parquet
from pipelines.params import section

TABLES = ("applications", "enterprises", "guarantees")
"""Tables with facts of origination."""


def main(source: str, features: Path, valid: Path, parts: Path) -> None:
    """Give every application its part, by its day of decision and by what was known on the day the model is built.

    Groups of loans whose outcomes cannot be what they say are named.
    """
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
            "groups": _groups(valid, found, params),
            "undated_defaults": undated_defaults(found, outcomes),
        },
        parts / "split.json",
    )


def _groups(valid: Path, found: pd.DataFrame, params: SplitParams) -> dict[str, Any]:
    """Groups of loans whose outcomes cannot be what they say, named on standard output too; nothing is removed."""
    tables = {
        name: pd.read_parquet(valid / f"{name}.parquet") for name in TABLES if (valid / f"{name}.parquet").exists()
    }
    known = found.loc[found["part"].notna(), ["application_id", "defaulted"]]
    loans = origination_facts(tables).merge(known, on="application_id", validate="1:1")
    named = impossible_groups(
        loans.drop(columns=["application_id", "defaulted"]), loans["defaulted"], params.group_loans, params.group_level
    )
    sys.stdout.writelines(_told(named))
    limits = {"least_loans": params.group_loans, "level": params.group_level}
    return {**limits, "checked": named.checked, "found": named.found.to_dict("records")}


def _told(named: Groups) -> Iterator[str]:
    for row in named.found.itertuples(index=False):
        yield (
            f"look into this group: {row.fact} = {row.group}: {row.defaults} of {row.loans} loans defaulted; "
            f"{row.expected:.1f} are expected at the rate of all loans\n"
        )


if __name__ == "__main__":
    run(main)
