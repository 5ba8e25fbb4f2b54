"""Loans by group: in total, per stage, size class, year, region, division, amount band, and first loan or not."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from features.industry import division
from models.validation.labelled_sample import bin_of, quantile_edges

DIMENSIONS = ("total", "stage", "size_class", "year", "region", "division", "amount_band", "first_loan")
"""Ways the loans are cut; `year` cuts all loans of parts not used in fitting, the others those of out-of-time."""
OWNERSHIP = "ownership"
"""One more dimension, of the comparison of approved shares alone."""
LATER = ("certification", "out_of_time")
"""Parts that no figure of a model was fitted on."""
BANDS = 4
UNKNOWN = "unknown"
BAND_NAMES = tuple(f"band_{number + 1}" for number in range(BANDS))
FIRST_LOANS = ("first", "not_first")
OWNERS = ("state_owned", "other")


def with_groups(scored: pd.DataFrame, features: pd.DataFrame, edges: np.ndarray) -> pd.DataFrame:
    """Scored loans with a column per dimension and of ownership; a group that is not known is UNKNOWN.

    `features` has a row of each, on application_id, with province, industry, is_first_loan and is_state_owned; `edges`
    are the inner bounds of the amount bands (see `amount_edges`).
    """
    facts = features.set_index("application_id").loc[scored["application_id"]].reset_index()
    bands = np.array(BAND_NAMES, dtype="object")[bin_of(scored["exposure"].to_numpy(), edges)]
    bands[scored["exposure"].isna().to_numpy()] = None
    columns = {
        "total": "total",
        "year": scored["as_of"].dt.year.astype("str"),
        "region": facts["province"].to_numpy(dtype="object"),
        "division": division(facts["industry"]).to_numpy(dtype="object"),
        "amount_band": bands,
        "first_loan": _flag(facts["is_first_loan"], FIRST_LOANS),
        OWNERSHIP: _flag(facts["is_state_owned"], OWNERS),
    }
    found = scored.reset_index(drop=True).assign(**columns)
    named = ("size_class", "region", "division", "amount_band", "first_loan", OWNERSHIP)
    found = found.assign(**{name: found[name].astype("object").fillna(UNKNOWN) for name in named})
    return found.astype({name: "category" for name in (*DIMENSIONS, OWNERSHIP)})


def amount_edges(scored: pd.DataFrame) -> np.ndarray:
    """Inner bounds of the amount bands [CNY, or the money of the source]: quarters of the development loans."""
    known = scored[(scored["part"] == "development") & scored["exposure"].notna()]
    edges: np.ndarray = quantile_edges(known["exposure"].to_numpy(), known["weight"].to_numpy(), BANDS)
    return edges


def sample_of(table: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Loans that a dimension cuts."""
    return table[table["part"].isin(LATER if dimension == "year" else ("out_of_time",))]


def groups_of(table: pd.DataFrame, dimension: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Groups of a dimension with their loans, by name."""
    for name, loans in sample_of(table, dimension).groupby(dimension, sort=True):
        yield str(name), loans


def known_groups(table: pd.DataFrame, dimension: str) -> int:
    """How many groups a dimension has, UNKNOWN apart."""
    return int(sample_of(table, dimension)[dimension].pipe(lambda of: of[of != UNKNOWN]).nunique())


def unknown_groups(table: pd.DataFrame) -> dict[str, int]:
    """Out-of-time loans whose group is not known, by dimension."""
    later = sample_of(table, "total")
    return {of: int((later[of] == UNKNOWN).sum()) for of in (*DIMENSIONS, OWNERSHIP)}


def _flag(values: pd.Series, names: tuple[str, str]) -> np.ndarray:
    found = np.where(values.to_numpy(dtype="float64") > 0, *names).astype("object")
    found[values.isna().to_numpy()] = None
    return found
