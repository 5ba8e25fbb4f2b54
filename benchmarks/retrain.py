"""Wall time of a full retrain of a source, and of the plain LightGBM fits that it contains.

Usage: python -m benchmarks.retrain [--source simulated] [--source ...]

A retrain is what the steps `pool` and `train` do: early stopping, folds, boosters, blends, group effects, calibration,
audit. The plain fits are the same boosters, on the same rows with the same numbers of trees, without directions of risk
and without anything around them. Takes sources whose feature table exists. Prints a table, then one line of JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.features import peak_mib
from models.fitting.audit import require_monotone
from models.fitting.booster import Shape, fit_booster
from models.fitting.feature_set import shape, usable_features
from models.fitting.fit import Part, fit_stage
from models.fitting.folds import additive, fit_with_folds, seeds_of
from models.fitting.loans import Loans, loans
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of, latest, rows_at_risk
from pipelines.loans import part_table
from pipelines.params import ParamsError, content, section
from policy.segments import STAGES

FACTS = {"catalogue": "none", "data": "none", "split": "none"}
FREE = Shape({})


@dataclass(frozen=True)
class Kept:
    """Loans that a model was fitted on, and the trees of its two kinds of boosters."""

    loans: Loans
    interacting: int
    additive: int


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
    print(f"{'source':12}{'loans':>10}{'boosters':>10}{'retrain, s':>12}{'plain fits, s':>15}{'ratio':>8}")
    for source, row in found.items():
        cells = f"{row['retrain_seconds']:>12.1f}{row['plain_seconds']:>15.1f}{row['ratio']:>8.2f}"
        print(f"{source:12}{row['loans']:>10,}{row['boosters']:>10}{cells}")
    print(json.dumps({"sources": found, "peak_mib": round(peak_mib())}, allow_nan=False))
    return 0


def measured(source: str) -> dict[str, Any]:
    """Loans, boosters fitted, seconds of the retrain and of the plain fits, and their ratio."""
    params = section("train", TrainParams, source)
    tables = {part: _table(source, part) for part in ("development", "calibration")}
    began = time.perf_counter()
    kept = _retrain(tables, params)
    took = time.perf_counter() - began
    boosters, plain = 0, 0.0
    for fit in (fit for known in kept for fit in _plain_fits(known, params)):
        began = time.perf_counter()
        fit()
        boosters, plain = boosters + 1, plain + time.perf_counter() - began
    counts = {"loans": len(tables["development"]), "boosters": boosters}
    return {**counts, "retrain_seconds": took, "plain_seconds": plain, "ratio": took / plain}


def _retrain(tables: dict[str, pd.DataFrame], params: TrainParams) -> list[Kept]:
    """Fit the pooled booster and every stage's model as the pipeline does."""
    development, calibration = tables["development"], tables["calibration"]
    names = usable_features(development)
    learned = shape(names, params.domain_constraints)
    known = loans(development, names)
    pooled = fit_with_folds(known, learned, params, "pooled model")
    kept = [Kept(known, pooled.trees, pooled.additive_trees)]
    for stage in STAGES:
        rows, later = (table["stage"] == stage for table in (development, calibration))
        parts = (_part(development[rows], names), _part(calibration[later], names))
        model = fit_stage(stage, *parts, pooled.where(rows.to_numpy()), learned, params, FACTS)
        require_monotone(model, parts[0].table, learned.directions, params.seed)
        if own := model.facts["own_booster"]:
            kept.append(Kept(parts[0].loans, own["trees"], own["additive_trees"]))
    return kept


def _part(table: pd.DataFrame, names: list[str]) -> Part:
    rows = table.reset_index(drop=True)
    return Part(loans(rows, names), rows)


def _plain_fits(known: Kept, params: TrainParams) -> list[Callable[[], object]]:
    """The fits of one model, for each kind of trees: one per fold; per seed, early stopping and one of all loans."""
    data, late = known.loans, latest(known.loans, params)
    fold = folds_of(data.enterprise, params.folds)
    parts = [data.where(fold != number) for number in np.unique(fold)]
    early, held = rows_at_risk(data.where(~late), params), rows_at_risk(data.where(late), params)
    fits: list[Callable[[], object]] = []
    for parameters, trees in ((params, known.interacting), (additive(params), known.additive)):
        seeded = [replace(parameters, seed=seed) for seed in seeds_of(params)]
        fits += [lambda parameters=parameters: best_trees(early, held, FREE, parameters) for parameters in seeded]
        fits += [
            lambda part=part, parameters=parameters, trees=trees: fit_booster(
                rows_at_risk(part, params), FREE, parameters, trees
            )
            for part, parameters in (*((part, parameters) for part in parts), *((data, p) for p in seeded))
        ]
    return fits


def _features(source: str) -> Path:
    return Path("data") / source / "features" / "features.parquet"


def _table(source: str, part: str) -> pd.DataFrame:
    return part_table(Path("data") / source / "features", Path("data") / source / "split", part)


if __name__ == "__main__":
    sys.exit(main())
