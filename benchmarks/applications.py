"""How quickly the list of applications answers, and how long the memos of all of a run take.

Usage: python -m benchmarks.applications [--model data/simulated] [--keys N] [--processes N ...]

Opens a copy of the list of the finished run in headless Chromium, loads all its files, and types N texts into the
search field: milliseconds from each key press until the new list has been laid out. Then it sorts by every column
twice. The memos of all applications are written into a folder that is removed again, by each number of processes.
Prints both, then one line of JSON.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipelines.commands.memo import run_inputs
from reports.applications.memo_files import memo_files
from reports.applications.page import applications_pages
from reports.inputs import Inputs
from tests.reports.applications.browser import played

SCRIPT = """
await until(() => wanted.length === 0 && rows.length === config.all);
const field = document.getElementById("f-q"), list = document.getElementById("list");
const measured = (act) => {
  const from = performance.now();
  act();
  list.offsetHeight;
  return performance.now() - from;
};
const texts = ["1", "12", "123", "", "A", "A0", "A00", "", "C", "C_1", "", "9", "91", "914", "no such", ""];
const keys = [], sorts = [];
for (let turn = 0; turn < KEYS; turn += 1)
  keys.push(measured(() => { field.value = texts[turn % texts.length]; field.dispatchEvent(new Event("input")); }));
for (const key of [...config.columns, ...config.columns])
  sorts.push(measured(() => document.querySelector(`.c-${key} button`).click()));
said(JSON.stringify({ rows: rows.length, keys, sorts }));
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the list and the memos of one run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("data/simulated"))
    parser.add_argument("--keys", type=int, default=100)
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2])
    chosen = parser.parse_args(arguments)
    inputs = run_inputs(chosen.model)
    figures = {**answers(inputs, chosen.keys), "memos": [memos(inputs, number) for number in chosen.processes]}
    print(json.dumps({"source": inputs.source, **figures}))


def answers(inputs: Inputs, keys: int) -> dict[str, float]:
    """Milliseconds of a key press and of sorting, median and longest; seconds and MB of the list."""
    began = time.perf_counter()
    pages = applications_pages(inputs, ())
    seconds = time.perf_counter() - began
    folder = Path(tempfile.mkdtemp(prefix="techcredit-"))
    try:
        for name, content in pages.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content, encoding="utf8")
        found = json.loads(played(folder / "applications.html", "", SCRIPT.replace("KEYS", str(keys))))
    finally:
        shutil.rmtree(folder)
    told = {"rows": found["rows"], "list_s": seconds, "list_mb": sum(map(len, pages.values())) / 1e6}
    for name in ("keys", "sorts"):
        told |= {f"{name}_median_ms": float(np.median(found[name])), f"{name}_longest_ms": max(found[name])}
    print("".join(f"{name:<18}{value:>12,.1f}\n" for name, value in told.items()))
    return told


def memos(inputs: Inputs, processes: int) -> dict[str, float]:
    """Seconds, MB and milliseconds per application of all memos, in both languages."""
    began, size, files = time.perf_counter(), 0, 0
    for _, content in memo_files(inputs, processes):
        size, files = size + len(content), files + 1
    seconds = time.perf_counter() - began
    each = 1000 * seconds / len(inputs.decisions)
    print(f"memos, {processes} processes: {seconds:.1f} s, {each:.1f} ms each, {size / 1e6:.1f} MB in {files} files")
    return {"processes": processes, "seconds": seconds, "ms_each": each, "mb": size / 1e6, "files": files}


if __name__ == "__main__":
    main()
