"""Canonical tables drawn at random from their declarations."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from schemas.conform import conform
from schemas.declarations import Column
from schemas.gaps import no_gaps, write_gaps
from schemas.tables import TABLES


def drawn(column: Column, rows: int, draw: np.random.Generator) -> Any:
    """Random values that a column may hold, a fifth of them missing unless it is required."""
    if column.dtype == "date":
        values = pd.Series(pd.Timestamp("2015-01-01") + pd.to_timedelta(draw.integers(0, 3000, rows), unit="D"))
    elif column.dtype == "boolean":
        values = pd.Series(draw.random(rows) < 0.5)
    elif column.values is not None:
        values = pd.Series(draw.choice(column.values, rows))
    elif column.dtype == "string":
        values = pd.Series(draw.integers(0, 5, rows).astype(str))
    else:
        high = column.high if column.high is not None else 1000.0
        values = pd.Series(np.round(draw.uniform(-high / 10 if column.low is None else column.low, high, rows), 2))
    return values if column.required else values.mask(draw.random(rows) < 0.2)


def drawn_table(name: str, rows: int, enterprises: int, draw: np.random.Generator) -> pd.DataFrame:
    """A canonical table of random rows of enterprises "0", "1", ..., every column filled by its declaration."""
    table = TABLES[name]
    frame = pd.DataFrame({column.name: drawn(column, rows, draw) for column in table.columns})
    if "enterprise_id" in frame:
        frame["enterprise_id"] = draw.integers(0, enterprises, rows).astype(str)
    for key in ("application_id", "patent_id", "contract_id", "round_id", "pledge_id", "record_id"):
        if key in table.key:
            frame[key] = [f"{key}-{n}" for n in range(rows)]
    if name in ("enterprises", "applications"):
        frame["enterprise_id"] = [str(n) for n in range(rows)]
    if name in ("guarantees", "outcomes"):
        frame["application_id"] = [f"application_id-{n % enterprises}" for n in range(rows)]
    return conform(frame, table)


def drawn_tables(seed: int, enterprises: int = 40) -> dict[str, pd.DataFrame]:
    """All canonical tables at random: one application per enterprise, about eight rows per enterprise elsewhere."""
    draw = np.random.default_rng(seed)
    single = {"applications": enterprises, "enterprises": enterprises, "outcomes": enterprises}
    return {name: drawn_table(name, single.get(name, 8 * enterprises), enterprises, draw) for name in TABLES}


def saved(tables: Mapping[str, pd.DataFrame], folder: Path) -> Path:
    """The folder, with every table written into it, as a check leaves it that rejected nothing."""
    folder.mkdir(exist_ok=True)
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet")
    write_gaps(no_gaps(), folder)
    return folder
