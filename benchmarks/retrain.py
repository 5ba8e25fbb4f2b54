"""Wall time of a full retrain of a source, and of the plain LightGBM fits that it contains.

Usage: python -m benchmarks.retrain [--source simulated] [--source ...]

A retrain is what the steps `pool` and `train` do: folds, members of the stacks, blends, group effects, calibration,
audit. The plain fits are LightGBM boosters on the same rows, with the same numbers of trees, without directions of risk
and without anything around them: one per fold and one of all loans for each kind of trees. Takes sources whose feature
table exists. Prints a table with wall and CPU time, then one line of JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.features import peak_mib
from models.fitting.audit import require_monotone
from models.fitting.booster import Shape, fit_booster
from models.fitting.feature_set import shape, usable_features
from models.fitting.fit import Part, fit_stage, pooled_line
from models.fitting.folds import fit_with_folds
from models.fitting.kinds import booster_kinds
from models.fitting.loans import Loans, loans
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of, rows_to_fit
from pipelines.loans import blanked_rows, part_table
from pipelines.params import ParamsError, content, section
from policy.segments import STAGES

FACTS = {"catalogue": "none", "data": "none", "split": "none"}
FREE = Shape({})


@dataclass(frozen=True)
class Kept:
    """Loans that a stack was fitted on, and the trees of each kind of its boosters."""

    loans: Loans
    trees: Mapping[str, int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Time the sources that the command line asks for; 0, or 1 after a sentence on stderr."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", action="append", help="a source of params.yaml; may be repeated")
    asked = parser.parse_args(arguments)
    try:
        wanted = asked.source or [source for source in content()["sources"] if _features(source).exists()]
        missing = [str(_features(source)) for source in wanted if not _features(source).exists()]
    except ParamsError as error:
        print(error, file=sys.stderr)
        return 1
    if missing or not wanted:
        print(f"wanted the feature table of a source; there is none at {', '.join(missing) or 'data'}", file=sys.stderr)
        return 1
    found = {source: measured(source) for source in wanted}
    heads = f"{'retrain, s':>12}{'retrain CPU, s':>16}{'plain fits, s':>15}{'ratio':>8}"
    print(f"{'source':12}{'loans':>10}{'boosters':>10}{heads}")
    for source, row in found.items():
        times = f"{row['retrain_seconds']:>12.1f}{row['retrain_cpu_seconds']:>16.1f}"
        cells = f"{times}{row['plain_seconds']:>15.1f}{row['ratio']:>8.2f}"
        print(f"{source:12}{row['loans']:>10,}{row['boosters']:>10}{cells}")
    print(json.dumps({"sources": found, "peak_mib": round(peak_mib())}, allow_nan=False))
    return 0


def measured(source: str) -> dict[str, Any]:
    """Loans, boosters fitted, seconds of the retrain and of the plain fits, and their ratio."""
    params = section("train", TrainParams, source)
    tables = {part: _table(source, part) for part in ("development", "calibration")}
    blanked = blanked_rows(Path("data") / source / "features", tables["development"])
    began, used = time.perf_counter(), time.process_time()
    kept = _retrain(tables, blanked, params)
    took, cpu = time.perf_counter() - began, time.process_time() - used
    boosters, plain = 0, 0.0
    for fit in (fit for known in kept for fit in _plain_fits(known, params)):
        began = time.perf_counter()
        fit()
        boosters, plain = boosters + 1, plain + time.perf_counter() - began
    counts = {"loans": len(tables["development"]), "boosters": boosters}
    return {
        **counts,
        "retrain_seconds": took,
        "retrain_cpu_seconds": cpu,
        "plain_seconds": plain,
        "ratio": took / plain,
    }


def _retrain(tables: dict[str, pd.DataFrame], blanked: pd.DataFrame, params: TrainParams) -> list[Kept]:
    """Fit the pooled stack and every stage's model as the pipeline does."""
    development, calibration = tables["development"], tables["calibration"]
    names = usable_features(development)
    learned = shape(names, params.domain_constraints)
    known, later = loans(development, names, blanked), loans(calibration, names)
    pooled = fit_with_folds(known, learned, params, "pooled model")
    of_all = pooled_line(pooled.booster, later, params)
    kept = [Kept(known, pooled.trees)]
    for stage in STAGES:
        rows, matured = ((table["stage"] == stage).to_numpy() for table in (development, calibration))
        parts = (
            Part(known.where(rows), development[rows].reset_index(drop=True)),
            Part(later.where(matured), calibration[matured].reset_index(drop=True)),
        )
        model = fit_stage(stage, *parts, pooled.where(rows), learned, params, FACTS, of_all)
        require_monotone(model, parts[0].table, learned.directions, params.seed)
        if own := model.facts["own_members"]:
            kept.append(Kept(parts[0].loans, {kind: int(member["trees"]) for kind, member in own.items()}))
    return kept


def _plain_fits(known: Kept, params: TrainParams) -> list[Callable[[], object]]:
    """The fits of one stack, for each kind of trees: one per fold, and one of all loans."""
    fold = folds_of(known.loans.enterprise, params.folds)
    parts = [*(known.loans.where(fold != number) for number in np.unique(fold)), known.loans]
    kinds = booster_kinds(params, len(known.loans), int(np.nansum(known.loans.defaulted)))
    return [
        lambda part=part, kind=kind: fit_booster(  # type: ignore[misc]
            rows_to_fit(part, params), FREE, kinds[kind], known.trees[kind]
        )
        for kind in kinds
        if kind in known.trees
        for part in parts
    ]


def _features(source: str) -> Path:
    return Path("data") / source / "features" / "features.parquet"


def _table(source: str, part: str) -> pd.DataFrame:
    return part_table(Path("data") / source / "features", Path("data") / source / "split", part)


if __name__ == "__main__":
    sys.exit(main())
