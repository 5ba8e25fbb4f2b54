"""Scoring on a local Spark beside the batch job: seconds, CPU and agreement on the same checked tables.

Usage: python -m benchmarks.spark --model data/simulated [--input data/simulated/valid] [--master local[2]]

Both score all applications of the tables. Seconds are on the clock; CPU is that of the process and all it started. As
for agreement, decisions must be equal and numbers within 1e-12. Prints a table, then
one line of JSON.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from scoring.batch import score_folder
from scoring.bundle import open_bundle
from scoring.spark.job import score_with_spark
from scoring.spark.session import session

MEMORY = {"spark.driver.memory": "2g", "spark.sql.shuffle.partitions": "8"}


def cpu() -> float:
    """CPU of this process and of all that it started and that still run [s]."""
    here = psutil.Process()
    total = 0.0
    for process in (here, *here.children(recursive=True)):
        try:
            total += sum(process.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return total


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Seconds on the clock and of CPU that `work` takes."""
    at, spent = time.perf_counter(), cpu()
    work()
    return {"seconds": round(time.perf_counter() - at, 1), "cpu": round(cpu() - spent, 1)}


def difference(ours: pd.DataFrame, plain: pd.DataFrame) -> dict[str, float]:
    """Rows, cells that are not the same text or day, and the largest difference of numbers, relative above 1."""
    left, right = (frame.sort_values("application_id", ignore_index=True) for frame in (ours, plain))
    numbers = [name for name in right.columns if right[name].dtype.kind == "f"]
    others = [name for name in right.columns if name not in numbers]
    apart = (left[numbers] - right[numbers]).abs() / np.maximum(1, right[numbers].abs())
    unequal = sum(int((left[n].fillna("") != right[n].fillna("")).sum()) for n in others if right[n].dtype.kind != "M")
    unequal += int((left["as_of"] != right["as_of"]).sum())
    unequal += int((left[numbers].isna() != right[numbers].isna()).sum().sum())
    return {"rows": len(left), "unequal": unequal, "largest": float(apart.max().max())}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run both and print what they took and how far they are apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("data/simulated"))
    parser.add_argument("--input", type=Path)
    parser.add_argument("--master", default="local[2]")
    asked = parser.parse_args(arguments)
    tables, bundle = asked.input or asked.model / "valid", open_bundle(asked.model)
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = Path(folder) / "spark", Path(folder) / "plain.parquet"
        found = {"score": measured(lambda: score_folder(bundle, tables, plain))}
        at, spent = time.perf_counter(), cpu()
        with session(asked.master, MEMORY) as spark:
            started = {"seconds": round(time.perf_counter() - at, 1), "cpu": round(cpu() - spent, 1)}
            found |= {
                "spark, started": started,
                "spark": measured(lambda: score_with_spark(spark, bundle, str(tables), str(ours), ship_code=False)),
            }
        apart = difference(pd.read_parquet(ours), pd.read_parquet(plain))
    for name, took in found.items():
        print(f"{name:16} {took['seconds']:8.1f} s {took['cpu']:8.1f} s of CPU")
    print(json.dumps({"master": asked.master, **found, **apart}))


if __name__ == "__main__":
    main()
