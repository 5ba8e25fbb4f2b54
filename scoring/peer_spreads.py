"""Quantiles of the peers of each application, as plans need them."""

import numpy as np
import pandas as pd

from explanations.places import Spread
from features.industry import division
from features.peers import ALL

LEVELS = Spread._fields
"""Columns of the quantiles."""


def spreads(table: pd.DataFrame, quantiles: pd.DataFrame) -> list[dict[str, Spread]]:
    """Quantiles by feature for each row of `table` (as_of, stage, industry), from `quantiles` of earlier years.

    `quantiles` has the columns year, stage, division, feature, q10, q25, q50, q75, q90. Peers are the applications of
    the latest year before that of the application, of its stage and division; of its stage alone for a feature that
    too few of the division have.
    """
    years = np.append(0, np.unique(quantiles["year"]))
    at = years[np.searchsorted(years, table["as_of"].dt.year.to_numpy()) - 1]
    groups = {key: part for key, part in quantiles.groupby(["year", "stage", "division"])}
    known: dict[tuple[int, str, str], dict[str, Spread]] = {}

    def of(year: int, stage: str, name: str) -> dict[str, Spread]:
        key = (year, stage, name)
        if key not in known:
            part = groups.get(key)
            rows = [] if part is None else part[list(LEVELS)].to_numpy("float64").tolist()
            names = [] if part is None else part["feature"].tolist()
            known[key] = {feature: Spread(*row) for feature, row in zip(names, rows, strict=True)}
        return known[key]

    own = division(table["industry"])
    return [
        {**of(int(year), stage, ALL), **(of(int(year), stage, name) if isinstance(name, str) else {})}
        for year, stage, name in zip(at, table["stage"], own, strict=True)
    ]
