"""The sets of the accuracy table: a finished source, or any table of numbers, as folds that all models share."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.table_loans import as_loans, numbered, part_of, table_params
from models.fitting.booster import Shape
from models.fitting.feature_set import shape, usable_features
from models.fitting.fit import Part
from models.fitting.folds import folds_of
from models.fitting.params import TrainParams
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
        found = _grouped(everything, everything["enterprise_id"].to_numpy(dtype="object"), names)
    else:
        tables = (development, part_table(features, parts, "calibration"), part_table(features, parts, "out_of_time"))
        found = [Fold(*(part_of(table, names) for table in tables))]
    how = f"{FOLDS} folds of enterprises" if by_folds else "out-of-time split"
    return Set(f"{source}, {how}", found, shape(names, params.domain_constraints), params)


def table_set(
    path: Path, label: str, segment: str | None, group: str | None, time: str | None, test_from: str | None
) -> Set:
    """Any table of numbers: tested on the rows from `test_from` on, or in five folds of `group` (of rows without one).

    Raises
    ------
    SetError
        When the file or a column is missing, the label is not 0/1 or has one value, no column is numeric, a segment,
        group or time is missing in a row, `time` comes without `test_from`, or one side of it is empty.
    """
    table = _read(path)
    if table.empty:
        message = f"{path}: wanted rows; the table has none"
        raise SetError(message)
    for column in (label, segment, group, time):
        if column is not None and column not in table.columns:
            message = f"{path}: wanted column {column}; it has {', '.join(map(str, table.columns))}"
            raise SetError(message)
    for column in (segment, group, time):
        if column is not None and table[column].isna().any():
            message = f"{path}: wanted a value of {column} in every row; it is missing in {table[column].isna().sum()}"
            raise SetError(message)
    if (time is None) != (test_from is None):
        message = f"--time and --test-from come together; got time {time} and test-from {test_from}"
        raise SetError(message)
    names, left_out = _numeric(table, {label, segment, group, time}, path)
    owner = (table[group] if group is not None else pd.Series(np.arange(len(table)))).astype(str).to_numpy("object")
    rows = as_loans(table, names, _outcome(table[label], path), segment, owner)
    params = table_params()
    how = f"{FOLDS} folds of {group or 'rows'}" if time is None else f"tested from {time} {test_from}"
    if time is None or test_from is None:
        found = _grouped(rows, owner, numbered(names))
    else:
        found = [_by_time(rows, *_instants(table[time], test_from, path), numbered(names))]
    remarks = [f"left out, not numeric or the same in all rows: {', '.join(left_out)}"] * bool(left_out)
    return Set(f"{path.name}, {how}", found, Shape({}), params, remarks)


def _read(path: Path) -> pd.DataFrame:
    if not path.exists():
        message = f"wanted a Parquet table at {path}; there is none"
        raise SetError(message)
    try:
        return pd.read_parquet(path).reset_index(drop=True)
    except (OSError, ValueError) as error:
        message = f"{path}: wanted a Parquet table; it cannot be read as one"
        raise SetError(message) from error


def _outcome(label: pd.Series, path: Path) -> np.ndarray:
    values = pd.to_numeric(label, errors="coerce").to_numpy(dtype="float64")
    wrong = ~np.isin(values, (0.0, 1.0))
    if wrong.any():
        message = f"{path}: label {label.name} must be 0 or 1; got {label[wrong].iloc[0]} in {wrong.sum()} rows"
        raise SetError(message)
    if len(np.unique(values)) < 2:
        message = f"{path}: wanted rows of both outcomes; label {label.name} is {values[0]:g} in all {len(values)} rows"
        raise SetError(message)
    return values


def _numeric(table: pd.DataFrame, used: set[str | None], path: Path) -> tuple[list[str], list[str]]:
    """Numeric columns with at least two values, and the names of the others.

    Raises
    ------
    SetError
        When no column is left, or one holds infinite numbers.
    """
    offered = [str(name) for name in table.columns if name not in used]
    numeric = [name for name in offered if pd.api.types.is_numeric_dtype(table[name])]
    endless = [name for name in numeric if np.isinf(table[name].to_numpy(dtype="float64", na_value=np.nan)).any()]
    if endless:
        message = f"{path}: wanted finite numbers, missing where not known; {', '.join(endless)} holds infinite ones"
        raise SetError(message)
    names = [name for name in numeric if table[name].nunique() > 1]
    if not names:
        message = (
            f"{path}: wanted a numeric column to learn from beside {', '.join(sorted(filter(None, used)))}; got none"
        )
        raise SetError(message)
    return names, [name for name in offered if name not in names]


def _instants(time: pd.Series, test_from: str, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Order of the rows in time, and which are tested."""
    try:
        if pd.api.types.is_numeric_dtype(time):
            values, bound = time.to_numpy(dtype="float64"), float(test_from)
        else:
            since = pd.Timestamp("1970-01-01")
            values = ((pd.to_datetime(time) - since) / pd.Timedelta(days=1)).to_numpy(dtype="float64")
            bound = (pd.Timestamp(test_from) - since) / pd.Timedelta(days=1)
    except ValueError as error:
        message = f"{path}: wanted {time.name} and test-from as numbers or ISO days; got test-from {test_from!r}"
        raise SetError(message) from error
    later = values >= bound
    if later.all() or not later.any():
        found = f"got {later.sum()} of {len(later)} from it on"
        message = f"{path}: wanted rows before {time.name} {test_from} and from it on; {found}"
        raise SetError(message)
    return np.unique(values, return_inverse=True)[1], later


def _by_time(rows: pd.DataFrame, order: np.ndarray, later: np.ndarray, names: list[str]) -> Fold:
    dated = rows.assign(as_of=pd.Timestamp("2000-01-01") + pd.to_timedelta(order, unit="D"))
    calibrates = ~later & (order > np.quantile(order[~later], 1 - LATEST))
    return Fold(*(part_of(dated[mask], names) for mask in (~later & ~calibrates, calibrates, later)))


def _grouped(rows: pd.DataFrame, owner: np.ndarray, names: list[str]) -> list[Fold]:
    fold = folds_of(owner, FOLDS)
    found = []
    for number in range(FOLDS):
        tested, calibrates = fold == number, fold == (number + 1) % FOLDS
        found.append(Fold(*(part_of(rows[mask], names) for mask in (~tested & ~calibrates, calibrates, tested))))
    return found
