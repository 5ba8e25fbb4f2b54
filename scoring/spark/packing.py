"""What Spark packs of an application, read back by the workers: as-of quantities and gap rows as frames."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.declarations import Query
from features.queries import QUERIES
from schemas.gaps import COLUMNS

IDENTITY, GAP = -1, -2
"""Numbers of the parts that are no query: enterprise and day of the application; a rejected row that may be of it."""


def kinds(query: Query) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Columns of a query that are numbers, days and texts, each in order."""
    numbers = tuple(c for c in query.columns if c not in query.dates and c not in query.texts)
    return (
        numbers,
        tuple(c for c in query.columns if c in query.dates),
        tuple(c for c in query.columns if c in query.texts),
    )


def unpacked(
    ids: pa.Array, told: pa.ListArray, queries: Sequence[Query] = QUERIES
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """As-of quantities as `features.as_of.quantities` has them, in the order of `ids`; and gap rows of their tables.

    Raises
    ------
    ValueError
        When a query gave more than one row for an application, or an application has no identity.
    """
    at = pc.list_parent_indices(told).to_numpy(zero_copy_only=False)
    parts = told.flatten()
    number = parts.field("query").to_numpy(zero_copy_only=False)
    identity, _ = _of(parts, at, number, IDENTITY, len(ids))
    columns: dict[str, Any] = {
        "application_id": pd.Series(ids.to_pylist(), dtype="str"),
        "enterprise_id": _texts(identity, 1)[:, 0],
        "as_of": _days(identity, 1)[:, 0],
    }
    for place, query in enumerate(queries):
        found, rows = _of(parts, at, number, place, len(ids), query.name)
        columns |= _columns(found, rows, len(ids), query)
    known = pd.DataFrame(columns).astype({"enterprise_id": "str", "as_of": "datetime64[us]"})
    return known, _gap_rows(parts.filter(pa.array(number == GAP)))


def _of(
    parts: pa.StructArray, at: np.ndarray, number: np.ndarray, wanted: int, ids: int, name: str = "applications"
) -> tuple[pa.StructArray, np.ndarray]:
    chosen = number == wanted
    rows = at[chosen]
    if len(np.unique(rows)) != len(rows):
        message = f"{name}: wanted one row per application; got {len(rows)} rows for {len(np.unique(rows))}"
        raise ValueError(message)
    found = parts.filter(pa.array(chosen))
    if wanted != IDENTITY:
        return found, rows
    if len(rows) != ids:
        message = f"wanted the enterprise and day of every application; got {len(rows)} of {ids}"
        raise ValueError(message)
    return found.take(pa.array(np.argsort(rows))), rows


def _columns(found: pa.StructArray, rows: np.ndarray, ids: int, query: Query) -> dict[str, Any]:
    numbers, days, texts = kinds(query)
    blocks = (
        (numbers, _numbers(found, len(numbers)), np.full((ids, len(numbers)), np.nan)),
        (days, _days(found, len(days)), np.full((ids, len(days)), np.datetime64("NaT"), dtype="datetime64[us]")),
        (texts, _texts(found, len(texts)), np.full((ids, len(texts)), None, dtype="object")),
    )
    columns: dict[str, Any] = {}
    for names, values, block in blocks:
        block[rows] = values
        columns |= {name: block[:, place] for place, name in enumerate(names)}
    return {c: pd.Series(columns[c], dtype="str") if c in texts else columns[c] for c in query.columns}


def _numbers(found: pa.StructArray, width: int) -> np.ndarray:
    return np.asarray(found.field("numbers").flatten(), dtype="float64").reshape(len(found), width)


def _days(found: pa.StructArray, width: int) -> np.ndarray:
    return np.asarray(found.field("days").flatten(), dtype="datetime64[us]").reshape(len(found), width)


def _texts(found: pa.StructArray, width: int) -> np.ndarray:
    texts = np.array([*found.field("texts").flatten().to_pylist(), None], dtype="object")[:-1]
    return texts.reshape(len(found), width)


def _gap_rows(found: pa.StructArray) -> pd.DataFrame:
    texts = _texts(found, 4)
    rows = dict(zip(("table", "enterprise_id", "application_id", "rules"), texts.T, strict=True))
    frame = pd.DataFrame({**rows, "known_on": _days(found, 1)[:, 0]})[list(COLUMNS)]
    return frame.astype({c: "str" for c in COLUMNS if c != "known_on"}).drop_duplicates(ignore_index=True)
