"""Learning curves: ours beside what a user would reach for, at 200 to 20,000 rows, on simulated settings and sources.

Usage: python -m benchmarks.learning_curve [--sizes N ...] [--draws N] [--settings NAME ...] [--challengers NAME ...]
                                           [--params KEY=VALUE ...] [--resume FILE]

Settings are the twelve of benchmarks/learning_curve.yaml, written down before the first run, and the sources with a
finished feature table under data. A simulated setting is tested on a large set of fresh applications by their true
PDs; a source on its out-of-time loans, its rows drawn from the development and calibration loans. With --resume every
measured cell is a line of FILE, and lines of the same code, parameters and loans are not measured again. With --params
ours are fitted with other parameters than those of params.yaml (section train), to see what a choice gains. Prints
tables, then one line of JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.accuracy_models import not_installed
from benchmarks.accuracy_sets import SetError
from benchmarks.features import peak_mib
from benchmarks.learning_cells import Kept, measured_cells
from benchmarks.learning_comparison import cells_beside, draws_beside, overall, refusals, slopes
from benchmarks.learning_sets import changed, curve_sets, other_params
from benchmarks.learning_text import cells_text, overall_text, refusals_text, seconds_text, slopes_text
from models.challengers.pds import CHALLENGERS
from models.challengers.verdicts import OURS
from pipelines.params import ParamsError

SIZES, DRAWS = (200, 500, 1000, 2000, 5000, 20_000), 5
REACHED_FOR = ("plain LightGBM", "HistGradientBoosting", "EBM", "scorecard", "ridge logistic", "CatBoost")
"""Challengers compared: what a user would reach for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for; 0, or 1 after a sentence on stderr."""
    asked = _parser().parse_args(arguments)
    start = time.perf_counter()
    try:
        found = _measured(asked)
    except (SetError, ParamsError, ImportError) as error:
        print(error, file=sys.stderr)
        return 1
    used = {"wall_seconds": round(time.perf_counter() - start, 1), "peak_mib": round(peak_mib())}
    print(f"\nwall time {used['wall_seconds']:.0f} s, peak memory {used['peak_mib']} MiB")
    print(json.dumps({**found, **used}, allow_nan=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="rows to fit and to calibrate on")
    parser.add_argument("--draws", type=int, default=DRAWS, help="draws of the rows per size")
    parser.add_argument("--settings", nargs="+", help="settings or sources; all without it")
    parser.add_argument("--challengers", nargs="+", default=REACHED_FOR, help="names of challengers")
    parser.add_argument("--params", nargs="+", default=(), metavar="KEY=VALUE", help="other parameters of ours")
    parser.add_argument("--resume", type=Path, help="JSON lines of measured cells: read where it exists, then added to")
    return parser


def _measured(asked: argparse.Namespace) -> dict[str, Any]:
    _require(asked)
    known, absent = curve_sets(asked.settings)
    sets = [changed(each, other_params(asked.params)) for each in known]
    for sentence in absent:
        print(f"left out: {sentence}", file=sys.stderr)
    lines = []
    for line in measured_cells(sets, asked.sizes, asked.draws, (OURS, *asked.challengers), Kept(asked.resume)):
        if "absent" in line:
            absent.append(f"{line['set']} at {line['rows']:,} rows {line['absent']}")
        else:
            lines.append(line)
    if not lines:
        message = f"wanted a cell to measure; got none ({'; '.join(absent)})"
        raise SetError(message)
    columns = ("auc", "log_loss", "slope", "auc_without", "log_loss_without")
    table = pd.DataFrame(lines).reindex(columns=dict.fromkeys((*lines[0], "refused", *columns)))
    return _shown(table, list(asked.challengers), absent)


def _require(asked: argparse.Namespace) -> None:
    """Nothing, when numbers and names are such that a run can begin."""
    unknown = [name for name in asked.challengers if name not in CHALLENGERS]
    if unknown:
        message = f"--challengers wanted names among {', '.join(CHALLENGERS)}; got {', '.join(unknown)}"
        raise SetError(message)
    if min(asked.sizes) < 1 or asked.draws < 1:
        message = f"--sizes and --draws want whole numbers of at least 1; got {asked.sizes} and {asked.draws}"
        raise SetError(message)
    for name in asked.challengers:
        if message := not_installed(name):
            raise ImportError(message)


def _shown(lines: pd.DataFrame, challengers: list[str], absent: list[str]) -> dict[str, Any]:
    """Print the tables and give their figures as plain data."""
    cells = {name: cells_beside(draws_beside(lines, name)) for name in challengers}
    means = {name: overall(table) for name, table in cells.items()}
    bent, refused = slopes(lines), refusals(lines)
    print(cells_text(lines, cells))
    print(overall_text(means))
    print(slopes_text(bent))
    print(refusals_text(refused, absent))
    print(seconds_text(lines))
    kept = {name: json.loads(table.to_json(orient="records")) for name, table in cells.items()}
    beside = {
        "slopes": json.loads(bent.to_json(orient="records")),
        "refused": json.loads(refused.to_json(orient="records")),
    }
    return {"overall": means, "cells": kept, **beside, "absent": absent}


if __name__ == "__main__":
    sys.exit(main())
