"""Rows of any table as loans with features, as the stage models take them."""

from dataclasses import replace

import numpy as np
import pandas as pd

from models.fitting.fit import Part
from models.fitting.loans import loans
from models.fitting.params import TrainParams
from pipelines.params import content, section


def as_loans(
    table: pd.DataFrame,
    names: list[str],
    outcome: np.ndarray,
    segment: str | None,
    owner: np.ndarray,
    days: np.ndarray | None = None,
) -> pd.DataFrame:
    """The table as loans of twelve months, decided `days` after the first; without them, on a day drawn by owner.

    Early stopping then looks at a drawn share of the owners. The columns `names` are renamed as `numbered` says.
    """
    drawn = pd.util.hash_array(owner + "day") % 10_000
    day = pd.Timestamp("2000-01-01") + pd.to_timedelta(drawn if days is None else days, unit="D")
    known = {
        "row": np.arange(len(table)),
        "stage": table[segment].astype("str") if segment is not None else pd.Series("all", index=table.index),
        "enterprise_id": owner,
        "as_of": day,
        "defaulted": outcome,
        "weight": 1.0,
        "observed_months": 12.0,
        "default_month": np.nan,
        "province": pd.Series(np.nan, index=table.index, dtype="str"),
        "industry": pd.Series(np.nan, index=table.index, dtype="str"),
    }
    # Columns are numbered: no name can then clash with one of ours, or hold a letter LightGBM does not take.
    clear = table[names].astype("float64").set_axis(numbered(names), axis=1)
    return pd.concat([clear, pd.DataFrame(known)], axis=1)


def numbered(names: list[str]) -> list[str]:
    """Names of the columns that loans of a table are fitted on: x0, x1, …."""
    return [f"x{number}" for number in range(len(names))]


def part_of(table: pd.DataFrame, names: list[str]) -> Part:
    """The rows of a table with their features, as the stage models take them."""
    kept = table.reset_index(drop=True)
    return Part(loans(kept, names), kept)


def table_params() -> TrainParams:
    """Parameters of the default source, with one period as long as the window: those of a table of any origin."""
    return replace(section("train", TrainParams, content()["default_source"]), period_months=12, periods=1)
