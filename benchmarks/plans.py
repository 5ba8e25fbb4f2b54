"""How many applications of a finished run have a plan, and what it takes to find one.

`python -m benchmarks.plans [--source NAME] [--applications N]` draws N out-of-time applications of three kinds: those
that their PD keeps from a better decision, all that were not approved, and those approved. It prints for each how many
have a plan with one lever, with two, with either, or a change for the worse that the approval does not bear; how many
are held by something else than PD and amount; and milliseconds per application, all checks included. The last line is
JSON.
"""

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter

import pandas as pd
from rich.console import Console
from rich.table import Table

from pipelines.params import chosen_source
from scoring.bundle import Bundle, open_bundle
from scoring.plans import plans_of

BY_PD = ("above_refer_band", "above_cut_off", "above_ceiling", "new_lenders")
"""What decides where the PD does."""
SEED = 1


def measured(bundle: Bundle, table: pd.DataFrame, decisions: pd.DataFrame, most: int) -> list[dict[str, object]]:
    """One row of figures per kind of application; `table` are features on their application_id."""
    refused = decisions[decisions["decision"] != "approve"]
    kinds = {
        "decided by the PD": refused[refused["rule"].isin(BY_PD)],
        "not approved": refused,
        "approved": decisions[decisions["decision"] == "approve"],
    }
    rows: list[dict[str, object]] = []
    for kind, of in kinds.items():
        if of.empty:
            continue
        drawn = of.sample(min(most, len(of)), random_state=SEED)
        start = perf_counter()
        found = plans_of(table.loc[drawn["application_id"]], bundle, drawn)
        took = 1000 * (perf_counter() - start) / len(drawn)
        rows.append(
            {
                "kind": kind,
                "applications": len(found),
                "one": sum(bool(each.one) for each in found),
                "two": sum(bool(each.two) for each in found),
                "either": sum(bool(each.one or each.two) for each in found),
                "headroom": sum(bool(each.headroom) for each in found),
                "held": sum(each.why == "held" for each in found),
                "milliseconds": round(took, 1),
            }
        )
    return rows


def main() -> int:
    """Print the table and the line of JSON; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source")
    parser.add_argument("--applications", type=int, default=60)
    given = parser.parse_args()
    source = chosen_source(given.source)
    folder = Path("data") / source
    table = pd.read_parquet(folder / "features" / "features.parquet").set_index("application_id", drop=False)
    decisions = pd.read_parquet(folder / "thresholds" / "decisions.parquet")
    rows = measured(open_bundle(folder), table, decisions, given.applications)
    screen = Table(*rows[0])
    for row in rows:
        screen.add_row(*(str(value) for value in row.values()))
    Console(width=120).print(screen)
    sys.stdout.write(json.dumps({"source": source, "rows": rows}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
