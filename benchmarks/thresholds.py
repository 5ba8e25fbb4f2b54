"""The proof of certificates on known truth: how often they are wrong, and what they approve, beside other methods.

Usage: python -m benchmarks.thresholds [--repetitions N] [--mapie-repetitions N] [--largest-loans N] [--resume FILE]

Cells, and the scope in which each mode promises to keep its level, are those of benchmarks/thresholds.yaml, written
down before the first run. With --resume every measured cell is a line of FILE, and lines of the same code and settings
are not measured again. Prints tables, then one line of JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.features import peak_mib
from benchmarks.learning_cells import Kept
from benchmarks.thresholds_cells import KEY, measured_cells, measured_next_years
from benchmarks.thresholds_settings import Cell, SettingError, read_settings
from benchmarks.thresholds_text import cells_text, next_year_text, verdicts, verdicts_text
from benchmarks.thresholds_truth import population
from decisions.certificate import certify
from decisions.modes import MODES
from policy.errors import MendableError

REPETITIONS, MAPIE_REPETITIONS = 500, 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for; 0, or 1 after a sentence on stderr."""
    asked = _parser().parse_args(arguments)
    start = time.process_time()
    try:
        with threadpool_limits(1):  # products of vectors are too short for two threads
            found = _measured(asked)
    except MendableError as error:
        print(error, file=sys.stderr)
        return 1
    used = {"cpu_seconds": round(time.process_time() - start, 1), "peak_mib": round(peak_mib())}
    print(f"\nCPU time of this run {used['cpu_seconds']:.0f} s, peak memory {used['peak_mib']} MiB")
    print(json.dumps({**found, **used}, allow_nan=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=REPETITIONS, help="draws of the loans per cell")
    parser.add_argument(
        "--mapie-repetitions", type=int, default=MAPIE_REPETITIONS, help="of these, how many MAPIE certifies as well"
    )
    parser.add_argument("--largest-loans", type=int, help="leave out cells with more certification loans")
    parser.add_argument("--resume", type=Path, help="JSON lines of measured cells: read where it exists, then added to")
    return parser


def _measured(asked: argparse.Namespace) -> dict[str, Any]:
    settings = read_settings()
    if asked.largest_loans is not None:
        settings = settings.small(asked.largest_loans)
    if asked.repetitions < 1 or asked.mapie_repetitions < 0 or not settings.cells:
        message = "wanted at least one repetition and one cell; see --help"
        raise SettingError(message)
    kept, common = Kept(asked.resume, KEY), settings.common
    lines = list(measured_cells(common, settings.cells, asked.repetitions, asked.mapie_repetitions, kept))
    years = list(measured_next_years(common, settings.next_year, asked.repetitions, kept))
    seconds, reached = _seconds(), verdicts(lines, common.delta)
    print(cells_text(lines, common.delta), "", sep="\n")
    print(verdicts_text(reached, common.delta), "", sep="\n")
    print(next_year_text(years), "", sep="\n")
    print("50,000 loans x 60 cut-offs, seconds: " + ", ".join(f"{mode} {value:.2f}" for mode, value in seconds.items()))
    measured = sum(line["cpu_seconds"] for line in (*lines, *years))
    print(f"CPU time of all cells, measured now or before: {measured:.0f} s")
    return {"verdicts": reached, "next_year": years, "cells": lines, "seconds": seconds, "cells_cpu_seconds": measured}


def _seconds() -> dict[str, float]:
    """CPU seconds of one certificate of 50,000 loans by mode."""
    settings = read_settings()
    cell = Cell("none", 0.06, 0.045, 50_000, 1.6, 100, 0.0)
    drawn = population(settings.common, cell).draw(np.random.default_rng(1), cell.loans)
    found = {}
    for mode in MODES:
        start = time.process_time()
        certify(
            drawn.pd_,
            drawn.exposure,
            drawn.defaulted,
            np.ones(cell.loans),
            cell.tolerance,
            settings.common.delta,
            design="inclusion",
            grid=60,
            mode=mode,
            largest_exposure=cell.cap,
        )
        found[mode] = round(time.process_time() - start, 3)
    return found


if __name__ == "__main__":
    sys.exit(main())
