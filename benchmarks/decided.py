"""What a decision with its reasons costs: CPU per application of every part of `scoring.assemble.decided`.

Usage: python -m benchmarks.decided [--data data/simulated] [--rows 25000] [--rounds 5]

The applications of a finished run, as many as a batch has, drawn again where there are fewer. All threads count; the
parts are measured one by one, medians of `--rounds`; what is made once per process (tables of the models, compiled
code) is made before. LightGBM's prediction by the same models stands beside, and the most memory that deciding them
held beyond the table itself. Prints a table, then one line of JSON.
"""

import argparse
import json
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from explanations.explained import explained
from explanations.told import room, tell_stage
from scoring.assemble import decided, decided_at
from scoring.bundle import Bundle, open_bundle
from scoring.score import scores


def seconds(run: Callable[[], Any], rounds: int) -> float:
    """Median CPU seconds of a call, all threads."""
    found = []
    for _ in range(rounds):
        begun = time.process_time()
        run()
        found.append(time.process_time() - begun)
    return float(np.median(found))


def measured(table: pd.DataFrame, bundle: Bundle, rounds: int) -> dict[str, float]:
    """Microseconds of CPU per application of each part, and MiB that deciding them all held at once."""
    decided(table.head(1000), bundle)
    tracemalloc.start()
    whole = decided(table, bundle)
    added = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    known, places = list(explained(table, bundle.models)), bundle.centres.places(table)

    def told() -> None:
        into = room(len(table))
        for each in known:
            tell_stage(into, table, each, bundle.centres, places)

    def plain() -> None:
        for stage, model in bundle.models.items():
            model.score(table[table["stage"] == stage])

    runs: dict[str, Callable[[], Any]] = {
        "score and contributions": lambda: list(explained(table, bundle.models)),
        "reasons": told,
        "accepted region": lambda: bundle.acceptance.in_accepted_region(table),
        "rules and decision": lambda: decided_at(table, whole["pd"], bundle),
        "decided, all of it": lambda: decided(table, bundle),
        "score alone": lambda: scores(table, bundle.models),
        "LightGBM predict": plain,
    }
    found = {name: seconds(run, rounds) / len(table) * 1e6 for name, run in runs.items()}
    found["rules and decision"] -= found["accepted region"]
    return {**found, "added_mib": added}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table and the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data/simulated"), help="folder of a finished run")
    parser.add_argument("--rows", type=int, default=25_000, help="applications of a batch")
    parser.add_argument("--rounds", type=int, default=5, help="turns the median is taken over")
    given = parser.parse_args(arguments)
    features = pd.read_parquet(given.data / "features" / "features.parquet")
    staged = features[features["stage"].notna()]
    table = staged.sample(given.rows, replace=len(staged) < given.rows, random_state=0).reset_index(drop=True)
    found = measured(table, open_bundle(given.data), given.rounds)
    added = found.pop("added_mib")
    print(f"{given.rows:,} applications of {given.data}: microseconds of CPU per application")
    print("\n".join(f"{name:26}{value:8.1f}" for name, value in found.items()))
    print(f"memory that deciding them held beside the table: {added:.0f} MiB")
    print(json.dumps({"benchmark": "decided", "rows": given.rows, "microseconds": found, "added_mib": added}))


if __name__ == "__main__":
    main()
