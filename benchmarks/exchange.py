"""Whether the SQL of each stage gives the PDs of a run: `python -m benchmarks.exchange --model RUN`."""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd

from models.exchange.plain import plain
from models.exchange.sql import sql
from models.fitting.stage_model import open_model
from pipelines.commands.exchange_engines import run_sql
from policy.segments import STAGES


def main() -> None:
    """Print a row per stage, then one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=Path("data/simulated"))
    run = parser.parse_args().model
    table = pd.read_parquet(run / "features" / "features.parquet")
    scores = pd.read_parquet(run / "evaluation" / "scores.parquet").set_index("application_id")["pd"]
    found = []
    print(f"{'stage':<10}{'scored':>9}{'other PD':>10}{'largest':>12}{'kB':>8}{'seconds':>9}")
    for stage in STAGES:
        query = sql(plain(open_model(run / "models" / stage)))
        known = table[(table["stage"] == stage) & table["application_id"].isin(scores.index)]
        start = time.perf_counter()
        apart = np.abs(run_sql(query, known)["pd"] - scores.loc[known["application_id"]]).to_numpy()
        seconds = time.perf_counter() - start
        row = {"stage": stage, "scored": len(known), "other": int((apart > 0).sum()), "largest": float(apart.max())}
        found.append({**row, "bytes": len(query), "seconds": round(seconds, 2)})
        figures = f"{row['other']:>10}{row['largest']:>12.1e}{len(query) / 1e3:>8.0f}{seconds:>9.1f}"
        print(f"{stage:<10}{len(known):>9,}{figures}")
    print(json.dumps({"exchange": found}))


if __name__ == "__main__":
    main()
