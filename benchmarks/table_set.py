"""Any table of numbers as a set of the accuracy tables."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.accuracy_sets import FOLDS, Fold, Set, SetError, grouped
from benchmarks.table_columns import columns_of
from benchmarks.table_doubts import doubts, require_enough
from benchmarks.table_loans import as_loans, numbered, part_of, table_params
from benchmarks.table_time import calibrating, instants
from models.fitting.booster import Shape
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of

TOTAL = "total"
"""Name of all stages together in the figures."""


def table_set(
    path: Path,
    label: str,
    segment: str | None,
    group: str | None,
    time: str | None,
    test_from: str | None,
    ignored: Sequence[str] = (),
) -> Set:
    """Any table of numbers: tested on the rows from `test_from` on, or in five folds of `group` (of rows without one).

    Columns `ignored` are not learned from.

    Raises
    ------
    SetError
        When the file or a column is missing, the label is not 0/1 or has one value, no column is numeric, a segment,
        group or time is missing in a row, `time` comes without `test_from`, one side of it is empty, or there are too
        few groups or defaults.
    """
    table = _read(path)
    wanted = [column for column in (label, segment, group, time) if column is not None]
    _require_columns(table, wanted, ignored, path)
    _require_stages(table, segment, path)
    if (time is None) != (test_from is None):
        message = f"--time and --test-from come together; got time {time} and test-from {test_from}"
        raise SetError(message)
    columns = columns_of(table, wanted, ignored, path)
    owner = (table[group] if group is not None else pd.Series(np.arange(len(table)))).astype(str).to_numpy("object")
    known = table.assign(**columns.numbers)
    names = list(columns.numbers)
    params, outcome = table_params(), _outcome(table[label], path)
    if time is None or test_from is None:
        rows = as_loans(known, names, outcome, segment, owner)
        found = grouped(rows, owner, numbered(names))
    else:
        order, later = instants(table[time], test_from, path)
        rows = as_loans(known, names, outcome, segment, owner, order)
        calibrates = calibrating(order, later, time, path)
        parts = (~later & ~calibrates, calibrates, later)
        found = [Fold(*(part_of(rows[mask], numbered(names)) for mask in parts))]
    for fold in found:
        _require_groups(fold, params, group or "rows")
    require_enough(found, params, int(outcome.sum()))
    remarks = (*columns.remarks, *doubts(columns.numbers, outcome, found, group))
    how = f"{FOLDS} folds of {group or 'rows'}" if time is None else f"tested from {time} {test_from}"
    return Set(f"{path.name}, {how}", found, Shape({}), params, remarks)


def _read(path: Path) -> pd.DataFrame:
    if not path.exists():
        message = f"wanted a Parquet table at {path}; there is none"
        raise SetError(message)
    try:
        table = pd.read_parquet(path).reset_index(drop=True)
    except (OSError, ValueError) as error:
        message = f"{path}: wanted a Parquet table whose columns have different names; it cannot be read as one"
        raise SetError(message) from error
    if table.empty:
        message = f"{path}: wanted rows; the table has none"
        raise SetError(message)
    return table


def _require_columns(table: pd.DataFrame, wanted: Sequence[str], ignored: Sequence[str], path: Path) -> None:
    for column in (*wanted, *ignored):
        if column not in table.columns:
            message = f"{path}: wanted column {column}; it has {', '.join(map(str, table.columns))}"
            raise SetError(message)
    for column in ignored:
        if column in wanted:
            message = f"{path}: wanted --ignore to name columns that serve for nothing else; got {column}"
            raise SetError(message)
    for column in wanted[1:]:
        if table[column].isna().any():
            message = f"{path}: wanted a value of {column} in every row; it is missing in {table[column].isna().sum()}"
            raise SetError(message)


def _require_stages(table: pd.DataFrame, segment: str | None, path: Path) -> None:
    """Nothing, when no stage has the name under which all stages are shown together."""
    if segment is not None and (table[segment].astype(str) == TOTAL).any():
        message = (
            f"{path}: wanted another name for a stage than {TOTAL}, which stands for all of them; {segment} has it"
        )
        raise SetError(message)


def _outcome(label: pd.Series, path: Path) -> np.ndarray:
    values = pd.to_numeric(label, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    wrong = ~np.isin(values, (0.0, 1.0))
    if wrong.any():
        message = f"{path}: label {label.name} must be 0 or 1; got {label[wrong].iloc[0]} in {wrong.sum()} rows"
        raise SetError(message)
    if len(np.unique(values)) < 2:
        message = f"{path}: wanted rows of both outcomes; label {label.name} is {values[0]:g} in all {len(values)} rows"
        raise SetError(message)
    return values


def _require_groups(fold: Fold, params: TrainParams, group: str) -> None:
    """Nothing, when the rest of each inner fold has both outcomes, so that a model of it can be fitted."""
    known = fold.development.loans
    inner = folds_of(known.enterprise, params.folds, params.fold_salt)
    for number in np.unique(inner):
        if len(np.unique(known.defaulted[inner != number])) < 2:
            groups = len(np.unique(known.enterprise.astype(str)))
            message = (
                f"wanted {group} enough that models can be fitted without each of {params.folds} folds of them; "
                f"without one, the {groups} of them to learn from have rows of one outcome only, or no row"
            )
            raise SetError(message)
