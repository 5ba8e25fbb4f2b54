"""Sources by name."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from sources import sba

SOURCES: Mapping[str, Callable[[Path], dict[str, pd.DataFrame]]] = {
    "sba": lambda sample: sba.tables(sample / "sba_sample.parquet"),
}


def source_tables(source: str, sample: Path) -> dict[str, pd.DataFrame]:
    """Raw canonical tables of a source, read from its folder of samples.

    Raises
    ------
    ValueError
        When there is no source of that name.
    """
    if source not in SOURCES:
        message = f"source must be one of {', '.join(SOURCES)}; got {source!r}"
        raise ValueError(message)
    return SOURCES[source](sample)
