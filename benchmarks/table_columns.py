"""Which columns of any table are learned from, and what there is to say about the others."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.accuracy_sets import SetError

LARGEST = float(np.finfo("float32").max)
"""Several challengers count in single precision, which holds no larger number."""
MOSTLY = 0.5
"""Share of numbers among the texts of a column from which it is told that they are not all numbers [fraction]."""
NEARLY_ALL = 0.95
"""Share of different values among whole numbers from which a column looks like an id [fraction]."""


@dataclass(frozen=True)
class Columns:
    """Columns of numbers to learn from, each with at least two values, and remarks for people."""

    numbers: pd.DataFrame
    remarks: tuple[str, ...]


def columns_of(table: pd.DataFrame, used: Collection[str], ignored: Collection[str], path: Path) -> Columns:
    """The columns that are neither `used` for something else nor `ignored`; numbers stored as text are numbers.

    Raises
    ------
    SetError
        When no column is left, or one holds numbers that are infinite or beyond single precision.
    """
    offered = [name for name in table.columns if name not in used and name not in ignored]
    read = {name: _as_numbers(table[name]) for name in offered}
    numbers = {name: values for name, values in read.items() if isinstance(values, pd.Series)}
    _require_size(numbers, path)
    kept = pd.DataFrame({name: values for name, values in numbers.items() if values.nunique() > 1}, index=table.index)
    if kept.empty:
        beside = ", ".join(sorted((*used, *ignored)))
        message = f"{path}: wanted a numeric column to learn from beside {beside}; got none"
        raise SetError(message)
    left_out = [name for name in offered if name not in kept]
    as_text = [name for name in kept if not pd.api.types.is_numeric_dtype(table[name])]
    remarks = (
        ("left out, not numeric or the same in all rows", left_out),
        ("left out, told to", list(ignored)),
        ("left out though mostly numbers, for the sake of", [text for text in read.values() if isinstance(text, str)]),
        ("stored as text, read as numbers", as_text),
        ("learned from though it looks like an id (--ignore leaves it out)", [n for n in kept if _like_id(n, kept[n])]),
    )
    return Columns(kept, tuple(f"{what}: {', '.join(names)}" for what, names in remarks if names))


def _as_numbers(column: pd.Series) -> pd.Series | str | None:
    """The column as numbers; its name and a text that is none where most are; None where it holds something else."""
    if pd.api.types.is_numeric_dtype(column):
        return pd.Series(column.to_numpy(dtype="float64", na_value=np.nan), index=column.index)
    kinds = pd.api.types.is_object_dtype(column), pd.api.types.is_string_dtype(column)
    if not (any(kinds) or isinstance(column.dtype, pd.CategoricalDtype)):
        return None
    texts = column[column.notna()].astype(str).str.strip()
    texts = texts[texts != ""]
    values = pd.to_numeric(texts, errors="coerce").astype("float64")
    if len(texts) and values.notna().all():
        return values.reindex(column.index)
    mostly = len(texts) > 0 and values.notna().mean() >= MOSTLY
    return f"{column.name} ({texts[values.isna()].iloc[0]!r})" if mostly else None


def _require_size(numbers: dict[str, pd.Series], path: Path) -> None:
    endless = [name for name, values in numbers.items() if np.isinf(values).any()]
    if endless:
        message = f"{path}: wanted finite numbers, missing where not known; {', '.join(endless)} holds infinite ones"
        raise SetError(message)
    huge = [name for name, values in numbers.items() if (values.abs() > LARGEST).any()]
    if huge:
        message = (
            f"{path}: wanted numbers up to {LARGEST:.1e} in size; {', '.join(huge)} holds larger ones "
            "(a code for missing? make it missing, or leave the column out with --ignore)"
        )
        raise SetError(message)


def _like_id(name: str, values: pd.Series) -> bool:
    """Named as an id, or whole numbers that differ in nearly every row."""
    if name.lower() == "id" or name.lower().endswith(("_id", " id", "-id")) or name.endswith("Id"):
        return True
    known = values.dropna()
    return bool(
        (known % 1 == 0).all() and known.nunique() >= NEARLY_ALL * len(known) and len(known) > 1 / (1 - NEARLY_ALL)
    )
