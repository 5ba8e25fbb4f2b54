"""What may not happen to reasons, counted over all out-of-time applications of finished runs.

Usage: python -m benchmarks.reasons [--data data/simulated data/sba data/us_firms]

For each run: reasons without a value; families told twice or on both sides; values that shrink (growth of revenue,
staff, R&D staff, core team below 0) and losses told in favour; R&D that the tax office confirms in full told against;
applications whose parts and base do not sum to their log-odds within 1e-6. All these must be 0. Then how many reasons
an application has, and how many are told apart as read against expectation. Prints a table, then one line of JSON.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from explanations.reasons import SIDES, UNEXPECTED

SHRINKING = (
    *("sales_growth", "sales_growth_2y", "quarterly_sales_growth"),
    *("staff_growth", "rd_staff_growth", "core_team_growth"),
)
LOSSES = ("net_margin", "operating_margin", "profit_over_assets", "ebit_over_assets", "return_on_equity")
CONFIRMED = "rd_confirmed_by_tax"
LARGEST_ERROR = 1e-6
"""Parts are stored rounded, each to eight significant digits [log-odds]."""
FORBIDDEN = (
    "without_value",
    "told_twice",
    "shrinking_in_favour",
    "loss_in_favour",
    "confirmed_against",
    "not_additive",
)
"""Counts that must be 0."""


def counts(folder: Path) -> dict[str, float]:
    """Counts of one finished run, by name: those of `FORBIDDEN`, applications, reasons and unexpected per application.

    `folder` is the run's: explanations/reasons.parquet and explanations/contributions.parquet are read.
    """
    told = pd.read_parquet(folder / "explanations" / "reasons.parquet")
    parts = pd.read_parquet(
        folder / "explanations" / "contributions.parquet", columns=["application_id", "base", "logit"]
    ).set_index("application_id")
    sums = told.groupby("application_id")["contribution"].sum().reindex(parts.index)
    named = told[told["family"].notna()]
    in_favour, against = (named[named["side"] == side] for side in SIDES)
    below = in_favour[in_favour["value"] < 0]
    return {
        "applications": len(parts),
        "without_value": int(named["value"].isna().sum()),
        "told_twice": int(named.duplicated(["application_id", "family"]).sum()),
        "shrinking_in_favour": int(below["feature"].isin(SHRINKING).sum()),
        "loss_in_favour": int(below["feature"].isin(LOSSES).sum()),
        "confirmed_against": int(((against["feature"] == CONFIRMED) & (against["value"] >= 1)).sum()),
        "not_additive": int(((sums + parts["base"] - parts["logit"]).abs() > LARGEST_ERROR).sum()),
        "reasons": round((len(in_favour) + len(against)) / len(parts), 2),
        "unexpected": round(float((named["side"] == UNEXPECTED).sum()) / len(parts), 2),
        "fewest": int(named[named["side"] != UNEXPECTED].groupby("application_id").size().reindex(parts.index).min()),
    }


def table(found: Mapping[str, Mapping[str, float]]) -> str:
    """The counts as a table of text, one column per run."""
    names = list(found)
    head = f"{'':24}" + "".join(f"{name:>14}" for name in names)
    rows = [f"{key:24}" + "".join(f"{found[name][key]:>14,}" for name in names) for key in next(iter(found.values()))]
    return "\n".join([head, *rows])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table and the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = [Path("data") / name for name in ("simulated", "sba", "us_firms")]
    parser.add_argument("--data", type=Path, nargs="+", default=known, help="folders of finished runs")
    found = {folder.name: counts(folder) for folder in parser.parse_args(arguments).data}
    print(table(found))
    print(json.dumps({"benchmark": "reasons", "runs": found}))


if __name__ == "__main__":
    main()
