"""Quantiles of the peers of each application, as plans need them."""

import numpy as np
import pandas as pd

from explanations.places import Spread
from features.peer_quantiles import peer_values


def spreads(table: pd.DataFrame, quantiles: pd.DataFrame) -> list[dict[str, Spread]]:
    """Quantiles by feature for each row of `table` (as_of, stage, industry), of the peers that reasons compare with.

    `quantiles` are those of features/peer_quantiles.py. A feature without peers is left out.
    """
    names = [str(name) for name in quantiles["feature"].unique()]
    found = np.stack([peer_values(table, quantiles, names, level).values for level in Spread._fields], axis=-1)
    return [
        {name: Spread(*levels) for name, levels in zip(names, row, strict=True) if levels[0] == levels[0]}
        for row in found.tolist()
    ]
