"""As-of features of many applications: our engine under a memory cap, and the same aggregates in pandas.

Each side runs in a process of its own over the same Parquet tables and writes its result as Parquet. Prints a table,
then one line of JSON. Usage: python -m benchmarks.features [--applications 1000000] [--memory 400MB] [--order both]

Tables come in order of enterprises, which the engine reads best, and scattered, which costs it most: every table is
then sorted first. With `--portfolio FOLDER` all quantities and features of a folder of checked tables (`validate`) are
computed too, without pandas beside them.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.features_pandas import aggregates

QUERIES_RUN = ("headcount", "contracts", "borrowings")
EVENTS = {"headcount": 6, "technology_contracts": 5, "borrowings": 7}
"""Rows of each table for every application; 18 in all."""

CHUNK = 1_000_000
MICROSECONDS_A_DAY = 86_400_000_000
HEADS = ("staff", "rd_staff", "st_staff", "postgraduates", "bachelors")
MORE_HEADS = ("graduates_hired", "core_team", "core_joins", "core_leaves")


def days(values: np.ndarray) -> pa.Array:
    """Days since 1970 as the timestamps of canonical tables."""
    return pa.array(values.astype("int64") * MICROSECONDS_A_DAY, type=pa.timestamp("us"))


def identifiers(letter: str, values: np.ndarray) -> pa.Array:
    """Text identifiers of ten characters."""
    return pa.array(np.char.add(letter, np.char.zfill(values.astype("U9"), 9)))


def money(draw: np.random.Generator, rows: int) -> np.ndarray:
    """Amounts in whole cents."""
    return np.round(draw.lognormal(12, 1, rows), 2)


def events(name: str, owner: np.ndarray, draw: np.random.Generator) -> dict[str, pa.Array]:
    """Rows of one table for these owners: uniform days over nine years, in no order."""
    rows = len(owner)
    day = draw.integers(16_500, 19_700, rows)
    ids = {"enterprise_id": identifiers("E", owner)}
    if name == "headcount":
        day = day // 91 * 91
        heads = {c: draw.integers(1, 10**9, rows).astype(float) for c in (*HEADS, *MORE_HEADS)}
        return ids | {"period_end": days(day), "known_on": days(day + 120)} | heads
    if name == "technology_contracts":
        codes = {
            "contract_id": identifiers("C", np.arange(rows)),
            "counterparty_id": identifiers("B", draw.integers(0, 2000, rows)),
        }
        when = {"signed_on": days(day), "registered_on": days(day + 60), "known_on": days(day + 60)}
        return ids | codes | when | {"amount": money(draw, rows)}
    day = day // 30 * 30
    when = {"reported_on": days(day), "known_on": days(day + 30)}
    return ids | {"lender_id": identifiers("L", draw.integers(0, 5, rows))} | when | {
        "line": money(draw, rows), "balance": money(draw, rows)
    }  # fmt: skip


def generate(folder: Path, applications: int, order: str) -> None:
    """Tables of `applications` applications and 18 events each."""
    draw = np.random.default_rng(2026)
    enterprise = np.arange(applications) if order == "enterprise" else draw.permutation(applications)
    writers: dict[str, pq.ParquetWriter] = {}
    for start in range(0, applications, CHUNK):
        number = np.arange(start, min(start + CHUNK, applications))
        as_of = draw.integers(17_500, 19_700, len(number))
        owner = enterprise[number]
        ids = {"application_id": identifiers("A", number), "enterprise_id": identifiers("E", owner)}
        asked = {"as_of": days(as_of), "amount": money(draw, len(number))}
        tables = {"applications": ids | asked | {"lender": identifiers("L", draw.integers(0, 5, len(number)))}}
        for name, each in EVENTS.items():
            owners = draw.choice(owner, each * len(number))
            tables[name] = events(name, np.sort(owners) if order == "enterprise" else owners, draw)
        for name, columns in tables.items():
            table = pa.table(columns)
            if name not in writers:
                writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
            writers[name].write_table(table, row_group_size=122_880)
    for writer in writers.values():
        writer.close()


def engine(folder: Path, memory: str) -> None:
    """Aggregates by our engine, a bucket at a time."""
    from features.as_of import quantities
    from features.queries import QUERIES

    writer = None
    for frame in quantities(folder, [q for q in QUERIES if q.name in QUERIES_RUN], memory):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        writer = writer or pq.ParquetWriter(folder / "engine.parquet", table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


def in_pandas(folder: Path) -> None:
    """Aggregates by pandas."""
    aggregates(folder).to_parquet(folder / "pandas.parquet")


def peak_mib() -> float:
    """Highest resident memory of this process [MiB]."""
    for line in Path("/proc/self/status").read_text(encoding="utf8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(part: str, folder: Path, arguments: argparse.Namespace) -> None:
    """Run one part in this process and print its figures as JSON."""
    start = time.perf_counter()
    if part == "generate":
        generate(folder, arguments.applications, arguments.order)
    elif part == "engine":
        engine(folder, arguments.memory)
    elif part == "portfolio":
        portfolio(folder, arguments.memory)
    else:
        in_pandas(folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {"wall": time.perf_counter() - start, "cpu": used.ru_utime + used.ru_stime, "mib": peak_mib()}
    print(json.dumps(figures))


def run(part: str, folder: Path, arguments: argparse.Namespace) -> dict[str, float]:
    """Figures of one part, run in a process of its own."""
    options = ["--part", part, "--folder", str(folder), "--applications", str(arguments.applications)]
    options += ["--memory", arguments.memory, "--order", arguments.order]
    command = [sys.executable, "-m", "benchmarks.features", *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def agreeing(folder: Path) -> tuple[int, int]:
    """Columns that agree on both sides, and columns that both give; the engine gives some that pandas does not."""
    ours = (
        pd.read_parquet(folder / "engine.parquet").set_index("application_id").drop(columns=["enterprise_id", "as_of"])
    )
    theirs = pd.read_parquet(folder / "pandas.parquet").reindex(ours.index)
    both = [c for c in theirs.columns if c in ours.columns]
    same = [np.allclose(ours[c], theirs[c], rtol=1e-9, atol=1e-9, equal_nan=True) for c in both]
    return sum(same), len(same)


def portfolio(folder: Path, memory: str) -> None:
    """Feature tables of all applications of a folder, range by range; none is kept."""
    from features.table import FeatureParams, feature_tables

    params = FeatureParams("default", "statistical_2017", "2025-12-31", memory)
    print(f"{sum(len(table) for table in feature_tables(folder, params)):,} applications", file=sys.stderr)


def compare(arguments: argparse.Namespace, order: str) -> dict[str, object]:
    """Print the table of one order, and give its figures."""
    arguments = argparse.Namespace(**vars(arguments) | {"order": order})
    with tempfile.TemporaryDirectory(prefix="techcredit-benchmark-") as name:
        folder = Path(name)
        run("generate", folder, arguments)
        ours, theirs = run("engine", folder, arguments), run("pandas", folder, arguments)
        same, columns = agreeing(folder)
    ratio = theirs["wall"] / ours["wall"]
    count = f"{arguments.applications:,} applications, {18 * arguments.applications:,} events"
    print(f"{count} in {order} order, {columns} aggregates")
    print(f"{'':24}{'wall s':>9}{'cpu s':>9}{'peak MiB':>10}{'ratio':>8}")
    for label, figures, times in (
        (f"engine, cap {arguments.memory}", ours, 1.0),
        ("pandas groupby", theirs, 1 / ratio),
    ):
        print(f"{label:24}{figures['wall']:9.1f}{figures['cpu']:9.1f}{figures['mib']:10.0f}{times:8.2f}")
    print(f"columns that agree: {same} of {columns}")
    cpu = round(theirs["cpu"] / ours["cpu"], 2)
    return {
        **{"ratio": round(ratio, 2), "cpu_ratio": cpu, "columns": columns, "agree": same},
        **{"engine": ours, "pandas": theirs},
    }


def main() -> None:
    """Read the command line; without --part, run the whole comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=1_000_000)
    parser.add_argument("--memory", default="400MB")
    parser.add_argument("--order", choices=["enterprise", "random", "both"], default="both")
    parser.add_argument("--portfolio", type=Path, help="a folder of checked tables")
    parser.add_argument("--part", choices=["generate", "engine", "pandas", "portfolio"])
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.part:
        measured(arguments.part, arguments.folder, arguments)
        return
    orders = ["enterprise", "random"] if arguments.order == "both" else [arguments.order]
    figures: dict[str, object] = {"applications": arguments.applications}
    figures |= {order: compare(arguments, order) for order in orders}
    if arguments.portfolio:
        whole = run("portfolio", arguments.portfolio, arguments)
        print(
            f"all quantities and features of {arguments.portfolio.name}: {whole['wall']:.1f} s on the clock, "
            f"{whole['cpu']:.1f} s of CPU, {whole['mib']:.0f} MiB"
        )
        figures["portfolio"] = whole
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
