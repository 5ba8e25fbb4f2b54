"""The simulated portfolio compared with its targets: `python -m benchmarks.simulated [--applications N]`."""

import argparse
import json
import resource
import time

import numpy as np

from models.validation.discrimination import auc
from sources.simulated.portfolio import Portfolio, SimulatedParams, simulate
from sources.simulated.targets import comparison


def main() -> None:
    """Make the portfolio once, print each target with its flag beside the generated moment, and what is attainable."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=20240105)
    parser.add_argument("--stage-contrast", type=float, default=SimulatedParams.stage_contrast)
    chosen = parser.parse_args()
    began = time.perf_counter()
    portfolio = simulate(SimulatedParams(chosen.applications, chosen.seed, 0.02, chosen.stage_contrast))
    made = portfolio.tables
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = comparison(made)
    print(found.to_string(index=False))
    rows = sum(len(frame) for frame in made.values())
    known = attainable(portfolio)
    print("\n" + ", ".join(f"{name} {value:.4f}" for name, value in known.items()))
    print(f"{chosen.applications:,} applications, {rows:,} rows in all tables: {seconds:.1f} s, peak {peak:,.0f} MiB")
    used = {"applications": chosen.applications, "rows": rows, "seconds": seconds, "peak_mib": peak}
    print(json.dumps({**used, **known}))


def attainable(portfolio: Portfolio) -> dict[str, float]:
    """Default rate of granted loans, and the AUC of the attainable and the true PD over all draws of the defaults."""
    loans = portfolio.truth.merge(portfolio.tables["outcomes"], on="application_id")
    truth = loans["pd_true"].to_numpy()
    outcomes, weight = np.repeat([1.0, 0.0], len(loans)), np.concatenate([truth, 1 - truth])
    aucs = {
        f"auc_{name}": float(auc(outcomes, np.tile(loans[f"pd_{name}"].to_numpy(), 2), weight).auc)
        for name in ("attainable", "true")
    }
    return {"default_rate": float(loans["defaulted"].astype(bool).mean()), **aucs}


if __name__ == "__main__":
    main()
