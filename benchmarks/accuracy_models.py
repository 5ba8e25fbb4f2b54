"""PDs of the tested loans of a set by ours and by every challenger."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.accuracy_sets import Fold, Set
from models.challengers.comparison import kept_apart
from models.challengers.pds import CHALLENGERS, Challenger, Setting, challenger_pds
from models.challengers.verdicts import OURS
from models.fitting.fit import Part, fit_stage, pooled_line
from models.fitting.folds import Fitted, fit_with_folds

FACTS = {"catalogue": "none", "data": "none", "split": "none"}
"""Fingerprints a model of a comparison does not need: it is not kept."""


@dataclass(frozen=True)
class Compared:
    """Tested loans with stage, outcome, weight, application_id where there is one, and a column of PDs per model."""

    loans: pd.DataFrame
    pds: pd.DataFrame
    seconds: Mapping[str, float]


def our_pds(fold: Fold, pooled: Fitted, data: Set) -> np.ndarray:
    """PDs of the tested loans by the stage models on the pooled booster, as the step `train` of the pipeline fits."""
    of_all = pooled_line(pooled.booster, fold.calibration.loans, data.params)
    stage = fold.development.table["stage"].to_numpy(dtype="object")
    found = np.full(len(fold.tested.loans), np.nan)
    tested = fold.tested.table["stage"].to_numpy(dtype="object")
    for name in np.unique(tested):
        rows = stage == name
        model = fit_stage(
            str(name),
            _of(fold.development, rows),
            _of(fold.calibration, fold.calibration.table["stage"].to_numpy(dtype="object") == name),
            pooled.where(rows),
            data.shape,
            data.params,
            FACTS,
            of_all,
        )
        found[tested == name] = model.probability(fold.tested.table[tested == name])
    return found


def _of(part: Part, rows: np.ndarray) -> Part:
    return Part(part.loans.where(rows), part.table[rows].reset_index(drop=True))


def compared(data: Set, left_out: tuple[str, ...] = ()) -> Compared:
    """Ours and all challengers but those `left_out`, on every fold of the set; tested loans of all folds together.

    The pooled booster is fitted once a fold, on the account of ours; the challenger `pooled only` is that booster.
    """
    challengers = {name: challenger for name, challenger in CHALLENGERS.items() if name not in left_out}
    seconds = dict.fromkeys((OURS, *challengers), 0.0)
    tables, pds = [], []
    for fold in data.folds:
        found: dict[str, np.ndarray] = {}
        with _timed(seconds, OURS):
            pooled = fit_with_folds(fold.development.loans, data.shape, data.params, "pooled model")
            found[OURS] = our_pds(fold, pooled, data)
        for name, challenger in challengers.items():
            with _timed(seconds, name):
                found[name] = _challenger_pds(challenger, fold, pooled, data)
        pds.append(kept_apart(pd.DataFrame(found)))
        kept = [c for c in ("application_id", "stage", "defaulted", "weight") if c in fold.tested.table.columns]
        tables.append(fold.tested.table[kept])
    return Compared(pd.concat(tables, ignore_index=True), pd.concat(pds, ignore_index=True), seconds)


def _challenger_pds(challenger: Challenger, fold: Fold, pooled: Fitted, data: Set) -> np.ndarray:
    stages = [
        part.table["stage"].to_numpy(dtype="object") for part in (fold.development, fold.calibration, fold.tested)
    ]
    setting = Setting(fold.development.loans, stages[0], data.shape, data.params, pooled.booster)
    return challenger_pds(challenger, setting, fold.calibration.loans, stages[1], fold.tested.loans.features, stages[2])


@contextlib.contextmanager
def _timed(seconds: dict[str, float], name: str):  # type: ignore[no-untyped-def]  # a generator of nothing
    start = time.perf_counter()
    yield
    seconds[name] += time.perf_counter() - start
