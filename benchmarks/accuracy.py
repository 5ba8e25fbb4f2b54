"""Accuracy of the stage models and their challengers, on the same loans, calibrated in the same way.

Usage: python -m benchmarks.accuracy [--source sba] [--source ...] [--folds] [--quick]
       python -m benchmarks.accuracy --table FILE.parquet --label COLUMN [--segment COLUMN] [--group COLUMN]
                                     [--time COLUMN --test-from VALUE] [--ignore COLUMN ...]

Both take [--quick] and [--scores FILE]. The first form takes every source whose feature table exists, on its
out-of-time split or, with --folds, on five folds of enterprises; with sba comes the rolling study in real time. The
second form takes any table of numbers. `--quick` leaves out the EBM and all but two years of the rolling study.
`--scores` writes the PDs of every tested loan by every model as JSON, for paired tests. Prints tables, then one line of
JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.accuracy_models import Compared, compared
from benchmarks.accuracy_sets import Set, SetError, source_set
from benchmarks.accuracy_text import text
from benchmarks.features import peak_mib
from benchmarks.rolling import QUICK_YEARS, YEARS, rolling_study, rolling_text
from benchmarks.table_set import table_set
from models.challengers.comparison import excess_log_loss, figures
from models.challengers.verdicts import verdicts
from pipelines.params import content
from policy.errors import MendableError

SLOW = ("EBM",)
"""What --quick leaves out."""
RESAMPLES, SEED = 200, 7
"""Of the bootstrap behind the intervals of the ECE, as in `challenge` of params.yaml."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison that the command line asks for; 0, or 1 after a sentence on stderr."""
    asked = _parser().parse_args(arguments)
    start = time.perf_counter()
    try:
        _require_consistent(asked)
        scores: dict[str, Any] = {}
        content_line = _table(asked, scores) if asked.table is not None else _sources(asked, scores)
    except (SetError, MendableError, ImportError) as error:
        print(error, file=sys.stderr)
        return 1
    if asked.scores is not None:
        asked.scores.write_text(json.dumps(scores, allow_nan=False), encoding="utf8")
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
    parser.add_argument("--ignore", nargs="+", default=[], help="columns of --table not to learn from, such as ids")
    parser.add_argument("--scores", type=Path, help="file for the PDs of every tested loan, as JSON")
    parser.add_argument("--test-from", help="first value of --time that is tested")
    return parser


def _require_consistent(asked: argparse.Namespace) -> None:
    """Nothing, when every option given has an effect, and the scores can be written where they are asked for."""
    of_table = [name for name in ("label", "segment", "group", "time", "test_from", "ignore") if getattr(asked, name)]
    of_sources = [name for name in ("source", "folds") if getattr(asked, name)]
    if asked.table is None and of_table:
        message = f"--{of_table[0].replace('_', '-')} is about a table of your own: wanted --table FILE with it"
        raise SetError(message)
    if asked.table is not None and of_sources:
        message = (
            f"--{of_sources[0]} is about sources of params.yaml: wanted it without --table, tested in folds by itself"
        )
        raise SetError(message)
    if asked.scores is not None and (asked.scores.is_dir() or not asked.scores.absolute().parent.is_dir()):
        message = f"wanted --scores to name a file in a folder that is there; got {asked.scores}"
        raise SetError(message)


def _table(asked: argparse.Namespace, scores: dict[str, Any]) -> dict[str, Any]:
    if asked.label is None:
        message = "--table wants --label, the column with the outcome (0 or 1); got none"
        raise SetError(message)
    data = table_set(asked.table, asked.label, asked.segment, asked.group, asked.time, asked.test_from, asked.ignore)
    return {"sets": {"table": _shown(data, None, asked, scores)}}


def _sources(asked: argparse.Namespace, scores: dict[str, Any]) -> dict[str, Any]:
    known = content()["sources"]
    wanted = asked.source or [source for source in known if _features(source).exists()]
    for source in wanted:
        if source not in known or not _features(source).exists():
            message = f"wanted a feature table at {_features(source)}; there is none (sources: {', '.join(known)})"
            raise SetError(message)
    if not wanted:
        message = f"wanted the feature table of a source under data; there is none (sources: {', '.join(known)})"
        raise SetError(message)
    sets = {source: _source(source, asked, scores) for source in wanted}
    found: dict[str, Any] = {"sets": sets}
    if "sba" in wanted:
        study = rolling_study(Path("data") / "sba", QUICK_YEARS if asked.quick else YEARS)
        print(rolling_text(study))
        found["rolling"] = json.loads(study.to_json(orient="records"))
    return found


def _features(source: str) -> Path:
    return Path("data") / source / "features" / "features.parquet"


def _source(source: str, asked: argparse.Namespace, scores: dict[str, Any]) -> dict[str, Any]:
    path = Path("data") / source / "truth" / "truth.parquet"
    truth = pd.read_parquet(path, columns=["application_id", "pd_attainable"]) if path.exists() else None
    return _shown(source_set(source, asked.folds), truth, asked, scores)


def _shown(data: Set, truth: pd.DataFrame | None, asked: argparse.Namespace, scores: dict[str, Any]) -> dict[str, Any]:
    """Print the comparison of one set, add its PDs to `scores` and return its figures as plain data."""
    found = compared(data, SLOW if asked.quick else ())
    table = compared_figures(found, truth)
    goals, remarks = verdicts(table), [*data.remarks, *found.remarks, *without_pd(found)]
    print(text(data.name, remarks, table, goals, found.seconds))
    scores[data.name] = {**_columns(found.loans), "pds": _columns(found.pds)}
    rows, lines = (json.loads(frame.to_json(orient="records")) for frame in (table, goals))
    return {"name": data.name, "rows": rows, "goals": lines, "remarks": remarks, "seconds": dict(found.seconds)}


def without_pd(found: Compared) -> list[str]:
    """A remark per stage on the models that give its loans no PD: they are in no total then, shown as "-"."""
    remarks = []
    for stage, rows in found.pds.groupby(found.loans["stage"].to_numpy()):
        absent = [str(name) for name in rows if rows[name].isna().any()]
        if absent:
            remarks.append(f"no PD of stage {stage}, so no total either (-): {', '.join(absent)}")
    return remarks


def _columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Every column as a list, missing values as None."""
    columns = json.loads(frame.to_json(orient="split", double_precision=15))
    return {name: [row[at] for row in columns["data"]] for at, name in enumerate(columns["columns"])}


def compared_figures(found: Compared, truth: pd.DataFrame | None = None) -> pd.DataFrame:
    """The figures of all models; with a `truth` (application_id, pd_attainable) also `excess_log_loss` [nats]."""
    table = figures(found.loans, found.pds, RESAMPLES, SEED)
    if truth is None:
        return table
    loans = found.loans.merge(truth, on="application_id", how="left", validate="1:1")
    excess = excess_log_loss(loans, found.pds, loans["pd_attainable"].to_numpy())
    return table.assign(excess_log_loss=[excess[row.stage][row.model] for row in table.itertuples()])


if __name__ == "__main__":
    sys.exit(main())
