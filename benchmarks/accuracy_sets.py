"""The sets of the accuracy tables as folds that all models share; among them a finished source."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.table_loans import part_of
from models.fitting.booster import Shape
from models.fitting.feature_set import shape, usable_features
from models.fitting.fit import Part
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of
from pipelines.loans import part_table
from pipelines.params import section

FOLDS = 5
"""Folds of grouped cross-validation; the fold after the tested one calibrates."""
LATEST = 0.2
"""Share of the rows before the tested time that calibrates, the latest ones [fraction]."""


class SetError(ValueError):
    """A set cannot be compared: the message says what was wanted and what came."""


@dataclass(frozen=True)
class Fold:
    """Loans to fit on, to calibrate on and to be tested on."""

    development: Part
    calibration: Part
    tested: Part


@dataclass(frozen=True)
class Set:
    """A name, the folds, what boosters may learn, their parameters, and what there is to say about the set."""

    name: str
    folds: Sequence[Fold]
    shape: Shape
    params: TrainParams
    remarks: Sequence[str] = ()


def source_set(source: str, by_folds: bool) -> Set:
    """The finished source: its out-of-time split, or five folds of enterprises over all loans with an outcome."""
    folder = Path("data") / source
    features, parts = folder / "features", folder / "split"
    params = section("train", TrainParams, source)
    development = part_table(features, parts, "development")
    names = usable_features(development)
    if by_folds:
        everything = part_table(features, parts)
        found = grouped(everything, everything["enterprise_id"].to_numpy(dtype="object"), names)
    else:
        tables = (development, part_table(features, parts, "calibration"), part_table(features, parts, "out_of_time"))
        found = [Fold(*(part_of(table, names) for table in tables))]
    how = f"{FOLDS} folds of enterprises" if by_folds else "out-of-time split"
    return Set(f"{source}, {how}", found, shape(names, params.domain_constraints), params)


def grouped(rows: pd.DataFrame, owner: np.ndarray, names: list[str]) -> list[Fold]:
    """Each fold of owners tested in turn; the next one calibrates, the others are learned from.

    Raises
    ------
    SetError
        When there are fewer owners than FOLDS.
    """
    fold = _dealt(owner)
    found = []
    for number in range(FOLDS):
        tested, calibrates = fold == number, fold == (number + 1) % FOLDS
        found.append(Fold(*(part_of(rows[mask], names) for mask in (~tested & ~calibrates, calibrates, tested))))
    return found


def _dealt(owner: np.ndarray) -> np.ndarray:
    """Fold of each row by a hash of its owner; where few owners leave a fold empty, owners are dealt one by one."""
    fold = folds_of(owner, FOLDS)
    if len(np.unique(fold)) == FOLDS:
        return fold
    names, at = np.unique(owner.astype(str), return_inverse=True)
    if len(names) < FOLDS:
        message = f"wanted at least {FOLDS} groups, one per fold; got {len(names)}: {', '.join(names)}"
        raise SetError(message)
    return np.asarray(np.argsort(np.argsort(pd.util.hash_array(names)))[at] % FOLDS)
