"""Accuracy of the stage models beside their rivals, on the same loans, calibrated alike.

Usage: python -m benchmarks.accuracy [--source sba] [--source ...] [--folds] [--quick]
       python -m benchmarks.accuracy --table FILE.parquet --label COLUMN [--segment COLUMN] [--group COLUMN]
                                     [--time COLUMN --test-from VALUE]

The first form takes every source whose feature table exists, on its out-of-time split or, with --folds, on five folds
of enterprises; with sba comes the rolling study in real time. The second form takes any table of numbers. `--quick`
leaves out the EBM and all but two years of the rolling study. Prints tables, then one line of JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.accuracy_models import FIGURES, OURS, compared, figures, verdicts
from benchmarks.accuracy_sets import Set, SetError, source_set, table_set
from benchmarks.features import peak_mib
from benchmarks.rolling import QUICK_YEARS, YEARS, rolling_study, rolling_text
from models.stage_model import ModelError
from pipelines.params import ParamsError, content

SLOW = ("EBM",)
"""What --quick leaves out."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison that the command line asks for; 0, or 1 after a sentence on stderr."""
    asked = _parser().parse_args(arguments)
    start = time.perf_counter()
    try:
        content_line = _table(asked) if asked.table is not None else _sources(asked)
    except (SetError, ModelError, ParamsError, ImportError) as error:
        print(error, file=sys.stderr)
        return 1
    used = {"wall_seconds": round(time.perf_counter() - start, 1), "peak_mib": round(peak_mib())}
    print(f"wall time {used['wall_seconds']:.0f} s, peak memory {used['peak_mib']} MiB")
    print(json.dumps({**content_line, **used}, allow_nan=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", action="append", help="a source of params.yaml; may be repeated")
    parser.add_argument("--folds", action="store_true", help="five folds of enterprises, not the out-of-time split")
    parser.add_argument("--quick", action="store_true", help="without the EBM and most years of the rolling study")
    parser.add_argument("--table", type=Path, help="a Parquet table of numbers")
    parser.add_argument("--label", help="column of --table with the outcome, 0 or 1")
    for name, what in (("segment", "of the stage"), ("group", "no fold splits"), ("time", "of the day or year")):
        parser.add_argument(f"--{name}", help=f"column of --table {what}")
    parser.add_argument("--test-from", help="first value of --time that is tested")
    return parser


def _table(asked: argparse.Namespace) -> dict[str, Any]:
    if asked.label is None:
        message = "--table wants --label, the column with the outcome (0 or 1); got none"
        raise SetError(message)
    data = table_set(asked.table, asked.label, asked.segment, asked.group, asked.time, asked.test_from)
    return {"sets": {"table": _shown(data, None, SLOW if asked.quick else ())}}


def _sources(asked: argparse.Namespace) -> dict[str, Any]:
    known = content()["sources"]
    wanted = asked.source or [source for source in known if _features(source).exists()]
    for source in wanted:
        if source not in known or not _features(source).exists():
            message = f"wanted a feature table at {_features(source)}; there is none (sources: {', '.join(known)})"
            raise SetError(message)
    if not wanted:
        message = f"wanted the feature table of a source under data; there is none (sources: {', '.join(known)})"
        raise SetError(message)
    sets = {source: _source(source, asked) for source in wanted}
    found: dict[str, Any] = {"sets": sets}
    if "sba" in wanted:
        study = rolling_study(Path("data") / "sba", QUICK_YEARS if asked.quick else YEARS)
        print(rolling_text(study))
        found["rolling"] = json.loads(study.to_json(orient="records"))
    return found


def _features(source: str) -> Path:
    return Path("data") / source / "features" / "features.parquet"


def _source(source: str, asked: argparse.Namespace) -> dict[str, Any]:
    path = Path("data") / source / "truth" / "truth.parquet"
    truth = pd.read_parquet(path, columns=["application_id", "pd_attainable"]) if path.exists() else None
    return _shown(source_set(source, asked.folds), truth, SLOW if asked.quick else ())


def _shown(data: Set, truth: pd.DataFrame | None, left_out: tuple[str, ...]) -> dict[str, Any]:
    """Print the comparison of one set and give back its figures as plain data."""
    found = compared(data, left_out)
    table = figures(found, truth)
    judged = verdicts(table)
    print(_text(data, table, judged, dict(found.seconds)))
    rows, goals = (json.loads(frame.to_json(orient="records")) for frame in (table, judged))
    return {"name": data.name, "rows": rows, "goals": goals, "seconds": dict(found.seconds)}


def _text(data: Set, table: pd.DataFrame, judged: pd.DataFrame, seconds: dict[str, float]) -> str:
    """The figures for people: a block a stage, then what ours gains or loses beside the best rival."""
    columns = [name for name in (*FIGURES, "excess_log_loss") if name in table.columns]
    lines = ["", data.name, *data.remarks]
    for stage, rows in table.groupby("stage", sort=False):
        first = rows.iloc[0]
        lines.append(f"\n{f'{stage}: {first.loans:,} loans, {first.defaults:,} defaults':48}" + _heads(columns))
        for row in rows.to_dict("records"):
            cells = "".join(f"{row[name]:12.4f}" if pd.notna(row[name]) else f"{'-':>12}" for name in columns)
            lines.append(f"  {row['model']:46}{cells}{_gap(row)}")
    lines.append("\nours beside the best single rival (goal: AUC at most .002 below, log-loss at most 1 % above)")
    for row in judged.to_dict("records"):
        by_auc = f"AUC {row['auc_gap']:+.4f} (s.e. {row['auc_gap_error']:.4f}) to {row['best_by_auc']}"
        by_loss = f"log-loss {row['log_loss_excess']:+.2%} to {row['best_by_log_loss']}"
        lines.append(f"  {row['stage']:10}{by_auc:52}{by_loss:44}{'met' if row['met'] else 'MISSED'}")
    lines.append("seconds: " + ", ".join(f"{name} {value:.0f}" for name, value in seconds.items()) + "\n")
    return "\n".join(lines)


def _heads(columns: list[str]) -> str:
    names = {"auc": "AUC", "log_loss": "log-loss", "ece": "ECE", "cox_slope": "Cox slope", "excess_log_loss": "excess"}
    return "".join(f"{names[name]:>12}" for name in columns) + f"{'ours - it, AUC':>24}"


def _gap(row: dict[Any, Any]) -> str:
    if row["model"] == OURS or pd.isna(row["auc"]):
        return ""
    return f"{row['auc_gap']:+14.4f} ± {1.96 * row['auc_gap_error']:.4f}"


if __name__ == "__main__":
    sys.exit(main())
