"""`techcredit score` on portfolios of up to millions of applications, beside the path one would write first.

    python -m benchmarks.batch [--data data/simulated] [--applications 100000 1000000] [--memory 1GB] [--threads 2]
        [--folder FOLDER]

Portfolios are those of `benchmarks.large_portfolio` (with `--latest` one application per enterprise), made in FOLDER
where they do not lie there. Every batch is a process of its own: check of all tables, features, PDs, exact reasons,
decisions, written as a folder of Parquet parts. The path beside it is the default one, measured on a sample and
extrapolated by rows: as-of aggregates of three queries by pandas (`benchmarks.features_pandas`; a part of what ours
computes), LightGBM's predict and shap.TreeExplainer on all boosters of the stage models; no check, no decision, nothing
written. Prints a table, then one line of JSON.
"""

import argparse
import json
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shap

from benchmarks.features_pandas import aggregates
from benchmarks.large_portfolio import write_portfolio
from benchmarks.processes import techcredit
from models.fitting.stage_model import open_model
from policy.segments import STAGES

SAMPLE = 2_000
"""Rows of each stage that the default path is measured on."""


def portfolio(folder: Path, applications: int, latest: bool) -> Path:
    """The folder of a portfolio of this size under `folder`, made where it is not there."""
    place = folder / f"{'latest' if latest else 'all'}-{applications}"
    if not (place / "applications.parquet").exists():
        write_portfolio(place, applications, latest)
    return place


def scored(model: Path, tables: Path, output: Path, memory: str, threads: int) -> dict[str, Any]:
    """One batch by itself: seconds on the clock and of CPU, peak memory of all processes [MiB], seconds per phase."""
    given = ("--model", str(model), "--input", str(tables), "--output", f"{output}/")
    used = techcredit("score", *given, "--memory", memory, "--threads", str(threads))
    told = json.loads((output / "summary.json").read_text(encoding="utf8"))
    counts = told["applications"]
    if counts["rows"] != counts["scored"] + counts["rejected"] + counts["duplicates"]:
        message = f"applications in {counts['rows']} are not scored + rejected + duplicates: {counts}"
        raise ValueError(message)
    return {**used._asdict(), "scored": counts["scored"], "phases": told["seconds"]}


def events(tables: Path) -> int:
    """Rows of all tables."""
    return sum(pq.read_metadata(path).num_rows for path in tables.glob("*.parquet"))


def default_path(model: Path, tables: Path) -> dict[str, float]:
    """Microseconds per application of the default path, by part, each on a stated sample of it."""
    begun, rows = time.perf_counter(), pq.read_metadata(tables / "applications.parquet").num_rows
    aggregates(tables)
    found = {"as_of": (time.perf_counter() - begun) / rows, "predict": 0.0, "shap": 0.0}
    table = pd.read_parquet(model / "features" / "features.parquet")
    for stage in STAGES:
        fitted = open_model(model / "models" / stage)
        of_stage = table[table["stage"] == stage]
        sample = of_stage.head(SAMPLE)
        share = len(of_stage) / table["stage"].notna().sum()
        for member in fitted.blend.members:
            if not member.file.endswith(".txt"):
                continue
            booster = lgb.Booster(model_str=member.booster.text)
            known = sample[list(fitted.features)].to_numpy("float64")
            values = np.pad(known, ((0, 0), (0, booster.num_feature() - known.shape[1])))  # the period, where it is one
            begun = time.perf_counter()
            booster.predict(values)
            found["predict"] += share * (time.perf_counter() - begun) / len(sample)
            begun = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                shap.TreeExplainer(booster).shap_values(values)
            found["shap"] += share * (time.perf_counter() - begun) / len(sample)
    return {name: 1e6 * seconds for name, seconds in found.items()}


def main() -> None:
    """Measure the sizes that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data/simulated"))
    parser.add_argument("--applications", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--latest", action="store_true")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="techcredit-benchmark-") as made:
        folder = asked.folder or Path(made)
        measured = {}
        for size in asked.applications:
            tables = portfolio(folder, size, asked.latest)
            with tempfile.TemporaryDirectory(prefix="techcredit-benchmark-", dir=folder) as work:
                measured[size] = {
                    **scored(asked.data, tables, Path(work) / "scores", asked.memory, asked.threads),
                    "rows": events(tables),
                }
        beside = default_path(asked.data, portfolio(folder, asked.applications[0], asked.latest))
    each = sum(beside.values())
    heads = (("applications", 13), ("table rows", 13), ("wall s", 9), ("CPU s", 9), ("peak MiB", 10))
    print("".join(f"{head:>{width}}" for head, width in (*heads, ("default path s", 16), ("times", 8))))
    for size, found in measured.items():
        usual = each * size / 1e6
        print(
            f"{size:13,}{found['rows']:13,}{found['wall']:9.1f}{found['cpu']:9.1f}{found['peak_mib']:10.0f}"
            f"{usual:16.0f}{usual / found['wall']:8.1f}"
        )
        print("  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found["phases"].items()))
    parts = ", ".join(f"{name} {value:.0f}" for name, value in beside.items())
    print(f"default path, microseconds per application ({SAMPLE} a stage; as-of on all of the smallest): {parts}")
    print(
        json.dumps(
            {
                "batches": measured,
                "default_path": beside,
                "latest": asked.latest,
                "memory": asked.memory,
                "threads": asked.threads,
            }
        )
    )


if __name__ == "__main__":
    main()
