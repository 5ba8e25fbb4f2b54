"""The simulated portfolio compared with its targets: `python -m benchmarks.simulated [--applications N]`."""

import argparse
import json
import resource
import time

from sources.simulated.portfolio import SimulatedParams, tables
from sources.simulated.targets import comparison


def main() -> None:
    """Make the portfolio once, print each target with its flag and the generated moment, time and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=20240105)
    chosen = parser.parse_args()
    began = time.perf_counter()
    made = tables(SimulatedParams(chosen.applications, chosen.seed, rho=0.02))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = comparison(made)
    print(found.to_string(index=False))
    rows = sum(len(frame) for frame in made.values())
    print(f"\n{chosen.applications:,} applications, {rows:,} rows in all tables: {seconds:.1f} s, peak {peak:,.0f} MiB")
    print(json.dumps({"applications": chosen.applications, "rows": rows, "seconds": seconds, "peak_mib": peak}))


if __name__ == "__main__":
    main()
