"""Small folders of canonical tables, written from rows."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from features.as_of import quantities
from features.catalogue import compute
from features.queries import QUERIES
from schemas.conform import conform
from schemas.gaps import no_gaps, write_gaps
from schemas.tables import TABLES

Rows = Sequence[Mapping[str, Any]]
APPLICATION = {"application_id": "1", "enterprise_id": "e", "as_of": "2021-06-30", "amount": 1e6, "exposure": 1e6}


@pytest.fixture
def write_tables(tmp_path: Path) -> Callable[..., Path]:
    """Writes tables given as rows into a folder; an empty list writes an empty table, no row is rejected."""

    def write(folder: str = "tables", **tables: Rows) -> Path:
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        for name, rows in {"applications": [APPLICATION], **tables}.items():
            columns = None if rows else [column.name for column in TABLES[name].columns]
            frame = pd.DataFrame(list(rows), columns=columns)
            conform(frame, TABLES[name]).to_parquet(path / f"{name}.parquet")
        write_gaps(no_gaps(), path)
        return path

    return write


@pytest.fixture
def known_frame(write_tables: Callable[..., Path]) -> Callable[..., pd.DataFrame]:
    """As-of quantities of one application: enterprise "e" on 2021-06-30 unless `applications` says otherwise.

    Rows of the other tables get enterprise "e" where they name none.
    """

    def run(**tables: Rows) -> pd.DataFrame:
        owned = {
            name: [{"enterprise_id": "e", **row} if name != "guarantees" else row for row in rows]
            for name, rows in tables.items()
        }
        (frame,) = quantities(write_tables(**owned), QUERIES, threads=1)
        assert len(frame) == 1
        return frame

    return run


@pytest.fixture
def known(known_frame: Callable[..., pd.DataFrame]) -> Callable[..., pd.Series]:
    """The same as one row."""
    return lambda **tables: known_frame(**tables).iloc[0]


@pytest.fixture
def featured(known_frame: Callable[..., pd.DataFrame]) -> Callable[..., pd.Series]:
    """Features of one application from rows of tables."""
    return lambda **tables: compute(known_frame(**tables).assign(stage="growth", size_class="small")).iloc[0]
