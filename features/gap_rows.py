"""Rejected rows as a relation beside the fit tables: those of one range of enterprises are read, not all."""

from pathlib import Path

import pandas as pd

from features.blanking import blankable
from features.engine import Engine, Relations, parquet, relations_of
from features.ranges import Range
from schemas.gaps import COLUMNS, gap_file

GAPS = "gaps"
"""Name of the relation of rejected rows, with the columns `schemas.gaps.COLUMNS`."""


def checked_relations(folder: Path) -> Relations:
    """The fit tables of a folder that a check wrote, and its rejected rows under `GAPS`.

    Raises
    ------
    MendableError
        When the tables of the folder were not checked.
    """
    gaps = parquet(gap_file(folder))
    return {**relations_of(folder, blankable()), GAPS: gaps}


def gaps_of(base: Engine, relations: Relations, within: Range) -> pd.DataFrame:
    """Rejected rows that speak of an enterprise or an application of the range; columns `schemas.gaps.COLUMNS`.

    Rows come in a fixed order.
    """
    of_range = f"SELECT application_id FROM {relations['applications']} WHERE {within.condition}"
    found = base.frame(
        f"""SELECT {", ".join(f'"{column}"' for column in COLUMNS)} FROM {relations[GAPS]}
        WHERE ({within.condition}) OR application_id IN ({of_range}) ORDER BY ALL"""
    )
    texts = found.astype({column: "str" for column in COLUMNS if column != "known_on"})
    return texts.assign(known_on=pd.to_datetime(found["known_on"]).astype("datetime64[us]"))
